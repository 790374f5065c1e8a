// An answer in one sentence, for eyes and for screen readers.
import type { JudgeVerdict } from '../../../workers/gpuApi';
import * as m from '../../../words/messages';

export function isUnreadable({ shown, swapped }: Pick<JudgeVerdict, 'shown' | 'swapped'>): boolean {
  return shown.answer === 'invalid' || swapped.answer === 'invalid';
}

/** @param same both pictures show the same */
export function headline(verdict: JudgeVerdict, same: boolean): string {
  if (isUnreadable(verdict)) return m.judge_invalid();
  if (same) return m.judge_same_answer();
  if (verdict.closer === null) return m.judge_disagree();
  return verdict.closer === 'first' ? m.judge_agree_first() : m.judge_agree_second();
}
