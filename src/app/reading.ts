// Numbers as people read them: with units, few digits, and a dash where nothing is known, in the language of the page.
import { decimal, whole } from '../base/numbers';
import * as m from '../words/messages';
import { getLocale } from '../words/runtime';

export { whole };

const none = '–';

/** "84 %", or "84.2 %" with one digit; the sign never stands on a line of its own. */
export function percent(value: number | null | undefined, digits = 0): string {
  return value === null || value === undefined || !Number.isFinite(value) ? none : `${fixed(value, digits)}\u00a0%`;
}

/** A sentence whose percent signs never stand on a line of their own. */
export function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) %/g, '$1\u00a0%');
}

/** "1 frame", "12 frames", "4,210 frames"; the nouns come in the language of the page. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  const form = new Intl.PluralRules(getLocale()).select(count);
  return `${whole(count)} ${form === 'one' ? noun : plural}`;
}

/** "84.20": so many decimals, and the language's own sign before them. */
export function fixed(value: number, digits: number): string {
  return written(value.toFixed(digits));
}

/** Digits with a decimal point as the language writes them: "0.5" is "0,5" in German. */
export function written(digits: string): string {
  return decimal(digits);
}

/** Three significant digits, for losses and learning rates. */
export function significant(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  if (value !== 0 && Math.abs(value) < 0.001) return written(value.toExponential(1));
  return written(value.toPrecision(3));
}

/** "412 B", "3.4 MB"; a unit never stands on a line of its own, here and below. */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : fixed(scaled, 1)}\u00a0${units[power]}`;
}

/** "38 s", "4 min", "2 h 10 min". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.max(0, Math.round(seconds))}\u00a0s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes}\u00a0min`;
  const hours = `${Math.floor(minutes / 60)}\u00a0h`;
  return `${hours} ${minutes % 60}\u00a0min`;
}

/** "4 min (3 to 6)". */
export function durationRange(range: { low: number; likely: number; high: number }): string {
  const [low, likely, high] = [duration(range.low), duration(range.likely), duration(range.high)];
  return low === high ? likely : m.plots_range({ likely, low, high });
}

/** "just now", "38 s ago", "2 h 5 min ago", else the date. `at` and `now` in milliseconds. */
export function since(at: number, now = Date.now()): string {
  const seconds = (now - at) / 1000;
  if (seconds < 5) return m.plots_just_now();
  if (seconds < 86_400) return m.plots_ago({ time: duration(seconds) });
  return new Date(at).toLocaleDateString(getLocale(), { day: 'numeric', month: 'short', year: 'numeric' });
}

/** "the first picture" or "the second picture". */
export function place(answer: 'img1' | 'img2' | 'invalid'): string {
  if (answer === 'invalid') return m.plots_nothing_readable();
  return answer === 'img1' ? m.plots_first_picture() : m.plots_second_picture();
}

/** "22 Nov 2026, 14:05"; to the second where several things may come within a minute. */
export function dateOf(at: number, toTheSecond = false): string {
  return new Date(at).toLocaleString(getLocale() === 'en' ? 'en-GB' : getLocale(), {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(toTheSecond && { second: '2-digit' }),
  });
}
