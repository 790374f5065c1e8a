// What the controls say against the finding of a measurement: a sentence with figures for each kind that was asked.
import * as m from '../../../words/messages';
import { percent } from '../../reading';
import { controlGroups, type Answers, type ControlRow } from '../controlAnswers';

/** Empty where nothing speaks against it; null where no control was asked. */
export function refutations(answers: Answers | null): string[] | null {
  const rows = answers ? controlGroups(answers).flatMap((group) => group.rows) : [];
  const asked = rows.filter(({ reading }) => !['none', 'noted'].includes(reading.outcome));
  if (asked.length === 0) return null;
  const of = (group: string) => asked.filter(({ question }) => question.group === group);
  const failing = (some: readonly ControlRow[]) => some.filter(({ reading }) => reading.outcome === 'fails');
  const [wording, pictures] = [of('wording'), of('pictures')];
  const counter = failing(asked).find(({ question }) => question.name === 'counter-task');
  const others = failing(asked).filter((row) => !wording.includes(row) && !pictures.includes(row) && row !== counter);
  const failedWords = failing(wording);
  const sentences: string[] = [];
  if (failedWords.length > 0) {
    const position = failedWords.filter(({ reading }) => reading.byPosition).length;
    const failed = failedWords.length;
    sentences.push(m.evaluate_refuted_wording({ failed, asked: wording.length, position }));
  }
  if (counter?.report) sentences.push(m.evaluate_refuted_counter({ share: percent(counter.report.overall.average) }));
  if (failing(pictures).length > 0) {
    sentences.push(m.evaluate_refuted_pictures({ failed: failing(pictures).length, asked: pictures.length }));
  }
  if (others.length > 0) {
    sentences.push(m.evaluate_refuted_others({ titles: others.map(({ question }) => question.title).join(', ') }));
  }
  return sentences;
}

/** How many were asked that can be held or failed. */
export function askedCount(answers: Answers): number {
  const rows = controlGroups(answers).flatMap((group) => group.rows);
  return rows.filter(({ reading }) => !['none', 'noted'].includes(reading.outcome)).length;
}
