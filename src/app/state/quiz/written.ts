// Days and decimals as the page's language writes them.
import { getLocale } from '../../../words/runtime';

/** "22 Nov 2026, 14:05". */
export function dateOf(at: number): string {
  return new Date(at).toLocaleString(getLocale() === 'en' ? 'en-GB' : getLocale(), {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  });
}

/** "4.2", in German "4,2". */
export function decimal(value: number, digits = 1): string {
  return value.toLocaleString(getLocale(), { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
