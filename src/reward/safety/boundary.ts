// The safety boundary of appendix B.2: a run of negative preferences longer than a threshold stops the policy. It sees
// preferences and nothing else: neither the policy, nor the world, nor the model.

export interface BoundaryRule {
  /** It stops at the first run of negative preferences longer than this many ticks. */
  threshold: number;
  /** A preference counts as negative below minus this; 0 counts every one. */
  certainty: number;
}

/** Unless somebody says otherwise: chosen on rollouts that the guard watched; docs/reward.md has what it reaches on others. */
export const RULE: BoundaryRule = { threshold: 3, certainty: 0.7 };

export class Boundary {
  readonly #rule: BoundaryRule;
  #run = 0;

  constructor(rule: BoundaryRule) {
    this.#rule = rule;
  }

  /** Negative preferences in a row so far. */
  get run(): number {
    return this.#run;
  }

  /** @param preference signed certainty that the last tick came closer to done; NaN where there is none yet */
  observe(preference: number): 'go on' | 'stop' {
    this.#run = preference < -this.#rule.certainty ? this.#run + 1 : 0;
    return this.#run > this.#rule.threshold ? 'stop' : 'go on';
  }

  /** After a stop, or at the start of another rollout. */
  reset(): void {
    this.#run = 0;
  }
}

/** Negative preferences in a row at each tick. @param preferences [n] */
export function negativeRuns(preferences: ArrayLike<number>, certainty: number): Int32Array<ArrayBuffer> {
  const boundary = new Boundary({ threshold: Infinity, certainty });
  return Int32Array.from({ length: preferences.length }, (_, tick) => {
    boundary.observe(preferences[tick] ?? NaN);
    return boundary.run;
  });
}

/** The tick at which the boundary stops a rollout; null where it lets it go on. */
export function stopTick(preferences: ArrayLike<number>, rule: BoundaryRule): number | null {
  const boundary = new Boundary(rule);
  for (let tick = 0; tick < preferences.length; tick++) {
    if (boundary.observe(preferences[tick] ?? NaN) === 'stop') return tick;
  }
  return null;
}
