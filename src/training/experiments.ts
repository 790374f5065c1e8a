// The experiments that `npm run experiment` carries out: each is a list of runs, named by strategy and seed, and every run
// is determined by its recipe. Names of strategies are fixed, because reports and the page are found by them.
import { comparisonOptions, comparisonRecipe, COT_STEPS, MOST_SEVENTHS } from './comparison';
import { coachRecipe, guardRecipe } from './guard';
import { preset } from './presets';
import { REAL_STRATEGIES, realRecipe } from './realFrames';
import type { Recipe, ShippedName } from './recipe';
import { scalingRecipe, type Strategy } from './strategies';

/** One run of an experiment. Its report is docs/experiments/<experiment>/<strategy>-<seed>.json. */
export interface PlannedRun {
  /** `cot-tag`, `tag`, …; of the scaling law `tag-<i>` for i sevenths. */
  readonly strategy: string;
  readonly seed: number;
  /** Its name is given by the runner. */
  readonly recipe: Recipe;
  /** A model that comes with the studio is measured as it is, by the recipe's evaluation; nothing is trained. */
  readonly shipped?: ShippedName;
  /** Names of the questions that are put to the model after its last stage. */
  readonly questions: readonly string[];
  /** Pairs of each question. */
  readonly pairsPerQuestion: number;
  /** How the model answers the questions; each question's own way unless given. */
  readonly judging?: 'tag' | 'cot';
}

export interface Experiment {
  readonly title: string;
  /** One sentence: what it compares. */
  readonly about: string;
  /** Seeds that it is run with unless others are asked for. */
  readonly seeds: readonly number[];
  /** In the order in which they are run. */
  runs(seeds: readonly number[]): PlannedRun[];
}

/** The controls that every strategy is asked. */
const FEW = ['plain', 'held-out-templates', 'turnable', 'counter-task', 'identical', 'grey'];

/** All of them, for the strategies that the text is about. */
const ALL = [
  'plain',
  'answer-first-second',
  'answer-letters',
  'answer-sides',
  'answer-yes-no',
  'words-query',
  'words-terse',
  'words-story',
  'words-apart',
  'held-out-templates',
  'held-out-objects',
  'held-out-scenes',
  'held-out-phrasings',
  'windows-narrow',
  'windows-wide',
  'mishaps',
  'undone',
  'turnable',
  'counter-task',
  'identical',
  'grey',
  'white',
  'noise',
  'one-only',
];

const PAIRS = 240;

/** Seeds from 1 up to here: five for what the text is about, three for the others. */
const MAIN_SEEDS = 5;
const OTHER_SEEDS = 3;

function run(strategy: string, seed: number, recipe: Recipe, questions: readonly string[]): PlannedRun {
  return { strategy, seed, recipe, questions, pairsPerQuestion: PAIRS };
}

const backbone: Experiment = {
  title: 'The biased backbone',
  about: 'A model that has seen videos run forwards only, before any cure.',
  seeds: [1, 2, 3],
  runs: (seeds) => seeds.map((seed) => run('biased', seed, comparisonRecipe('biased', seed), ALL)),
};

/** The progressive strategy and the two that it is made of. */
const MAIN: readonly Strategy[] = ['cot-tag', 'cot', 'tag'];
const OTHERS: readonly Strategy[] = ['mixed', 'classifier', 'cot-classifier', 'antisymmetric', 'tag-long'];

const ablation: Experiment = {
  title: 'Ablation of the supervision',
  about: 'Ways of curing the same biased backbone with the same number of samples.',
  seeds: [1, 2, 3, 4, 5],
  // Seed by seed, so that every strategy has its first figures early.
  runs: (seeds) =>
    seeds.flatMap((seed) => [
      ...(seed <= MAIN_SEEDS ? MAIN : []).map((strategy): PlannedRun => {
        const planned = run(strategy, seed, comparisonRecipe(strategy, seed), ALL);
        return strategy === 'cot' ? { ...planned, judging: 'cot' } : planned;
      }),
      ...(seed <= OTHER_SEEDS ? OTHERS : []).map((strategy) =>
        run(strategy, seed, comparisonRecipe(strategy, seed), strategy === 'tag-long' ? ALL : FEW),
      ),
    ]),
};

const scaling: Experiment = {
  title: 'Scaling law of bare labels',
  about:
    'From the CoT stage of the progressive runs of the ablation, twelve volumes of bare labels, each a run of its own.',
  seeds: [1, 2],
  runs: (seeds) =>
    seeds.flatMap((seed) =>
      Array.from({ length: MOST_SEVENTHS }, (_, i) => {
        const start = { run: `ablation/cot-tag-${seed}`, stage: 'cot' };
        const recipe = scalingRecipe(i + 1, comparisonOptions(seed), start);
        const evaluation = { ...recipe.evaluation, generatedPairs: 0 };
        return run(`tag-${i + 1}`, seed, { ...recipe, evaluation }, []);
      }),
    ),
};

const controls: Experiment = {
  title: 'Controls that need a training of their own',
  about:
    'The progressive strategy with shuffled labels, with CoT samples in other words, worded anew for each pair, and CoT alone without doubt.',
  seeds: [1, 2],
  runs: (seeds) =>
    seeds.flatMap((seed) => {
      const recipe = comparisonRecipe('cot-tag', seed);
      const stages = (change: (samples: string) => object) =>
        recipe.stages.map((stage) => ({ ...stage, ...change(stage.samples) }));
      const trusting = comparisonRecipe('cot', seed);
      return [
        run('shuffled', seed, { ...recipe, stages: stages(() => ({ labels: 'shuffled' })) }, FEW),
        run('apart', seed, { ...recipe, stages: stages((kind) => (kind === 'cot' ? { format: 'apart' } : {})) }, FEW),
        run('varied', seed, { ...recipe, stages: stages(() => ({ format: 'varied' })) }, ALL),
        run('trusting', seed, { ...trusting, stages: trusting.stages.map((stage) => ({ ...stage, doubt: 0 })) }, []),
      ];
    }),
};

/** What more of both stages gives: twice the descriptions and five times the labels of the comparison. */
const longer: Experiment = {
  title: 'The progressive strategy, longer',
  about:
    'What the cured model that comes with the studio is trained by: twice the CoT samples, then five times the bare labels.',
  seeds: [1, 2],
  runs: (seeds) =>
    seeds.map((seed) => {
      const steps = { cotSteps: 2 * COT_STEPS, tagSteps: (5 * COT_STEPS * MOST_SEVENTHS) / 7 };
      return run('cot-tag-long', seed, comparisonRecipe('cot-tag', seed, steps), ALL);
    }),
};

/** Controls that recordings have pairs for. */
const RECORDED = [
  'plain',
  'held-out',
  'windows-narrow',
  'identical',
  'grey',
  'one-only',
  'words-query',
  'answer-letters',
];

const real: Experiment = {
  title: 'Real frames',
  about:
    'Recordings of real robots, from fresh weights and from the simulator’s cured model, with shuffled labels as control.',
  seeds: [1, 2, 3],
  runs: (seeds) =>
    seeds.flatMap((seed) => {
      const shuffled = realRecipe('tag-scratch', seed);
      const stages = shuffled.stages.map((stage) =>
        stage.order === 'both' ? { ...stage, labels: 'shuffled' as const } : stage,
      );
      return [
        ...REAL_STRATEGIES.map((strategy) => run(strategy, seed, realRecipe(strategy, seed), RECORDED)),
        run('shuffled', seed, { ...shuffled, stages }, ['plain']),
        {
          ...run('simulator-alone', seed, realRecipe('tag-simulator', seed), RECORDED),
          shipped: 'cured' as const,
        },
      ];
    }),
};

/** What it takes to see that something goes wrong: failures played backwards, besides ordinary episodes. */
const guard: Experiment = {
  title: 'The guard',
  about:
    'The cured model, taught by bare labels on rollouts that went wrong, played backwards from there: what the safety boundary watches with.',
  seeds: [1],
  runs: (seeds) => seeds.map((seed) => run('guard', seed, guardRecipe(seed), ['plain', 'mishaps', 'undone'])),
};

/** What it takes not to be taken in by a hand that tries things out. */
const coach: Experiment = {
  title: 'The coach',
  about:
    'The cured model, taught by bare labels on a hand that plays about with the things of a task: what policies are rewarded by.',
  seeds: [1],
  runs: (seeds) => seeds.map((seed) => run('coach', seed, coachRecipe(seed), ['plain'])),
};

/** The shortest experiment there is: it shows that the runner works, and nothing else. */
const smoke: Experiment = {
  title: 'Does the runner work?',
  about:
    'Three runs of a few steps each, far too little to learn anything; the last goes on from a stage of the first.',
  seeds: [1],
  runs: (seeds) =>
    seeds.flatMap((seed) =>
      (['cot-tag', 'tag', 'tag-7'] as const).map((strategy) => ({
        strategy,
        seed,
        recipe: smokeRecipe(strategy, seed),
        questions: strategy === 'cot-tag' ? ['plain', 'turnable', 'counter-task', 'identical'] : [],
        pairsPerQuestion: 24,
      })),
    ),
};

function smokeRecipe(strategy: 'tag' | 'cot-tag' | 'tag-7', seed: number): Recipe {
  const recipe = preset('smoke');
  const kept = { tag: ['bias', 'tag'], 'cot-tag': ['bias', 'cot', 'tag'], 'tag-7': ['tag'] }[strategy];
  const initial = strategy === 'tag-7' ? { run: `smoke/cot-tag-${seed}`, stage: 'cot' } : recipe.initial;
  return { ...recipe, seed, initial, stages: recipe.stages.filter(({ name }) => kept.includes(name)) };
}

export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  smoke,
  guard,
  coach,
  backbone,
  ablation,
  scaling,
  controls,
  real,
  longer,
};
