// What a quiz is set to: enough to take the same one again on another machine, and short enough for an address.
import { WINDOWS, type Sampling } from '../../../pairs/sampling';
import { LESSON, preset } from '../../../training/presets';
import type { Recipe } from '../../../training/recipe';

/** Pairs of a quiz; each is asked about twice. */
export const LENGTHS = [12, 24, 48, 96] as const;
/** Seconds for an answer; 0 for no limit. */
export const LIMITS = [0, 10, 5] as const;
/** Pairs shown before, which do not count. */
export const WARM_UP = 3;

export interface QuizSettings {
  readonly pairs: (typeof LENGTHS)[number];
  readonly seed: number;
  readonly source: 'simulator' | 'library';
  readonly seconds: (typeof LIMITS)[number];
  /** Tells after each answer whether it was right. */
  readonly practice: boolean;
}

export const USUAL_SETTINGS: QuizSettings = { pairs: 24, seed: 1, source: 'simulator', seconds: 0, practice: false };

const MOST_SEED = 999_999;

/** A seed that can be typed, 0 to 999,999; null where the number is none. */
export function seedOf(value: number): number | null {
  return Number.isInteger(value) && value >= 0 && value <= MOST_SEED ? value : null;
}

/** Reads `seed=7&pairs=24&limit=10&from=library&practice=1`; what is missing or makes no sense is as usual. */
export function settingsFrom(parameters: URLSearchParams): QuizSettings {
  const number = (key: string) => (parameters.has(key) ? Number(parameters.get(key) || NaN) : NaN);
  return {
    pairs: LENGTHS.find((length) => length === number('pairs')) ?? USUAL_SETTINGS.pairs,
    seed: seedOf(number('seed')) ?? USUAL_SETTINGS.seed,
    source: parameters.get('from') === 'library' ? 'library' : 'simulator',
    seconds: LIMITS.find((limit) => limit === number('limit')) ?? USUAL_SETTINGS.seconds,
    practice: parameters.get('practice') === '1',
  };
}

/** What stands in the address; null for what is left out there. */
export function addressOf({ pairs, seed, source, seconds, practice }: QuizSettings): Record<string, string | null> {
  return {
    seed: `${seed}`,
    pairs: `${pairs}`,
    limit: seconds === 0 ? null : `${seconds}`,
    from: source === 'library' ? 'library' : null,
    practice: practice ? '1' : null,
  };
}

/** Every window as often as any other; the pairs follow the quiz's seed. */
function balanced(sampling: Sampling, seed: number): Sampling {
  return { ...sampling, windows: WINDOWS.map((window) => ({ window, weight: 1 })), splitSeed: seed };
}

/** Films that no model of the studio was trained on, as many as there are pairs, so that no two pairs share one. */
export function simulatorRecipe({ pairs, seed }: QuizSettings): Recipe {
  const recipe = preset('class');
  const episodes = Math.ceil((pairs + WARM_UP) / 0.8) + 4;
  return {
    ...recipe,
    seed,
    source: { ...LESSON, seed: LESSON.seed + 1_000_000 + seed, episodes },
    sampling: { ...balanced(recipe.sampling, seed), split: [10, 10, 80] },
  };
}

/** @param tasks of all recordings in the library: all of them may be asked about */
export function libraryRecipe({ seed }: QuizSettings, sampling: Sampling, tasks: readonly string[]): Recipe {
  const holdOut = { templates: [...tasks], objects: [], colours: [], scenes: [], phrasings: [] };
  return { ...preset('class'), seed, source: { kind: 'library' }, sampling: { ...balanced(sampling, seed), holdOut } };
}
