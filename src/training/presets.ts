// Recipes that come with the studio. The paper's values are used where they make sense for a model trained from
// scratch; docs/decisions.md says where they do not and why.
import { PAPER_SAMPLING } from '../pairs/sampling';
import { FIRST_CURRICULA, type Recipe, type Stage } from './recipe';

const WIDE_TO_NARROW = FIRST_CURRICULA['wide to narrow'];

const bias = (steps: number): Stage => ({
  name: 'bias',
  samples: 'tag',
  order: 'chronological',
  steps,
  sevenths: null,
  learningRate: 1e-3,
  warmupSteps: 10,
  judgementWeight: 1,
  curriculum: null,
});

const cot = (steps: number): Stage => ({
  name: 'cot',
  samples: 'cot',
  order: 'both',
  steps,
  sevenths: null,
  learningRate: 1e-3,
  warmupSteps: 20,
  judgementWeight: 2,
  curriculum: WIDE_TO_NARROW,
  // Else the judgement is learnt by reading descriptions alone (docs/experiments.md).
  doubt: 0.5,
});

const tag = (steps: number, sevenths: number | null = null): Stage => ({
  name: 'tag',
  samples: 'tag',
  order: 'both',
  steps,
  sevenths,
  learningRate: 1e-3,
  warmupSteps: 20,
  judgementWeight: 1,
  curriculum: WIDE_TO_NARROW,
});

/** The simulator as a new recipe has it. */
export const SIMULATOR = {
  kind: 'simulator',
  seed: 1,
  episodes: 600,
  templates: null,
  variety: 0.3,
  mishaps: 0,
  counterTasks: true,
} satisfies Recipe['source'];

/** Tasks of five kinds: into something, folding and rolling, wiping and sweeping, stacking, covering. */
export const LESSON_TASKS = [
  'cubes into tray',
  'fruit into bowl',
  'clothes into basket',
  'stage parcels',
  'pack carton',
  'lunch box',
  'books upright',
  'wipe stains',
  'sweep crumbs',
  'fold cloth',
  'roll up mat',
  'stack blocks',
  'sandwich',
  'pots and lids',
] as const;

/** Tasks that a small model learns within minutes: clear at 64 pixels, and each done one way round only. */
export const LESSON = {
  ...SIMULATOR,
  templates: [...LESSON_TASKS] as string[],
  counterTasks: false,
} satisfies Recipe['source'];

const base: Omit<Recipe, 'name' | 'stages'> = {
  version: 1,
  seed: 1,
  backend: 'auto',
  source: SIMULATOR,
  sampling: PAPER_SAMPLING,
  model: 'nano',
  initial: 'random',
  head: 'language',
  batchPairs: 8,
  accumulation: 1,
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clip: 1 },
  evaluation: { everySteps: 100, validationPairs: 48, testPairsPerWindow: 24, generatedPairs: 24 },
};

export const PRESETS = {
  smoke: {
    ...base,
    name: 'smoke',
    source: { ...SIMULATOR, episodes: 60 },
    batchPairs: 4,
    stages: [bias(20), cot(20), tag(20)],
    evaluation: { everySteps: 20, validationPairs: 12, testPairsPerWindow: 4, generatedPairs: 4 },
  },
  class: { ...base, name: 'class', source: LESSON, stages: [bias(120), cot(350), tag(1300)] },
  paper: {
    ...base,
    name: 'paper',
    model: 'micro',
    accumulation: 2,
    source: { ...SIMULATOR, episodes: 4000, variety: 0.6, mishaps: 0.1 },
    stages: [bias(400), cot(3500), tag(0, 12)],
    evaluation: { everySteps: 250, validationPairs: 96, testPairsPerWindow: 60, generatedPairs: 60 },
  },
} satisfies Record<string, Recipe>;

/** What `--recipe data-report` looks at: all of the simulator, with something of every kind held out. */
export const DATA_REPORT: Recipe = {
  ...base,
  name: 'data-report',
  source: { ...SIMULATOR, episodes: 1600, variety: 0.6, mishaps: 0.15 },
  sampling: {
    ...PAPER_SAMPLING,
    holdOut: {
      templates: ['stack blocks', 'drawer', 'fold cloth'],
      objects: [],
      colours: [],
      scenes: ['lab bench'],
      phrasings: ['wipe stains/2', 'pour glasses/1'],
    },
  },
  stages: [bias(400), cot(3500), tag(0, 12)],
};

export type PresetName = keyof typeof PRESETS;

export const isPresetName = (name: string): name is PresetName => Object.hasOwn(PRESETS, name);

/** A copy of a preset; null where there is none of this name. */
export function preset(name: PresetName): Recipe;
export function preset(name: string): Recipe | null;
export function preset(name: string): Recipe | null {
  return isPresetName(name) ? structuredClone(PRESETS[name]) : null;
}
