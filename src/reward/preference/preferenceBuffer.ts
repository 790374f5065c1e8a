// The preference buffer D of appendix B.1: which of two frames a judge holds to be closer to done. Frames are named by
// their numbers in the replay buffer, which are never given twice.
import type { Random } from '../../base/random';

export interface Preference {
  /** Numbers of the two frames in the replay buffer. */
  first: number;
  second: number;
  /** Probability that the first is preferred, as in (2). */
  y: number;
  weight: number;
}

/** What a judge says of a pair. */
export interface PairVerdict {
  first: number;
  second: number;
  /** Probability that the second is closer to done, over both orders. */
  secondCloser: number;
  /** Whether both orders came to the same answer. */
  agrees: boolean;
}

export interface PreferenceSettings {
  /** Pairs kept; the oldest go first. */
  capacity: number;
  /** What is learnt: the bare label, as in the paper, or the judge's probability. */
  labels: 'hard' | 'soft';
  /** What becomes of a pair whose two orders contradict each other, or that is at one half: nothing, or y = ½. */
  undecided: 'leave out' | 'half';
}

export class PreferenceBuffer {
  readonly #settings: PreferenceSettings;
  #pairs: Preference[] = [];

  /** @throws RangeError where the capacity is not a whole number above 0 */
  constructor(settings: PreferenceSettings) {
    if (!Number.isInteger(settings.capacity) || settings.capacity < 1) {
      throw new RangeError(`a preference buffer cannot hold ${settings.capacity} pairs`);
    }
    this.#settings = settings;
  }

  get size(): number {
    return this.#pairs.length;
  }

  /** Oldest first. */
  get pairs(): readonly Preference[] {
    return this.#pairs;
  }

  /** Takes one pair in as it is. */
  add(preference: Preference): void {
    this.#pairs.push(preference);
    if (this.#pairs.length > this.#settings.capacity) this.#pairs.shift();
  }

  /** Takes a verdict in by the settings. @returns whether it was kept */
  addVerdict({ first, second, secondCloser, agrees }: PairVerdict, weight = 1): boolean {
    const { labels, undecided } = this.#settings;
    const decided = agrees && secondCloser !== 0.5;
    if (!decided && undecided === 'leave out') return false;
    const label = labels === 'soft' ? 1 - secondCloser : secondCloser < 0.5 ? 1 : 0;
    this.add({ first, second, y: decided ? label : 0.5, weight });
    return true;
  }

  /** Drops the pairs with a frame numbered below `oldest`, which the replay buffer no longer has. */
  forget(oldest: number): void {
    this.#pairs = this.#pairs.filter(({ first, second }) => Math.min(first, second) >= oldest);
  }

  /** Pairs drawn with replacement; none from an empty buffer. */
  sample(count: number, random: Random): Preference[] {
    if (this.#pairs.length === 0) return [];
    return Array.from({ length: count }, () => random.pick(this.#pairs));
  }
}
