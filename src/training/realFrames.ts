// The comparison on recordings of real robots: a hundred training episodes of few scenes, given as folders of pictures with
// their own split, some of them described by hand. The same strategies from fresh weights and from the simulator's models.
import { PAPER_SAMPLING } from '../pairs/sampling';
import { COMPARISON, COT_SETTINGS } from './comparison';
import type { Recipe, Stage } from './recipe';
import { STAGE_SETTINGS } from './strategies';

/** Tasks that the recordings' own split keeps from training, as `templateOf` names them. */
const HELD_OUT = ['put the pear in the green pot', 'scoop the rice into the rice cooker'];

const BIAS_STEPS = 120;
const COT_STEPS = 500;
const TAG_STEPS = 1500;

export const REAL_STRATEGIES = ['tag-scratch', 'cot-tag-scratch', 'tag-simulator', 'cot-tag-simulator'] as const;
export type RealStrategy = (typeof REAL_STRATEGIES)[number];

/** Episodes have at most 32 pictures, which are already far apart. */
const BASE: Recipe = {
  ...COMPARISON,
  source: { kind: 'library' },
  sampling: { ...PAPER_SAMPLING, downsample: 1, holdOut: { ...PAPER_SAMPLING.holdOut, templates: HELD_OUT } },
  evaluation: { everySteps: 100, validationPairs: 96, testPairsPerWindow: 60, generatedPairs: 120 },
};

/** What the simulator's models know should not be unlearnt at once. */
const GENTLE = 4e-4;

export function realRecipe(strategy: RealStrategy, seed: number): Recipe {
  const fromScratch = strategy.endsWith('scratch');
  const stage = (samples: 'cot' | 'tag', steps: number): Stage => {
    const settings = samples === 'cot' ? COT_SETTINGS : STAGE_SETTINGS;
    const learningRate = fromScratch ? settings.learningRate : GENTLE;
    return { name: samples, samples, order: 'both', steps, sevenths: null, ...settings, learningRate };
  };
  const chronological: Stage = { ...stage('tag', BIAS_STEPS), name: 'bias', order: 'chronological', curriculum: null };
  const stages = [
    ...(fromScratch ? [chronological] : []),
    ...(strategy.startsWith('cot') ? [stage('cot', COT_STEPS)] : []),
    stage('tag', strategy.startsWith('cot') ? TAG_STEPS : TAG_STEPS + COT_STEPS),
  ];
  return {
    ...structuredClone(BASE),
    name: `${strategy} ${seed}`,
    seed,
    initial: fromScratch ? 'random' : 'cured',
    stages,
  };
}
