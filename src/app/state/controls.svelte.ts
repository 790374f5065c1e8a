// Controls put to one model, one after the other, so that each answer shows as soon as it is there. What was answered
// is kept for the model and its recipe as long as the page is open; with another recipe there is nothing to show.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { QuestionReport } from '../../evaluation/questionReport';
import { QUESTIONS } from '../../evaluation/questions';
import type { Recipe } from '../../training/recipe';
import type { Engine } from '../clients/engine';
import { askedWith, callsOf, type Answers } from './controlAnswers';
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
  /** Questions answered, and how many are asked. */
  done: number;
  all: number;
  /** Share of everything, and of the call at hand, in [0, 1]. */
  share: number;
  shareOfCall: number;
  title: string;
  /** Those that are asked now, and those that wait for their turn. */
  now: readonly string[];
  waiting: readonly string[];
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

  /** Ends the question at hand after the batch it is at; the answers before it are kept. */
  async cancel(): Promise<void> {
    if (!this.#asking) return;
    this.#asking = { ...this.#asking, isCancelled: true };
    await this.#engine.gpu.cancelEvaluating().catch(() => undefined);
  }

  /** The worker died, and the question with it. */
  forget(): void {
    this.#asking = null;
  }

  /** Questions without an answer, in their order. */
  remaining(asked: Asked): string[] {
    const { reports = {} } = this.answersOf(asked) ?? {};
    return Object.keys(QUESTIONS).filter((name) => !(name in reports));
  }

  /** @param wanted names of the questions; all of them unless given. What is answered against each other is asked together */
  async ask(asked: Asked, pairsPerQuestion: number, wanted = Object.keys(QUESTIONS)): Promise<void> {
    if (this.#asking) return;
    const key = keyOf(asked);
    const together = wanted.flatMap(askedWith);
    const calls = callsOf(Object.keys(QUESTIONS).filter((name) => together.includes(name)));
    const all = calls.flat().length;
    const before = this.#kept[key];
    const most = Math.max(pairsPerQuestion, before?.pairsPerQuestion ?? 0);
    this.#keep(key, { pairsPerQuestion: most, reports: before?.reports ?? {} });
    const none = { share: 0, shareOfCall: 0, title: '', now: [], waiting: calls.flat(), secondsLeft: null };
    this.#asking = { key, done: 0, all, isCancelled: false, ...none };
    this.#notices.announce(m.evaluate_controls_started({ count: all }));
    const began = performance.now();
    for (const [i, names] of calls.entries()) {
      const done: number = this.#asking.done;
      const title = QUESTIONS[names[0] ?? '']?.title ?? '';
      const onProgress = (share: number) => {
        if (this.#asking?.key !== key) return;
        const whole = (done + share * names.length) / all;
        const seconds = (performance.now() - began) / 1000;
        const tenth = Math.floor(10 * whole);
        if (tenth > Math.floor(10 * this.#asking.share))
          this.#notices.announce(m.evaluate_controls_tenth({ share: 10 * tenth }));
        const secondsLeft = seconds > 3 && whole > 0 ? (seconds * (1 - whole)) / whole : null;
        this.#asking = { ...this.#asking, share: whole, shareOfCall: share, secondsLeft };
      };
      this.#asking = { ...this.#asking, title, now: names, waiting: calls.slice(i + 1).flat() };
      onProgress(0);
      const [what, todo] = [m.evaluate_controls_failed(), m.evaluate_controls_failed_todo()];
      const reports = await this.#notices.attempt(what, todo, async () => {
        await this.#engine.connected;
        const { model, recipe, way } = asked;
        return this.#engine.gpu.ask(model.choice, recipe, names, pairsPerQuestion, proxy(onProgress), way);
      });
      // Forgotten meanwhile, or failed: the dialog says which.
      if (reports === null || this.#asking?.key !== key) {
        this.#asking = null;
        return;
      }
      // A question cut short has no answer, which is not the same as having no pairs.
      if (this.#asking.isCancelled && reports.length < names.length) break;
      this.#answered(key, names, reports);
      this.#asking = { ...this.#asking, done: done + names.length };
      if (this.#asking.isCancelled) break;
    }
    const { done } = this.#asking;
    this.#asking = null;
    this.#notices.announce(done < all ? m.evaluate_controls_stopped({ done, all }) : finished(all));
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

function finished(all: number): string {
  return all === Object.keys(QUESTIONS).length ? m.evaluate_controls_finished() : m.evaluate_controls_one_finished();
}

export function keyOf({ model, recipe, way }: Asked): string {
  return JSON.stringify([model.choice, way, recipe]);
}
