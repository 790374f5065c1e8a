// Measuring a model on a split in both orders, and what has been measured before.
import { proxy } from 'comlink';
import type { EvaluationReport } from '../../evaluation/report';
import type { Engine } from '../clients/engine';
import { percent } from '../reading';
import type { Asked } from './controls.svelte';
import type { Notices } from './notices.svelte';

/** Pairs that a model describes before it judges them. */
const pairsInWords = 144;

export interface Measured {
  model: string;
  report: EvaluationReport;
}

export class Evaluation {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #share = $state<number | null>(null);
  #measured = $state.raw<readonly Measured[]>([]);
  #shown = $state.raw<Measured | null>(null);

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  /** Share done in [0, 1] of the evaluation that is on, null when none is. */
  get share(): number | null {
    return this.#share;
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
      model: `${name}, after ${evaluation.after}`,
      report: evaluation,
    }));
    const isKnown = (one: Measured) => this.#measured.some((other) => titleOf(other) === titleOf(one));
    this.#measured = [...found.filter((one) => !isKnown(one)).toReversed(), ...this.#measured];
    const main = found.findLast((one) => one.report.judging === 'tag') ?? found.at(-1);
    this.#shown = this.#measured.find((one) => main && titleOf(one) === titleOf(main)) ?? this.#shown;
  }

  /** In words it is always the final test, and fewer pairs: writing takes long. */
  async run({ model, recipe, way }: Asked, split: 'validation' | 'test'): Promise<void> {
    if (this.#share !== null) return;
    this.#share = 0;
    let tenth = 0;
    const onProgress = (share: number) => {
      this.#share = share;
      if (Math.floor(share * 10) > tenth) this.#notices.announce(`Evaluation: ${percent(100 * share)} done.`);
      tenth = Math.max(tenth, Math.floor(share * 10));
    };
    const todo = 'Try again. If there are too few test episodes, add some or widen the test split under Data.';
    const report = await this.#notices.attempt('The model could not be evaluated.', todo, async () => {
      await this.#engine.connected;
      const { gpu } = this.#engine;
      if (way === 'tag') return gpu.evaluate(model.choice, recipe, split, proxy(onProgress));
      const [asked] = await gpu.ask(model.choice, recipe, ['plain'], pairsInWords, proxy(onProgress), 'cot');
      if (!asked) throw new Error('The final test has no pairs to measure on.');
      return asked;
    });
    this.#share = null;
    if (!report) return;
    this.#add({ model: model.label, report });
    this.#notices.announce(report.verdict);
  }

  #add(measured: Measured): void {
    this.#measured = [measured, ...this.#measured];
    this.#shown = measured;
  }
}

const ways: Record<EvaluationReport['judging'], string> = {
  tag: 'by label',
  'tag-generated': 'by label, written freely',
  cot: 'in words',
  'cot-generated': 'in words, written freely',
};

/** "lesson 1, after tag: final test, by label". */
export function titleOf({ model, report }: Measured): string {
  return `${model}: ${report.split === 'test' ? 'final test' : 'validation'}, ${ways[report.judging]}`;
}
