// Why an answer on which both orders agree may still be wrong: agreement is necessary, and never enough.
import { isSimulatorId } from '../../../episodes/simulator/simulatorIdForm';
import type { ChangedPair, SimilarPairs } from '../../../workers/explainApi';
import type { Recipe } from '../../../training/recipe';
import type { ModelChoice } from '../../../workers/gpuApi';
import * as m from '../../../words/messages';
import { whole } from '../../reading';
import type { ChangesPart } from './explaining.svelte';
import type { GivenPicture, Slots } from './givenPicture';

type SourceKind = Recipe['source']['kind'];

function isDrawn({ origin }: GivenPicture): boolean {
  return origin.kind === 'example' || (origin.kind === 'moment' && isSimulatorId(origin.episodeId));
}

/** That the pictures are not of the kind that the model was trained on, in words; null where they are. */
export function strangePictures(slots: Slots, source: SourceKind): string | null {
  const given = slots.filter((slot) => slot !== null);
  if (source === 'simulator') return given.every(isDrawn) ? null : m.judge_doubt_photographs();
  if (given.some(isDrawn)) return m.judge_doubt_drawn();
  return given.every(({ origin }) => origin.kind === 'moment') ? null : m.judge_doubt_elsewhere();
}

/** Models see 64 × 64 pixels, or 128 × 128; of far fewer they are given a blur. */
const LEAST_PIXELS = 16;

/** Whether a picture is so small that hardly anything can be seen in it. */
export function isTiny(slots: Slots): boolean {
  return slots.some((slot) => slot && Math.min(slot.picture.bitmap.width, slot.picture.bitmap.height) < LEAST_PIXELS);
}

/**
 * Grey levels to the nearest of 800 training pairs beyond which a pair is like none of them. Measured with the shipped
 * models' recipe: of 200 pairs of its test episodes 95 % are nearer than 46.6 (median 34.8, all below 53), of 200 pairs of
 * another seed 47.0 (median 33.9, all below 56); of 75 pairs of real robot recordings none is nearer than 54 (median 60).
 */
export const FAR = 47;

/** Whether a pair is like none of the training pairs looked at; said of shipped models alone, for whose recipe it is known. */
export function isFar(similar: SimilarPairs | null, model: ModelChoice): boolean {
  const nearest = similar?.pairs[0];
  return model.kind === 'shipped' && nearest !== undefined && nearest.levels > FAR;
}

const CHANGED: Record<ChangedPair['change'], () => string> = {
  brighter: m.judge_when_brighter,
  darker: m.judge_when_darker,
  cropped: m.judge_when_cropped,
  mirrored: m.judge_when_mirrored,
  blurred: m.judge_when_blurred,
};

export interface Steadiness {
  /** Under all changes. */
  holds: boolean;
  words: string;
}

/** What small changes do to a judgement; null where there is none that could hold. */
export function steadiness({ plain, changed }: ChangesPart): Steadiness | null {
  if (plain.closer === null || changed.length === 0) return null;
  const fallen = changed.filter(({ closer }) => closer !== plain.closer);
  const counts = { held: whole(changed.length - fallen.length), all: whole(changed.length) };
  if (fallen.length === 0) return { holds: true, words: m.judge_holds_all(counts) };
  const falls = fallen.map(({ change, closer }) => {
    const when = { change: CHANGED[change]() };
    return closer === null ? m.judge_falls_apart(when) : m.judge_falls_over(when);
  });
  return { holds: false, words: m.judge_holds_some({ ...counts, falls: falls.join('; ') }) };
}
