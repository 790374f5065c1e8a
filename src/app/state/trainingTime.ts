// How long a whole run takes on this device: its steps, the pairs it judges on the way, and getting ready. What the last
// run took beside its steps is remembered by device and size of the model.
import { judgedPairs } from '../../training/judgedPairs';
import type { Recipe } from '../../training/recipe';
import { resultOf, type DeviceReport } from '../../workers/deviceReport';
import * as m from '../../words/messages';
import { duration } from '../reading';
import { speedOf } from '../recipes/deviceSpeed';
import { stageCosts } from '../recipes/stageCost';

const key = 'palindrome.besideSteps';

/** What a run takes beside its steps. */
export interface BesideSteps {
  /** From the press of the button until training begins. */
  startSeconds: number;
  /** For a pair whose answer is read off, saving and waiting for pictures included. */
  msPerPair: number;
}

/** Before anything was measured. */
const START_SECONDS = 4;
/** A judged pair against a step on eight pairs: no gradients, but in small batches. */
const PAIRS_OF_A_STEP = 10;

export function estimatedSeconds(recipe: Recipe, backend: string, report: DeviceReport | null): number {
  const { msPerStep } = speedOf(backend, recipe.model);
  const steps = stageCosts(recipe).reduce((sum, cost) => sum + cost, 0);
  const { startSeconds, msPerPair } = besideSteps(recipe.model, backend, report, msPerStep);
  return startSeconds + (steps * msPerStep + judgedPairs(recipe) * msPerPair) / 1000;
}

function besideSteps(
  model: Recipe['model'],
  backend: string,
  report: DeviceReport | null,
  msPerStep: number,
): BesideSteps {
  const known = read()[`${backend} ${model}`];
  if (known) return known;
  const result = report && (report.id ?? report.device) === backend ? resultOf(report, model) : null;
  const rate = result && !('problem' in result) ? result.judgedPairsPerSecond : null;
  return { startSeconds: START_SECONDS, msPerPair: rate ? 1000 / rate : msPerStep / PAIRS_OF_A_STEP };
}

/** @param seconds of the whole run without pauses, of its steps, and until training began */
export function rememberRun(
  recipe: Recipe,
  backend: string,
  seconds: { whole: number; steps: number; start: number },
): void {
  const pairs = judgedPairs(recipe);
  if (pairs === 0) return;
  const msPerPair = (1000 * Math.max(0, seconds.whole - seconds.steps - seconds.start)) / pairs;
  const all = { ...read(), [`${backend} ${recipe.model}`]: { startSeconds: seconds.start, msPerPair } };
  try {
    localStorage.setItem(key, JSON.stringify(all));
  } catch {
    // Storage is switched off: the guess serves next time too.
  }
}

function read(): Record<string, BesideSteps> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    const isTime = (time: unknown) => typeof time === 'number' && time >= 0 && time < 1e6;
    const entries = Object.entries(value as Record<string, Partial<BesideSteps> | null>).filter(
      ([, beside]) => isTime(beside?.startSeconds) && isTime(beside?.msPerPair),
    );
    return Object.fromEntries(entries) as Record<string, BesideSteps>;
  } catch {
    return {};
  }
}

/** No more exact than an estimate can be: "under 5 s", "about 40 s", "about 1 min". */
export function aboutTime(seconds: number): string {
  if (seconds < 5) return m.train_time_under({ time: '5\u00a0s' });
  if (seconds < 57) return m.train_time_about({ time: `${5 * Math.round(seconds / 5)}\u00a0s` });
  if (seconds < 90) return m.train_time_about({ time: '1\u00a0min' });
  return m.train_time_about({ time: duration(seconds) });
}
