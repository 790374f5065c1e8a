// How a list of signed critics becomes values, as VLAC does it (`critic_to_value_simple` of its published code): a critic
// is a share of the way that remains, not an addition. Its rules differ in what a negative critic does.

/** `same`: VLAC's default; `mix`: the rule of its smoothing and data filtering; `inverse`: its third. */
export const VALUE_RULES = ['same', 'mix', 'inverse'] as const;
export type ValueRule = (typeof VALUE_RULES)[number];

/**
 * @param critics in percent, −100 … 100, of n − 1 steps
 * @returns n values in percent, from 0; under `same` they can fall below 0
 */
export function vlacValues(critics: ArrayLike<number>, rule: ValueRule = 'same'): Float64Array<ArrayBuffer> {
  const values = new Float64Array(critics.length + 1);
  for (let k = 0; k < critics.length; k++) values[k + 1] = next(values[k] ?? 0, critics[k] ?? 0, rule);
  return values;
}

function next(value: number, critic: number, rule: ValueRule): number {
  // A critic of 0 changes nothing under any rule; VLAC's own `mix` turns values above 99 into 99 there.
  if (critic === 0) return value;
  if (critic > 0 || rule === 'same') return value + ((100 - value) * critic) / 100;
  if (rule === 'mix' && value <= 50) return value + (value * critic) / 100;
  // All of it is lost at −100, where VLAC divides by zero.
  const left = 100 + critic;
  const undone = left <= 0 ? -Infinity : 100 - (Math.max(100 - value, 1) / left) * 100;
  return rule === 'mix' ? Math.max(10, undone) : Math.max(-LOWEST, undone);
}

/** Below this a value says nothing more; keeps sums finite. */
const LOWEST = 1e6;
