// Controls put to one model, one after the other, so that each answer shows as soon as it is there. What was answered is kept
// in this browser for the model, the data and the way it answers; with other ones there is nothing to show.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { QuestionReport } from '../../evaluation/questionReport';
import type { EvaluationReport } from '../../evaluation/report';
import { QUESTIONS } from '../../evaluation/questions';
import type { Engine } from '../clients/engine';
import { askedWith, callsOf, type Answers } from './controlAnswers';
import type { KeptMeasurements } from './evaluation/keptMeasurements';
import { askedAbout } from './evaluation/measurement';
import { subjectKey, type Subject } from './evaluation/subject';
import type { Notices } from './notices.svelte';

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
  readonly #store: KeptMeasurements;
  #loading: Promise<void> | null = null;
  #asking = $state.raw<Asking | null>(null);
  #kept = $state.raw<Readonly<Record<string, Answers>>>({});

  constructor(engine: Engine, notices: Notices, store: KeptMeasurements) {
    this.#engine = engine;
    this.#notices = notices;
    this.#store = store;
  }

  /** Reads once what earlier visits asked. */
  load(): Promise<void> {
    this.#loading ??= this.#store.answers().then(
      (kept) => {
        const before = Object.fromEntries(kept.map(({ key, answers }) => [key, answers]));
        this.#kept = { ...before, ...this.#kept };
      },
      () => undefined,
    );
    return this.#loading;
  }

  /** Null while nothing is asked. */
  get asking(): Asking | null {
    return this.#asking;
  }

  answersOf(asked: Subject): Answers | null {
    return this.#kept[subjectKey(asked)] ?? null;
  }

  /** What the same model answered to controls about the same data in the same way; null where nothing was asked. */
  answersBeside(report: EvaluationReport): Answers | null {
    const beside = askedAbout(report);
    const isBeside = ({ reports }: Answers) => {
      const asked = Object.values(reports).find((one) => one !== null);
      return asked !== undefined && askedAbout(asked) === beside;
    };
    return Object.values(this.#kept).find(isBeside) ?? null;
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
  remaining(asked: Subject): string[] {
    const { reports = {} } = this.answersOf(asked) ?? {};
    return Object.keys(QUESTIONS).filter((name) => !(name in reports));
  }

  /** @param wanted names of the questions; all of them unless given. What is answered against each other is asked together */
  async ask(asked: Subject, pairsPerQuestion: number, wanted = Object.keys(QUESTIONS)): Promise<void> {
    if (this.#asking) return;
    const key = subjectKey(asked);
    const together = wanted.flatMap(askedWith);
    const calls = callsOf(Object.keys(QUESTIONS).filter((name) => together.includes(name)));
    const all = calls.flat().length;
    const before = this.#kept[key];
    const most = Math.max(pairsPerQuestion, before?.pairsPerQuestion ?? 0);
    this.#keep(key, { at: Date.now(), pairsPerQuestion: most, reports: before?.reports ?? {} });
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
    const at = Date.now();
    const answers = { ...before, at, reports: { ...before.reports, ...Object.fromEntries(found) } };
    this.#keep(key, answers);
    void this.#store.keepAnswers({ key, at, answers }).catch(() => undefined);
  }

  #keep(key: string, answers: Answers): void {
    this.#kept = { ...this.#kept, [key]: answers };
  }
}

function finished(all: number): string {
  return all === Object.keys(QUESTIONS).length ? m.evaluate_controls_finished() : m.evaluate_controls_one_finished();
}
