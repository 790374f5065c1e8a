// How a figure is written in a sentence: one decimal where it matters, a unit always, the same everywhere, so that the
// verdict, the plots' summaries and the report never disagree about a rounding.
import * as m from '../words/messages';
import { decimal } from '../base/numbers';

/** A share in percent as text: `84.3 %`, `100 %`; `no value` for null. */
export function percent(value: number | null, digits = 1): string {
  return value === null ? m.engine_no_value() : `${trimmed(value, digits)} %`;
}

/** A difference of two shares: `6.5 points`, `1 point`. */
export function points(value: number): string {
  return m.engine_points({ n: Number(value.toFixed(1)), count: trimmed(value, 1) });
}

/** An interval in percent in square brackets, or nothing where there is none. */
export function bracket(low: number | null, high: number | null): string {
  if (low === null || high === null) return '';
  return ` ${m.engine_interval({ low: trimmed(low, 1), high: trimmed(high, 1) })}`;
}

/** A p value: two digits that count, never a false zero. */
export function probability(p: number): string {
  if (p < 0.001) return `p < ${decimal(0.001)}`;
  return `p = ${decimal(p < 0.1 ? p.toFixed(3) : p.toFixed(2))}`;
}

/** A count for a message that has a plural: the number, and its text. */
export function count(n: number): { n: number; count: string } {
  return { n, count: grouped(n) };
}

/** Digits in groups of three from five digits on (a thin no-break space between). */
export function grouped(count: number): string {
  return Math.abs(count) < 10_000 ? `${count}` : `${count}`.replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A number with at most `digits` decimals and no trailing zeros, with the language's decimal mark. */
export function trimmed(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  const short = digits > 0 ? text.replace(/\.?0+$/, '') : text;
  return short === '-0' ? '0' : decimal(short);
}
