// What is wrong with a value that was checked, in the language of the moment.
import type { BaseIssue } from 'valibot';
import * as m from '../words/messages';
import { getLocale } from '../words/runtime';

/** Our own checks speak for themselves; valibot's words are English and are said anew elsewhere. */
export function problemOf({ type, message, expected, received }: BaseIssue<unknown>): string {
  if (type === 'check' || getLocale() === 'en') return message;
  return m.engine_wrong_value({ expected: expected ?? '…', received: received.slice(0, 60) });
}
