// Which preset suits a measured device, and how long each recipe takes there. The rule: the largest preset whose own
// recipe ends within half an hour; where none does, the smallest preset with the shortest recipe.
import * as m from '../../words/messages';
import type { PresetName } from '../../training/presets';
import { totalSteps, type Recipe } from '../../training/recipe';
import { PRESETS } from '../../training/presets';
import { resultOf, type DeviceReport } from '../../workers/deviceReport';
import { duration, written } from '../reading';

export type PresetSize = keyof DeviceReport['presets'];

export const presetSizes: readonly PresetSize[] = ['nano', 'micro', 'mini'];
export const sensibleSeconds = 30 * 60;

/** The recipe that each size of the model is made for: the whole story with the smallest, the paper's comparison above. */
const ownRecipe: Record<PresetSize, PresetName> = { nano: 'class', micro: 'paper', mini: 'paper' };

/** What a preset is called on the page. */
export const recipeLabels: Readonly<Record<PresetName, () => string>> = {
  smoke: m.train_preset_smoke,
  class: m.train_preset_class,
  paper: m.train_preset_paper,
};

export interface PresetPace {
  size: PresetSize;
  stepsPerSecond: number;
  /** Measured on a smaller preset only. */
  estimated: boolean;
  /** Of training alone, for each recipe with this size of the model. */
  seconds: Record<PresetName, number>;
}

/** Null where nothing is known of this preset's speed. */
export function paceOf(report: DeviceReport, size: PresetSize): PresetPace | null {
  const result = resultOf(report, size);
  if (result === null) return null;
  const estimated = 'problem' in result;
  const msPerStep = estimated ? result.estimatedMsPerStep : result.msPerStep;
  if (msPerStep === null || msPerStep <= 0) return null;
  const { flops, recipeFlops } = report.workloads[size];
  const secondsOf = (name: PresetName) => ((recipeFlops[name] / flops) * msPerStep) / 1000;
  return {
    size,
    stepsPerSecond: 1000 / msPerStep,
    estimated,
    seconds: { smoke: secondsOf('smoke'), class: secondsOf('class'), paper: secondsOf('paper') },
  };
}

export interface Recommendation {
  size: PresetSize;
  recipe: PresetName;
  sentence: string;
}

/** Null where no preset could be measured. */
export function recommend(paces: readonly (PresetPace | null)[]): Recommendation | null {
  const known = paces.filter((pace) => pace !== null);
  const ownSeconds = (pace: PresetPace) => pace.seconds[ownRecipe[pace.size]];
  const [smallest] = known;
  if (smallest === undefined) return null;
  const chosen = known.findLast((pace) => ownSeconds(pace) <= sensibleSeconds);
  if (chosen === undefined) {
    const { size, seconds } = smallest;
    const sentence = m.train_recommend_short({
      pace: rateWords(smallest),
      size,
      recipe: recipeLabels.smoke(),
      time: timeText(seconds.smoke),
      own: recipeLabels[ownRecipe[size]](),
      ownTime: timeText(ownSeconds(smallest)),
    });
    return { size, recipe: 'smoke', sentence };
  }
  const recipe = ownRecipe[chosen.size];
  const larger = known[known.indexOf(chosen) + 1];
  const beyond =
    larger === undefined ? '' : m.train_recommend_beyond({ size: larger.size, time: timeText(ownSeconds(larger)) });
  const time = timeText(ownSeconds(chosen));
  const sentence = m.train_recommend({ pace: rateWords(chosen), recipe: recipeLabels[recipe](), time, beyond });
  return { size: chosen.size, recipe, sentence };
}

function rateWords({ size, stepsPerSecond, estimated }: PresetPace): string {
  const known = { size, rate: rateText(stepsPerSecond) };
  return estimated ? m.train_pace_estimated(known) : m.train_pace(known);
}

/** A long time without digits that nobody can promise: "40 s", "3 min", "1 h 20 min", "15 h", "7 days". */
export function timeText(seconds: number): string {
  const hours = seconds / 3600;
  if (hours >= 48) return m.train_days({ count: Math.round(hours / 24) });
  return hours >= 10 ? `${Math.round(hours)}\u00a0h` : duration(seconds);
}

/** "12", "1.4", "0.031". */
export function rateText(perSecond: number): string {
  if (perSecond >= 10) return `${Math.round(perSecond)}`;
  return written(`${Number(perSecond.toPrecision(2))}`);
}

/** The recipe that a size of the model is made for. */
export function usualRecipe(size: PresetSize): Recipe {
  return PRESETS[ownRecipe[size]];
}

/** Milliseconds of an average step of the recipe that a preset is made for. */
export function usualMsPerStep(pace: PresetPace): number {
  return (pace.seconds[ownRecipe[pace.size]] * 1000) / totalSteps(usualRecipe(pace.size));
}
