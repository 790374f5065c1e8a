// The cure that fits a number of seconds: a third of the steps with Chain-of-Thought, the rest with bare labels,
// starting from the biased model that comes with the studio. What is not training is taken off the time first.
import { preset } from '../../training/presets';
import type { Recipe, Stage } from '../../training/recipe';
import * as m from '../../words/messages';
import { duration } from '../reading';

/** Lengths of a lesson that are offered, in seconds. */
export const LESSON_SECONDS = [30, 120, 600] as const;

export type LessonSeconds = (typeof LESSON_SECONDS)[number];

/** Looks at the validation pairs on the way; in half a minute fewer are worth their time. */
const looksIn = (seconds: number): number => (seconds < 60 ? 10 : 20);

/** What a look at 24 pairs in both orders takes, in steps of 8 pairs (measured: 1.3 on a processor). */
const STEPS_OF_A_LOOK = 1.3;

/** And the two measurements of 48 pairs after the stages together. */
const STEPS_OF_MEASURING = 6;

/** Share of the time that the pair on the page takes, judged again every second. */
const ASKING = 0.1;

/** A step of the whole lesson, in steps with bare labels, whose time is known: one with a description takes 1.5 of them. */
const STEP = 1.16;

/** Steps that fit into a number of seconds together with the looks. */
export function stepsIn(seconds: number, msPerStep: number): number {
  const whole = ((1 - ASKING) * seconds * 1000) / msPerStep;
  const training = whole - looksIn(seconds) * STEPS_OF_A_LOOK - STEPS_OF_MEASURING;
  return Math.max(30, Math.round(training / STEP));
}

/** @param msPerStep how long a step takes on this device */
export function cureRecipe(seconds: number, msPerStep: number, seed = 1): Recipe {
  return cureOf(stepsIn(seconds, msPerStep), seconds, seed);
}

/** The lesson of so many steps, whatever they take; `seconds` name it. */
export function cureOf(steps: number, seconds: number, seed: number): Recipe {
  const recipe = preset('class');
  const cotSteps = Math.round(steps / 3);
  const shares: Record<Stage['samples'], number> = { cot: cotSteps, mixed: cotSteps, tag: steps - cotSteps };
  const everySteps = Math.max(5, Math.round(steps / looksIn(seconds)));
  return {
    ...recipe,
    // A name is typed and searched for: its spaces are plain.
    name: m.start_lesson_name({ time: duration(seconds).replaceAll('\u00a0', ' ') }),
    seed,
    initial: 'biased',
    stages: recipe.stages
      .filter((stage) => stage.order === 'both')
      .map((stage) => ({
        ...stage,
        steps: shares[stage.samples],
        sevenths: null,
        warmupSteps: Math.min(stage.warmupSteps, Math.round(shares[stage.samples] / 10)),
      })),
    evaluation: { everySteps, validationPairs: 24, testPairsPerWindow: 4, generatedPairs: 0 },
  };
}

/** A few steps of the lesson, to see how long one takes on a device that nothing is known of. */
export function trialRecipe(): Recipe {
  const recipe = cureRecipe(0, 1);
  return {
    ...recipe,
    name: m.start_trial_name(),
    stages: recipe.stages.filter(({ samples }) => samples === 'tag').map((stage) => ({ ...stage, steps: 16 })),
    evaluation: { everySteps: 1000, validationPairs: 0, testPairsPerWindow: 0, generatedPairs: 0 },
  };
}
