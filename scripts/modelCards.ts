// What the check of the shipped models needs of the studio's own code: a model's recipe, what it is measured by, and what
// its card says of its training and its figures.
import { readCheckpointFile } from '../src/checkpoints/importFile';
import { TEMPLATE_NAMES } from '../src/episodes/simulator/registry';
import { SimulatorSource } from '../src/episodes/simulator/simulatorSource';
import { FIGURE_NAMES, FIGURE_SOURCES, type CardFigure, type CardTraining } from '../src/evaluation/modelCard';
import type { KeptEvaluation } from '../src/evaluation/experiments/runFile';
import type { Interval } from '../src/evaluation/intervals';
import type { EvaluationReport } from '../src/evaluation/report';
import { visionShape } from '../src/model/config';
import { PairStream } from '../src/pairs/pairStream';
import { wordsRead } from '../src/samples/taskWords';
import type { ShippedName } from '../src/training/recipe';
import { stageSteps, type Recipe } from '../src/training/recipe';

export { parseModelCard } from '../src/evaluation/modelCard';

/** What a model is measured by: its recipe's own test, or a question of so many pairs at most, since none is asked twice. */
export interface CardQuestion {
  question: string | null;
  judging: 'tag' | 'cot';
  pairs: number;
  on: string;
}

const plain = (judging: CardQuestion['judging'], on?: string): CardQuestion => ({
  question: null,
  judging,
  pairs: 0,
  on: on ?? (judging === 'cot' ? FIGURE_SOURCES.described : FIGURE_SOURCES.unseen),
});

export const CARD_QUESTIONS: Readonly<Record<ShippedName, readonly CardQuestion[]>> = {
  biased: [plain('tag')],
  cot: [plain('cot')],
  cured: [plain('tag'), { question: 'held-out-templates', judging: 'tag', pairs: 600, on: FIGURE_SOURCES.heldOut }],
  guard: [plain('tag', FIGURE_SOURCES.rollouts)],
  coach: [plain('tag', FIGURE_SOURCES.play)],
};

/** The recipe that a checkpoint file remembers. @throws BadFile where it is not one of ours */
export async function recipeOf(file: Uint8Array<ArrayBuffer>): Promise<Recipe> {
  const { manifest } = await readCheckpointFile(file);
  return manifest.recipe as Recipe;
}

/** It keeps the list that it made last: the models that come with the studio share one. */
const simulator = new SimulatorSource();

/** What a card says of a training on simulated episodes. */
export async function trainingOf(recipe: Recipe): Promise<CardTraining> {
  const { source, sampling, seed, initial, model, batchPairs, accumulation } = recipe;
  if (source.kind !== 'simulator' || typeof initial !== 'string') {
    throw new Error('A model that comes with the studio is trained on the simulator, from a model that comes with it.');
  }
  const all = await simulator.list(source);
  const stream = new PairStream(all, sampling, seed, simulator);
  const trained = stream.episodes('train');
  const heldOut: readonly string[] = sampling.holdOut.templates;
  const windows = sampling.windows.filter(({ weight }) => weight > 0).map(({ window }) => window);
  return {
    run: recipe.name,
    episodes: trained.length,
    all: all.length,
    tasks: (source.templates ?? TEMPLATE_NAMES).filter((name) => !heldOut.includes(name)).length,
    words: wordsRead(trained.map(({ task }) => task)).join(' '),
    pixels: visionShape(model).imageSize,
    seed: source.seed,
    windows: [Math.min(...windows), Math.max(...windows)],
    initial,
    pairsAStep: batchPairs * accumulation,
    stages: recipe.stages.map((stage) => {
      const { samples, order, learningRate } = stage;
      return { samples, order, steps: stageSteps(recipe, stage), learningRate };
    }),
  };
}

const SHOWN = [
  ['forward', '%'],
  ['reverse', '%'],
  ['average', '%'],
  ['gap', 'points'],
  ['bothRight', '%'],
] as const;

const rounded = (value: number) => Math.round(value * 100) / 100;

/** @param report of a measurement, or of a run as it is kept */
export function figuresOf(
  report: Pick<EvaluationReport | KeptEvaluation, 'overall' | 'intervals'>,
  { on }: CardQuestion,
): CardFigure[] {
  const { overall, intervals } = report;
  const where = `${overall.pairs} pairs of ${overall.episodes} ${on}`;
  return SHOWN.map(([key, unit]) => {
    const { low = null, high = null }: Partial<Interval> = intervals[key] ?? {};
    const end = (value: number | null) => value && rounded(value);
    return { name: FIGURE_NAMES[key], value: rounded(overall[key]), low: end(low), high: end(high), unit, on: where };
  });
}
