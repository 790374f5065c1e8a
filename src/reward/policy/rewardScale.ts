// One unit for every kind of reward, so that the same settings fit all: centred and of spread 1 over the rollouts so far,
// times 1 − γ, which makes a value the discounted mean of what is to come and keeps the critic's errors near one. Episodes
// have a fixed length, so that neither changes which policy is best.

/** Normalised rewards beyond this are cut: of a first rare success the spread knows nothing yet. */
const LARGEST = 10;

export class RewardScale {
  readonly #discount: number;
  #count = 0;
  #mean = 0;
  /** Σ (r − mean)², kept by Chan's rule for joining two samples. */
  #squares = 0;

  constructor(discount: number) {
    this.#discount = discount;
  }

  /** Takes rewards into account. */
  see(rewards: Float32Array): void {
    if (rewards.length === 0) return;
    const mean = rewards.reduce((sum, r) => sum + r, 0) / rewards.length;
    const squares = rewards.reduce((sum, r) => sum + (r - mean) ** 2, 0);
    const total = this.#count + rewards.length;
    this.#squares += squares + ((mean - this.#mean) ** 2 * this.#count * rewards.length) / total;
    this.#mean += ((mean - this.#mean) * rewards.length) / total;
    this.#count = total;
  }

  get spread(): number {
    return Math.sqrt(this.#squares / Math.max(1, this.#count));
  }

  /** All zeros where rewards never differed so far. */
  apply(rewards: Float32Array): Float32Array<ArrayBuffer> {
    const { spread } = this;
    return Float32Array.from(rewards, (r) => {
      const unit = spread < 1e-8 ? 0 : (r - this.#mean) / spread;
      return Math.min(Math.max(unit, -LARGEST), LARGEST) * (1 - this.#discount);
    });
  }
}
