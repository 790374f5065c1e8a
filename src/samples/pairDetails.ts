// The descriptions of a pair's two frames in a CoT sample. Trained on true descriptions alone, a model learns to judge
// by reading them; its own, which are often wrong, then mislead it. So a share of the samples may carry doubtful
// descriptions, each as likely to be of another moment of the episode as of its own: nothing is taught by their words,
// and the judgement after them must be read off the pictures.
import { Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import { STREAMS, type Pair } from '../pairs/pairStream';
import { isDescribedAt, spatialDetails } from './details';

export interface PairDetails {
  /** Of the earlier and the later frame; both orders of a pair use the same words. */
  readonly texts: readonly [string, string];
  /** Whether they may be wrong, and are not to be learnt. */
  readonly doubtful: boolean;
}

/** Moments tried before a frame keeps its own description, where few frames are described. */
const TRIES = 8;

/**
 * @param position of the pair in its stream
 * @param doubt share of pairs whose descriptions are doubtful, in [0, 1]
 */
export function pairDetails(pair: Pair, seed: number, position: number, doubt: number): PairDetails {
  const random = new Random(seed, STREAMS.details, position);
  const { episode, early, late } = pair;
  const chance = new Random(seed, STREAMS.doubt, position);
  const doubtful = doubt > 0 && chance.float() < doubt;
  const said = (frame: number) => {
    const moment = doubtful && chance.float() < 0.5 ? anotherMoment(episode, frame, chance) : frame;
    return spatialDetails(episode, moment, random) ?? '';
  };
  return { texts: [said(early), said(late)], doubtful };
}

function anotherMoment(episode: Episode, frame: number, random: Random): number {
  for (let i = 0; i < TRIES; i++) {
    const moment = random.below(episode.frameCount);
    if (isDescribedAt(episode, moment)) return moment;
  }
  return frame;
}
