// Measures of a value over time: how well it follows time (VOC) and truth, and how often it turns back.

/** Ranks from 1, ties at the mean of their places. */
export function ranks(values: ArrayLike<number>): Float64Array<ArrayBuffer> {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranked = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let until = from + 1;
    while (until < order.length && values[order[until] ?? 0] === values[order[from] ?? 0]) until++;
    for (let i = from; i < until; i++) ranked[order[i] ?? 0] = (from + 1 + until) / 2;
    from = until;
  }
  return ranked;
}

/** Pearson's correlation; 0 where one of them never changes. @throws RangeError for lists of different lengths */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`lengths ${a.length}, ${b.length}`);
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? 0) - ma, (b[i] ?? 0) - mb];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation; 0 where one of them never changes. */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return correlation(ranks(a), ranks(b));
}

/** Value order correlation: Spearman of value and time (GVL, VLAC), −1 … 1. */
export function valueOrder(values: ArrayLike<number>): number {
  return spearman(
    values,
    Array.from({ length: values.length }, (_, t) => t),
  );
}

/** Share of critics below zero, 0 … 1; NaN without any. */
export function negativeRate(critics: ArrayLike<number>): number {
  return Array.from(critics).filter((critic) => critic < 0).length / critics.length;
}

/** Share of steps at which the value does not fall, 0 … 1; NaN without a step. */
export function monotonicity(values: ArrayLike<number>): number {
  let kept = 0;
  for (let t = 1; t < values.length; t++) if ((values[t] ?? 0) >= (values[t - 1] ?? 0)) kept++;
  return kept / (values.length - 1);
}

/** Mean absolute difference to the truth, both stretched to [0, 1] over the episode; NaN where one of them never changes. */
export function truthError(values: ArrayLike<number>, truth: ArrayLike<number>): number {
  const [a, b] = [stretched(values), stretched(truth)];
  return a.reduce((sum, value, t) => sum + Math.abs(value - (b[t] ?? NaN)), 0) / a.length;
}

function stretched(values: ArrayLike<number>): number[] {
  const list = Array.from(values);
  const [low, high] = [Math.min(...list), Math.max(...list)];
  return list.map((value) => (value - low) / (high - low));
}

/** Chance that a success gets a higher value than a failure (area under the curve); ties count half; NaN without both. */
export function ranking(successes: readonly number[], failures: readonly number[]): number {
  let won = 0;
  for (const a of successes) for (const b of failures) won += a > b ? 1 : a === b ? 0.5 : 0;
  return won / (successes.length * failures.length);
}
