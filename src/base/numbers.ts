// Numbers as the language of the moment writes them, for sentences.
import { getLocale } from '../words/runtime';

/** Digits in groups: "4,210"; in German with a narrow space, because a point is read as a decimal mark by half of the world. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString(getLocale()).replaceAll('.', '\u202f');
}

/** A count for a message that has a plural: the number, and its text. */
export function many(n: number): { n: number; count: string } {
  return { n, count: whole(n) };
}

/** The text of a number with the language's decimal mark: "84.3", in German "84,3". */
export function decimal(number: number | string): string {
  return `${number}`.replace('.', markOf(getLocale()));
}

const marks = new Map<string, string>();

function markOf(locale: string): string {
  let mark = marks.get(locale);
  if (mark === undefined) marks.set(locale, (mark = (0.5).toLocaleString(locale).charAt(1)));
  return mark;
}
