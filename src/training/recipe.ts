// A recipe determines a run completely: source, sampling, model, stages, evaluation, seed. It is what a link carries
// and what every checkpoint remembers.
import * as v from 'valibot';
import { WIDEST_WINDOW } from '../pairs/curriculum';
import { samplingSchema } from '../pairs/sampling';
import type { SampleKind } from '../samples/prompt';
import * as m from '../words/messages';
import { problemOf } from '../base/problems';

/** The models that come with the studio, by the names that recipes give them. */
export const SHIPPED_MODELS = ['biased', 'cot', 'cured', 'guard', 'coach'] as const;
export type ShippedName = (typeof SHIPPED_MODELS)[number];

const count = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const positive = v.pipe(v.number(), v.minValue(0));
/** Below 1, where AdamW's bias correction would divide by zero. */
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(0.999_999));

/** Share of the stage's steps after which pairs are the sampling's own. */
const until = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const firstWindow = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(WIDEST_WINDOW));
/** Least and largest window at the stage's first step, in kept frames; they move linearly to the sampling's own. */
const firstWindows = v.pipe(
  v.tuple([firstWindow, firstWindow]),
  v.check(
    ([least, largest]) => least <= largest,
    () => m.engine_recipe_windows_order(),
  ),
);

/** How a stage eases in; what comes first is what the name says. */
export const curriculumSchema = v.variant('kind', [
  v.object({ kind: v.literal('wide to narrow'), from: firstWindows, until }),
  v.object({ kind: v.literal('narrow to wide'), from: firstWindows, until }),
  v.object({
    kind: v.literal('clear changes first'),
    /** Least visible change of a pair at the first step; it falls linearly to the sampling's `minimumChange`. */
    from: v.pipe(v.number(), v.minValue(0), v.maxValue(30)),
    until,
  }),
  /** Templates join one by one, in an order that the seed shuffles. */
  v.object({ kind: v.literal('one task after another'), until }),
]);

export type Curriculum = v.InferOutput<typeof curriculumSchema>;

/** Each curriculum as it is when it is first chosen. */
export const FIRST_CURRICULA: { [Kind in Curriculum['kind']]: Extract<Curriculum, { kind: Kind }> } = {
  'wide to narrow': { kind: 'wide to narrow', from: [40, 70], until: 0.6 },
  'narrow to wide': { kind: 'narrow to wide', from: [2, 6], until: 0.6 },
  'clear changes first': { kind: 'clear changes first', from: 6, until: 0.6 },
  'one task after another': { kind: 'one task after another', until: 0.5 },
};

export const stageSchema = v.object({
  /** Shown and used as the name of the stage's checkpoint: bias, cot, tag, … */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(40)),
  /** `mixed` takes CoT samples at even steps and tag samples at odd ones. */
  samples: v.picklist(['cot', 'tag', 'mixed']),
  /** `chronological` shows only forward pairs, as a video does; `both` shows each pair forward, then reverse. */
  order: v.picklist(['chronological', 'both']),
  /** Optimiser steps; for tag stages `sevenths` may give the volume instead, relative to the CoT stage's samples. */
  steps: count(10_000_000),
  sevenths: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(70))),
  learningRate: positive,
  warmupSteps: count(1_000_000),
  /** Weight of the judgement's mean loss against the mean loss of the words of the description. */
  judgementWeight: positive,
  curriculum: v.nullable(curriculumSchema),
  /** Share of CoT samples whose descriptions may be wrong and are not learnt, so that judgements look at the pictures. */
  doubt: v.exactOptional(share),
  /** A control: labels drawn by chance, so that nothing but chance can be learnt. */
  labels: v.exactOptional(v.literal('shuffled')),
  /** Controls: samples worded as differently as can be from evaluations (`apart`), or anew for each pair (`varied`). */
  format: v.exactOptional(v.picklist(['apart', 'varied'])),
});

const recipeObject = v.object({
  version: v.literal(1),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  seed: count(0xffff_ffff),
  backend: v.picklist(['auto', 'webgpu', 'wasm', 'cpu']),
  source: v.variant('kind', [
    v.object({
      kind: v.literal('simulator'),
      seed: count(0xffff_ffff),
      episodes: v.pipe(count(100_000), v.minValue(3)),
      /** Only these task templates; null for all. */
      templates: v.nullable(v.pipe(v.array(v.string()), v.minLength(1))),
      /** Strength of domain randomisation (camera, light, textures, clutter, shake), from 0, none, to 1. */
      variety: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      /** Share of episodes in which something goes wrong. */
      mishaps: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
      /** Tasks that can be turned round are, half of the time, so that a judge must read the task. */
      counterTasks: v.boolean(),
      /**
       * Lessons from rollouts besides the episodes, so many of a kind: of an imitation policy's `deviations`, played backwards
       * from where they go wrong, so that going wrong counts as going back, beside undisturbed ones; or of a hand's `play`.
       */
      lessons: v.exactOptional(v.object({ kind: v.picklist(['deviations', 'play']), count: count(100_000) })),
    }),
    v.object({
      /** Imported episodes; CoT stages draw on the simulator where none of them is described, or where that is asked for. */
      kind: v.literal('library'),
      descriptions: v.exactOptional(v.literal('simulator')),
    }),
  ]),
  sampling: samplingSchema,
  model: v.picklist(['nano', 'micro', 'mini']),
  /**
   * `random` starts from fresh weights, the others from a model that comes with the studio (nano): the biased backbone,
   * the one after its CoT stage, the one after tags, the guard of a robot's cell, the coach of policies; or from a stage of
   * another run of this studio, by their names. A head that it lacks starts afresh.
   */
  initial: v.union([
    v.picklist(['random', ...SHIPPED_MODELS]),
    v.object({ run: v.pipe(v.string(), v.minLength(1)), stage: v.pipe(v.string(), v.minLength(1)) }),
  ]),
  /**
   * Where the judgement is read: the language head's words, a classifier of two classes beside it, or a comparison of both
   * orders whose answer changes sign with them by construction.
   */
  head: v.picklist(['language', 'classifier', 'antisymmetric']),
  /** Pairs in a micro-batch (each shown in both orders unless the stage is chronological). */
  batchPairs: v.pipe(count(256), v.minValue(1)),
  accumulation: v.pipe(count(64), v.minValue(1)),
  optimizer: v.object({ beta1: share, beta2: share, epsilon: positive, weightDecay: positive, clip: positive }),
  stages: v.pipe(
    v.array(stageSchema),
    v.minLength(1),
    v.maxLength(20),
    v.check(
      (stages) => stages.every((s) => s.sevenths === null) || stages.some((s) => s.samples === 'cot'),
      () => m.engine_recipe_sevenths(),
    ),
  ),
  evaluation: v.object({
    /** Steps between two looks at the validation subset during training. */
    everySteps: v.pipe(count(1_000_000), v.minValue(1)),
    /** Pairs of the validation subset, each judged in both orders. */
    validationPairs: count(100_000),
    /** Pairs of the test split for each window. */
    testPairsPerWindow: count(100_000),
    /** Pairs of the test split that are also judged by free generation, tag and CoT. */
    generatedPairs: count(10_000),
  }),
});

export const recipeSchema = v.pipe(
  recipeObject,
  v.check(
    ({ head, stages }) => head !== 'antisymmetric' || stages.every(({ order }) => order === 'both'),
    () => m.engine_recipe_antisymmetric(),
  ),
);

export type Recipe = v.InferOutput<typeof recipeSchema>;
export type Stage = v.InferOutput<typeof stageSchema>;

/** The kind of a stage's samples at a step within it. */
export function kindAt(stage: Stage, step: number): SampleKind {
  if (stage.samples !== 'mixed') return stage.samples;
  return step % 2 === 0 ? 'cot' : 'tag';
}

/** Whether a stage trains descriptions. */
export function describes(stage: Stage): boolean {
  return stage.samples !== 'tag';
}

/** Steps of a stage: its own, or `sevenths` of the CoT stage's steps where that is given. */
export function stageSteps(recipe: Recipe, stage: Stage): number {
  if (stage.sevenths === null) return stage.steps;
  const cot = recipe.stages.find((s) => s.samples === 'cot');
  if (!cot) return stage.steps;
  return Math.max(1, Math.round((cot.steps * stage.sevenths) / 7));
}

export function totalSteps(recipe: Recipe): number {
  return recipe.stages.reduce((sum, stage) => sum + stageSteps(recipe, stage), 0);
}

/** Reads a recipe from untrusted JSON. Throws an Error whose message names the first wrong field. */
export function parseRecipe(value: unknown): Recipe {
  const result = v.safeParse(recipeSchema, value);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const where = issue.path?.map((p) => String(p.key)).join('.') ?? m.engine_the_recipe();
  throw new Error(m.engine_recipe_unusable({ where, what: problemOf(issue) }));
}
