// All controls put to one model, one after the other, so that each answer shows as soon as it is there. What was answered
// is kept for the model and its recipe as long as the page is open; with another recipe there is nothing to show.
import { proxy } from 'comlink';
import type { QuestionReport } from '../../evaluation/questionReport';
import { QUESTIONS } from '../../evaluation/questions';
import type { Recipe } from '../../training/recipe';
import type { Engine } from '../clients/engine';
import { callsOf, type Answers } from './controlAnswers';
import type { NamedModel } from './modelChoices';
import type { Notices } from './notices.svelte';

export type Way = 'tag' | 'cot';

/** Whom to ask, about what, and how the model answers. */
export interface Asked {
  model: NamedModel;
  recipe: Recipe;
  way: Way;
}

export interface Asking {
  key: string;
  /** Questions answered, and how many there are. */
  done: number;
  all: number;
  /** Share of everything in [0, 1]. */
  share: number;
  title: string;
  secondsLeft: number | null;
  isCancelled: boolean;
}

export class Controls {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #asking = $state.raw<Asking | null>(null);
  #kept = $state.raw<Readonly<Record<string, Answers>>>({});

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** Null while nothing is asked. */
  get asking(): Asking | null {
    return this.#asking;
  }

  answersOf(asked: Asked): Answers | null {
    return this.#kept[keyOf(asked)] ?? null;
  }

  /** Takes effect after the question at hand, whose answer is kept too. */
  cancel(): void {
    if (this.#asking) this.#asking = { ...this.#asking, isCancelled: true };
  }

  /** The worker died, and the question with it. */
  forget(): void {
    this.#asking = null;
  }

  async ask(asked: Asked, pairsPerQuestion: number): Promise<void> {
    if (this.#asking) return;
    const key = keyOf(asked);
    const calls = callsOf(Object.keys(QUESTIONS));
    const all = calls.flat().length;
    this.#keep(key, { pairsPerQuestion, reports: {} });
    this.#asking = { key, done: 0, all, share: 0, title: '', secondsLeft: null, isCancelled: false };
    this.#notices.announce(`Asking ${all} controls has started.`);
    const began = performance.now();
    for (const names of calls) {
      const done: number = this.#asking.done;
      const title = QUESTIONS[names[0] ?? '']?.title ?? '';
      const onProgress = (share: number) => {
        if (this.#asking?.key !== key) return;
        const whole = (done + share * names.length) / all;
        const seconds = (performance.now() - began) / 1000;
        const tenth = Math.floor(10 * whole);
        if (tenth > Math.floor(10 * this.#asking.share)) this.#notices.announce(`Controls: ${10 * tenth} % asked.`);
        const secondsLeft = seconds > 3 && whole > 0 ? (seconds * (1 - whole)) / whole : null;
        this.#asking = { ...this.#asking, share: whole, secondsLeft };
      };
      this.#asking = { ...this.#asking, title };
      onProgress(0);
      const todo = 'The answers so far are kept. Ask again, or choose another model.';
      const reports = await this.#notices.attempt('The model could not be asked.', todo, async () => {
        await this.#engine.connected;
        const { model, recipe, way } = asked;
        return this.#engine.gpu.ask(model.choice, recipe, names, pairsPerQuestion, proxy(onProgress), way);
      });
      // Forgotten meanwhile, or failed: the dialog says which.
      if (reports === null || this.#asking?.key !== key) {
        this.#asking = null;
        return;
      }
      this.#answered(key, names, reports);
      this.#asking = { ...this.#asking, done: done + names.length };
      if (this.#asking.isCancelled) break;
    }
    const { done } = this.#asking;
    this.#asking = null;
    this.#notices.announce(
      done === all ? 'All controls have been asked.' : `Stopped after ${done} of ${all} controls.`,
    );
  }

  #answered(key: string, names: readonly string[], reports: readonly QuestionReport[]): void {
    const before = this.#kept[key];
    if (!before) return;
    const found = names.map((name) => [name, reports.find(({ question }) => question === name) ?? null] as const);
    this.#keep(key, { ...before, reports: { ...before.reports, ...Object.fromEntries(found) } });
  }

  #keep(key: string, answers: Answers): void {
    this.#kept = { ...this.#kept, [key]: answers };
  }
}

export function keyOf({ model, recipe, way }: Asked): string {
  return JSON.stringify([model.choice, way, recipe]);
}
