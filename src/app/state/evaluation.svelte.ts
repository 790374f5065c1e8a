// Measuring a model on a split in both orders, and what has been measured before.
import { proxy } from 'comlink';
import * as m from '../../words/messages';
import type { EvaluationReport } from '../../evaluation/report';
import type { ModelChoice } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import { percent } from '../reading';
import type { Asked } from './controls.svelte';
import type { Notices } from './notices.svelte';

/** Pairs that a model describes before it judges them. */
const pairsInWords = 144;

export interface Measured {
  model: string;
  /** Which model that is; null for what a run measured of itself. */
  choice: ModelChoice | null;
  report: EvaluationReport;
}

export interface EvaluationProgress {
  /** In [0, 1]. */
  share: number;
  secondsLeft: number | null;
  isCancelled: boolean;
}

export class Evaluation {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #progress = $state.raw<EvaluationProgress | null>(null);
  #measured = $state.raw<readonly Measured[]>([]);
  #shown = $state.raw<Measured | null>(null);

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** Null while no evaluation is on. */
  get progress(): EvaluationProgress | null {
    return this.#progress;
  }

  /** Newest first. */
  get measured(): readonly Measured[] {
    return this.#measured;
  }

  get shown(): Measured | null {
    return this.#shown;
  }

  show(measured: Measured): void {
    this.#shown = measured;
  }

  /** Shows what a finished run has measured of itself: its last forced choice by label, the others beside it. */
  async readRun(runId: string, name: string): Promise<void> {
    const report = await this.#engine.gpu.report(runId).catch(() => null);
    const found = (report?.evaluations ?? []).map((evaluation) => ({
      model: m.evaluate_after({ name, stage: evaluation.after }),
      choice: null,
      report: evaluation,
    }));
    const isKnown = (one: Measured) => this.#measured.some((other) => titleOf(other) === titleOf(one));
    this.#measured = [...found.filter((one) => !isKnown(one)).toReversed(), ...this.#measured];
    const main = found.findLast((one) => one.report.judging === 'tag') ?? found.at(-1);
    this.#shown = this.#measured.find((one) => main && titleOf(one) === titleOf(main)) ?? this.#shown;
  }

  /** In words it is always the final test, and fewer pairs: writing takes long. */
  async run({ model, recipe, way }: Asked, split: 'validation' | 'test'): Promise<void> {
    if (this.#progress !== null) return;
    this.#progress = { share: 0, secondsLeft: null, isCancelled: false };
    const began = performance.now();
    let tenth = 0;
    const onProgress = (share: number) => {
      if (this.#progress === null) return;
      const seconds = (performance.now() - began) / 1000;
      const secondsLeft = seconds > 3 && share > 0 ? (seconds * (1 - share)) / share : null;
      this.#progress = { ...this.#progress, share, secondsLeft };
      if (Math.floor(share * 10) > tenth)
        this.#notices.announce(m.evaluate_done_share({ share: percent(100 * share) }));
      tenth = Math.max(tenth, Math.floor(share * 10));
    };
    const report = await this.#notices.attempt(m.evaluate_failed(), m.evaluate_failed_todo(), async () => {
      await this.#engine.connected;
      const { gpu } = this.#engine;
      if (way === 'tag') return gpu.evaluate(model.choice, recipe, split, proxy(onProgress));
      const [asked] = await gpu.ask(model.choice, recipe, ['plain'], pairsInWords, proxy(onProgress), 'cot');
      if (!asked && !this.#progress?.isCancelled) throw new Error(m.evaluate_no_pairs());
      return asked ?? null;
    });
    const isCancelled = this.#progress?.isCancelled ?? false;
    this.#progress = null;
    if (report) {
      this.#add({ model: model.label, choice: model.choice, report });
      this.#notices.announce(report.verdict);
    } else if (isCancelled) this.#notices.announce(m.evaluate_cancelled());
  }

  /** Ends the evaluation after the batch it is at; nothing is kept of it. */
  async cancel(): Promise<void> {
    if (this.#progress === null) return;
    this.#progress = { ...this.#progress, isCancelled: true };
    await this.#engine.gpu.cancelEvaluating().catch(() => undefined);
  }

  #add(measured: Measured): void {
    this.#measured = [measured, ...this.#measured];
    this.#shown = measured;
  }
}

const ways: Readonly<Record<EvaluationReport['judging'], () => string>> = {
  tag: m.evaluate_by_label,
  'tag-generated': m.evaluate_by_label_free,
  cot: m.evaluate_by_words,
  'cot-generated': m.evaluate_by_words_free,
};

/** "lesson 1, after tag: final test, by label". */
export function titleOf({ model, report }: Measured): string {
  const said = { model, way: ways[report.judging]() };
  return report.split === 'test' ? m.evaluate_title_test(said) : m.evaluate_title_validation(said);
}
