// An answer as a file: what was asked of whom, what came back in both orders, and when. No pictures.
import { version } from '../../../../package.json';
import { modelName } from '../../../workers/modelNames';
import type { Answer, JudgeVerdict } from '../../../workers/gpuApi';
import * as m from '../../../words/messages';
import { pictureName, type Slots } from './givenPicture';
import { headline } from './headline';

export interface SavedVerdict {
  verdict: JudgeVerdict;
  task: string;
  kind: 'cot' | 'tag';
  slots: Slots;
  /** Both pictures show the same. */
  same: boolean;
  at: Date;
}

/** Each order with the given pictures in the order in which they were shown. */
function order(answer: Answer, shown: readonly ('first' | 'second')[]) {
  const { probabilitySecond, reasoning } = answer;
  const named = { img1: shown[0], img2: shown[1], invalid: null }[answer.answer] ?? null;
  return { shown, named, probabilityOfShownSecond: probabilitySecond, ...(reasoning && { words: reasoning }) };
}

export function savedAnswer({ verdict, task, kind, slots, same, at }: SavedVerdict) {
  const { identity, weights, recipe } = verdict.model;
  return {
    format: 'palindrome-judgement',
    formatVersion: 1,
    studio: version,
    date: at.toISOString(),
    task,
    pictures: {
      first: slots[0] ? { name: pictureName(slots[0]), ...slots[0].origin } : null,
      second: slots[1] ? { name: pictureName(slots[1]), ...slots[1].origin } : null,
    },
    model: { called: modelName(identity), ...identity, weightsSha256: weights, recipe },
    answering: kind === 'cot' ? 'words first' : 'bare label',
    orders: [order(verdict.shown, ['first', 'second']), order(verdict.swapped, ['second', 'first'])],
    agree: verdict.agree,
    closer: verdict.closer,
    caution: verdict.closer && !same ? m.judge_doubt_agreement() : headline(verdict, same),
  };
}
