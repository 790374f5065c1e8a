// Generalised advantage estimation (Schulman et al., arXiv 1506.02438) over rollouts of fixed length. Their end is the
// clock's and not the task's: the value of the last observation stands for what would have come.

export interface AdvantageSettings {
  /** Discount γ. */
  discount: number;
  /** λ */
  trace: number;
}

/**
 * δ_t = r_t + γ·V(o_{t+1}) − V(o_t) and A_t = δ_t + γλ·A_{t+1}.
 * @param rewards [T, N], of arriving at o_{t+1}
 * @param values [T + 1, N]
 * @returns advantages and returns A + V, [T, N] each
 * @throws RangeError where the lengths do not fit
 */
export function generalisedAdvantages(
  rewards: ArrayLike<number>,
  values: ArrayLike<number>,
  count: number,
  { discount, trace }: AdvantageSettings,
): { advantages: Float32Array<ArrayBuffer>; returns: Float32Array<ArrayBuffer> } {
  if (values.length !== rewards.length + count) {
    throw new RangeError(`${values.length} values do not fit ${rewards.length} rewards of ${count} environments`);
  }
  const advantages = new Float32Array(rewards.length);
  const returns = new Float32Array(rewards.length);
  for (let i = rewards.length - 1; i >= 0; i--) {
    const after = i + count < rewards.length ? (advantages[i + count] as number) : 0;
    const delta = (rewards[i] as number) + discount * (values[i + count] as number) - (values[i] as number);
    advantages[i] = delta + discount * trace * after;
    returns[i] = (advantages[i] as number) + (values[i] as number);
  }
  return { advantages, returns };
}

/** With mean 0 and spread 1; all zeros where they do not differ. */
export function standardised(values: Float32Array): Float32Array<ArrayBuffer> {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const spread = Math.sqrt(squares / Math.max(1, values.length)) + 1e-8;
  return values.map((value) => (value - mean) / spread) as Float32Array<ArrayBuffer>;
}
