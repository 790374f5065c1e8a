// Counter-based random numbers: a draw is a pure function of its keys (seed, step, purpose, …), so that a resumed run
// repeats an uninterrupted one without any stored generator state, and two consumers never disturb each other.

/** Mixes integer keys to 32 well-distributed bits (the finaliser of MurmurHash3 after each key). */
export function hash(...keys: readonly number[]): number {
  let h = 0x9e3779b9;
  for (const key of keys) {
    // Both halves of a key count, so that positions above 2^32 do not repeat.
    h = mix(h ^ (key >>> 0));
    const high = Math.floor(key / 0x1_0000_0000);
    if (high !== 0) h = mix(h ^ (high >>> 0));
  }
  return h >>> 0;
}

function mix(value: number): number {
  let h = (value + 0x6d2b79f5) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Hashes text to 32 bits, for use as a key (FNV-1a over UTF-16 code units). */
export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** A sequence of draws that depends on its keys alone. */
export class Random {
  readonly #key: number;
  #count = 0;

  constructor(...keys: readonly number[]) {
    this.#key = hash(...keys);
  }

  uint32(): number {
    return hash(this.#key, this.#count++);
  }

  /** A number in [0, 1). */
  float(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.float();
  }

  /** An integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.float() * count);
  }

  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('cannot pick from nothing');
    return items[this.below(items.length)] as T;
  }

  /** Index drawn in proportion to non-negative weights. */
  weighted(weights: readonly number[]): number {
    let rest = this.float() * weights.reduce((sum, w) => sum + w, 0);
    for (let i = 0; i < weights.length; i++) {
      rest -= weights[i] ?? 0;
      if (rest < 0) return i;
    }
    return weights.length - 1;
  }

  /** Standard normal draw (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.float())) * Math.cos(2 * Math.PI * this.float());
  }

  /** A shuffled copy (Fisher and Yates). */
  shuffled<T>(items: readonly T[]): T[] {
    const copy = [...items];
    for (let i = copy.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [copy[i], copy[j]] = [copy[j] as T, copy[i] as T];
    }
    return copy;
  }
}
