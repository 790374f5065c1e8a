// Made-up runs of experiments for tests: answers drawn by a seeded generator, put through the same report and file as real
// ones, so that what tests see has every field that real runs have.
import { Random } from '../../src/base/random';
import { composeReport } from '../../src/evaluation/composeReport';
import type { Judgement } from '../../src/evaluation/metrics';
import type { EvaluationReport } from '../../src/evaluation/report';
import { runFile, type ExperimentRun } from '../../src/evaluation/experiments/runFile';
import { preset } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';

export interface MadeUp {
  experiment?: string;
  strategy: string;
  seed: number;
  /** Chance that an answer is right, in forward and reverse order. */
  right: readonly [forward: number, reverse: number];
  questions?: readonly string[];
  /** Also judged through its words. */
  words?: boolean;
}

const WINDOWS = Array.from({ length: 12 }, (_, i) => i + 5);
const TASKS = ['drawer', 'pour glasses', 'stack blocks'];
const EPISODES = 10;

/** Judgements of every episode at every window. */
export function judgements(right: MadeUp['right'], seed: number): Judgement[] {
  const random = new Random(seed, 77);
  return Array.from({ length: EPISODES }, (_, episode) =>
    WINDOWS.map((window) => {
      const [forward, reverse] = right.map((chance) => random.float() < chance);
      const template = TASKS[episode % TASKS.length] ?? '';
      return {
        episode: `episode ${episode}`,
        template,
        category: template === 'drawer' ? 'appliance and object manipulation' : 'pick and place',
        window,
        forward: forward ? 'img2' : 'img1',
        reverse: reverse ? 'img1' : 'img2',
        scoreForward: forward ? 1.25 : -0.75,
        scoreReverse: reverse ? -1.5 : 0.5,
      } as const;
    }),
  ).flat();
}

function report(rows: readonly Judgement[], facts: Partial<EvaluationReport>): EvaluationReport {
  const of = { after: 'tag', step: 40, split: 'test', judging: 'tag', described: null, ...facts } as const;
  const made = composeReport(rows, of, 1);
  if (!made) throw new Error('There are no rows.');
  return made;
}

export function madeUpRun({
  experiment = 'ablation',
  strategy,
  seed,
  right,
  questions = [],
  words,
}: MadeUp): ExperimentRun {
  const rows = judgements(right, seed);
  const recipe = { ...(preset('smoke') as Recipe), name: `${experiment}/${strategy}-${seed}`, seed };
  const judged: Partial<EvaluationReport>[] = [{}, ...(words ? [{ judging: 'cot', described: 98 } as const] : [])];
  return runFile({
    experiment,
    strategy,
    seed,
    date: '2026-01-02',
    code: 'abc1234',
    backend: { name: 'wasm', label: 'CPU (WebAssembly)' },
    seconds: 600 + seed,
    recipe,
    parameters: 356480,
    stages: [{ name: 'tag', steps: 40, samples: 640, seconds: 500, finalLoss: 0.4 }],
    data: { hash: '00000000', tokenizerHash: '11111111' },
    evaluations: [report(judgements([1, 0], seed), { after: 'bias', step: 20 }), ...judged.map((j) => report(rows, j))],
    questions: questions.map((question, i) => report(judgements(right, seed + 100 * (i + 1)), { question })),
  });
}

/** A whole small ablation and scaling law. */
export function madeUpRuns(): ExperimentRun[] {
  const seeds = [1, 2, 3];
  const strategies: [string, MadeUp['right'], boolean][] = [
    ['biased', [0.97, 0.05], false],
    ['tag', [0.8, 0.85], false],
    ['cot', [0.7, 0.75], true],
    ['cot-tag', [0.92, 0.94], true],
  ];
  return seeds.flatMap((seed) => [
    ...strategies.map(([strategy, right, words]) =>
      madeUpRun({ strategy, seed, right, words, questions: ['plain', 'held-out-templates'] }),
    ),
    ...[1, 2, 4, 7].map((i) =>
      madeUpRun({
        experiment: 'scaling',
        strategy: `tag-${i}`,
        seed,
        right: [0.6 + 0.04 * i, 0.62 + 0.04 * i],
      }),
    ),
  ]);
}
