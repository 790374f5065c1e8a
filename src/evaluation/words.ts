// How a figure is written in a sentence: one decimal where it matters, a unit always, the same everywhere, so that the
// verdict, the plots' summaries and the report never disagree about a rounding.

/** A share in percent as text: `84.3 %`, `100 %`; `no value` for null. */
export function percent(value: number | null, digits = 1): string {
  return value === null ? 'no value' : `${trimmed(value, digits)} %`;
}

/** A difference of two shares: `6.5 points`, `1 point`. */
export function points(value: number): string {
  const text = trimmed(value, 1);
  return `${text} ${text === '1' ? 'point' : 'points'}`;
}

/** An interval in percent in square brackets, or nothing where there is none. */
export function bracket(low: number | null, high: number | null): string {
  return low === null || high === null ? '' : ` [${trimmed(low, 1)}, ${trimmed(high, 1)}]`;
}

/** A p value: two digits that count, never a false zero. */
export function probability(p: number): string {
  if (p < 0.001) return 'p < 0.001';
  return `p = ${p < 0.1 ? p.toFixed(3) : p.toFixed(2)}`;
}

/** A count with its noun: `1 episode`, `1 204 pairs`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Digits in groups of three from five digits on (a thin no-break space between). */
export function grouped(count: number): string {
  return Math.abs(count) < 10_000 ? `${count}` : `${count}`.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A number with at most `digits` decimals and no trailing zeros. */
export function trimmed(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  const short = digits > 0 ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : short;
}
