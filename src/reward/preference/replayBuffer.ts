// The replay buffer: the newest rollouts with all that was observed, done and given for it. A rollout of N environments
// and T steps holds (T + 1)·N observations, step by step; an observation's reward is that of arriving at it, so that
// relabelling is a pure function of single frames. Frames are bytes in one flat ring.
/** T steps of N environments, step by step; observations are T + 1, the last one being where the episodes ended. */
export interface Rollout {
  steps: number;
  count: number;
  /** [T + 1, N, S, S, 3] */
  frames: Uint8Array<ArrayBuffer>;
  /** [T + 1, N, P] */
  proprioception: Float32Array<ArrayBuffer>;
  /** [T, N] */
  actions: Uint8Array<ArrayBuffer>;
  /** [T, N] */
  logProbs: Float32Array<ArrayBuffer>;
  /** [T + 1, N] */
  values: Float32Array<ArrayBuffer>;
  /** [T + 1, N] true progress; NaN for the first, of which the environment says nothing. */
  progress: Float32Array<ArrayBuffer>;
  /** [T + 1, N] */
  succeeded: Uint8Array<ArrayBuffer>;
  /** [N] */
  scenes: Int32Array<ArrayBuffer>;
}

export interface ReplayShape {
  /** Rollouts kept; the oldest go first. */
  rollouts: number;
  /** Observations of one environment in a rollout: T + 1. */
  steps: number;
  /** Environments: N. */
  count: number;
  /** Side of the pictures. */
  size: number;
  /** Numbers of proprioception: P. */
  proprioception: number;
}

/** Bits of an observation's flags. */
export const FLAGS = { first: 1, last: 2, succeeded: 4 } as const;

/** Numbers of observations count from 0 over all rollouts ever added; the ring holds those in [oldest, next). */
export class ReplayBuffer {
  readonly shape: ReplayShape;
  /** Observations in a rollout. */
  readonly each: number;
  readonly #bytes: number;
  readonly #frames: Uint8Array<ArrayBuffer>;
  readonly #proprioception: Float32Array<ArrayBuffer>;
  readonly #actions: Uint8Array<ArrayBuffer>;
  readonly #logProbs: Float32Array<ArrayBuffer>;
  readonly #values: Float32Array<ArrayBuffer>;
  readonly #progress: Float32Array<ArrayBuffer>;
  readonly #rewards: Float32Array<ArrayBuffer>;
  readonly #flags: Uint8Array<ArrayBuffer>;
  readonly #scenes: Int32Array<ArrayBuffer>;
  #added = 0;

  constructor(shape: ReplayShape) {
    this.shape = shape;
    this.each = shape.steps * shape.count;
    this.#bytes = shape.size * shape.size * 3;
    const places = shape.rollouts * this.each;
    this.#frames = new Uint8Array(places * this.#bytes);
    this.#proprioception = new Float32Array(places * shape.proprioception);
    this.#actions = new Uint8Array(places);
    this.#logProbs = new Float32Array(places);
    this.#values = new Float32Array(places);
    this.#progress = new Float32Array(places);
    this.#rewards = new Float32Array(places);
    this.#flags = new Uint8Array(places);
    this.#scenes = new Int32Array(shape.rollouts * shape.count);
  }

  /** Rollouts held. */
  get rollouts(): number {
    return Math.min(this.#added, this.shape.rollouts);
  }

  /** Observations held. */
  get size(): number {
    return this.rollouts * this.each;
  }

  /** The number of the oldest observation held. */
  get oldest(): number {
    return (this.#added - this.rollouts) * this.each;
  }

  /** The number that the next observation gets. */
  get next(): number {
    return this.#added * this.each;
  }

  /** Takes a copy of a rollout. @throws RangeError where its shape is another */
  add(rollout: Rollout): void {
    const { steps, count, size } = this.shape;
    if (rollout.steps !== steps - 1 || rollout.count !== count || rollout.frames.length !== this.each * this.#bytes) {
      throw new RangeError(
        `a replay buffer of ${count} × ${steps} pictures of side ${size} cannot take this rollout of` +
          ` ${rollout.count} × ${rollout.steps + 1}`,
      );
    }
    const slot = this.#added % this.shape.rollouts;
    const start = slot * this.each;
    this.#frames.set(rollout.frames, start * this.#bytes);
    this.#proprioception.set(rollout.proprioception, start * this.shape.proprioception);
    // The last observation of an environment has no action.
    this.#actions.fill(0, start, start + this.each).set(rollout.actions, start);
    this.#logProbs.fill(0, start, start + this.each).set(rollout.logProbs, start);
    this.#values.set(rollout.values, start);
    this.#progress.set(rollout.progress, start);
    this.#rewards.fill(0, start, start + this.each);
    for (let i = 0; i < this.each; i++) {
      const ends = (i < count ? FLAGS.first : 0) | (i >= this.each - count ? FLAGS.last : 0);
      this.#flags[start + i] = ends | (rollout.succeeded[i] === 1 ? FLAGS.succeeded : 0);
    }
    this.#scenes.set(rollout.scenes, slot * count);
    this.#added++;
  }

  has(number: number): boolean {
    return number >= this.oldest && number < this.next;
  }

  /** [S·S·3] of an observation, as a view that the ring overwrites in time. @throws RangeError where it is not held */
  frame(number: number): Uint8Array<ArrayBuffer> {
    const at = this.#place(number) * this.#bytes;
    return this.#frames.subarray(at, at + this.#bytes);
  }

  /** A copy of the frames of some observations, [F, S, S, 3]. */
  framesOf(numbers: readonly number[]): Uint8Array<ArrayBuffer> {
    const copy = new Uint8Array(numbers.length * this.#bytes);
    numbers.forEach((number, i) => copy.set(this.frame(number), i * this.#bytes));
    return copy;
  }

  /** What else is known of an observation; the action and its log-probability mean nothing where it is the last. */
  at(number: number) {
    const i = this.#place(number);
    const width = this.shape.proprioception;
    return {
      proprioception: this.#proprioception.subarray(i * width, (i + 1) * width),
      action: this.#actions[i] as number,
      logProb: this.#logProbs[i] as number,
      value: this.#values[i] as number,
      /** True progress, only to measure by; NaN where the environment did not say. */
      progress: this.#progress[i] as number,
      reward: this.#rewards[i] as number,
      flags: this.#flags[i] as number,
    };
  }

  /** Which scene environment `n` showed in a rollout held, counted from the oldest. */
  scene(rollout: number, n: number): number {
    const slot = (this.#added - this.rollouts + rollout) % this.shape.rollouts;
    return this.#scenes[slot * this.shape.count + n] as number;
  }

  /** [(T + 1)·N] rewards of the newest rollout, as a view. */
  newestRewards(): Float32Array<ArrayBuffer> {
    const at = this.#place(this.next - this.each);
    return this.#rewards.subarray(at, at + this.each);
  }

  /** All frames held, stretch by stretch, oldest first, as views. */
  *stretches(): Generator<Uint8Array<ArrayBuffer>> {
    for (let number = this.oldest; number < this.next; number += this.each) {
      const at = this.#place(number) * this.#bytes;
      yield this.#frames.subarray(at, at + this.each * this.#bytes);
    }
  }

  /**
   * Replaces the rewards of everything held, or of the newest observations alone.
   * @param rewards oldest first; fewer than are held for the newest that many
   * @throws RangeError where there are more than observations
   */
  relabel(rewards: Float32Array): void {
    if (rewards.length > this.size) throw new RangeError(`${rewards.length} rewards for ${this.size} observations`);
    const start = this.next - rewards.length;
    for (let i = 0; i < rewards.length; i++) this.#rewards[this.#place(start + i)] = rewards[i] as number;
  }

  #place(number: number): number {
    if (!this.has(number)) throw new RangeError(`observation ${number} is not in the replay buffer`);
    return number % (this.shape.rollouts * this.each);
  }
}
