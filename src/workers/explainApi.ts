// What explains a judgement: offered by both workers to the page. Types only.
import type { OcclusionMap } from '../evaluation/occlusion';
import type { PictureChange } from '../evaluation/pictureChanges';
import type { Episode } from '../episodes/episode';
import type { Recipe } from '../training/recipe';
import type { Picture } from './dataApi';
import type { Answer, AnsweredPair, JudgeRequest } from './gpuApi';

export interface ChangedPair extends AnsweredPair {
  change: PictureChange;
}

/** One of the given pictures shown twice. Both orders are then the same question. */
export interface IdenticalPair {
  picture: 'first' | 'second';
  answer: Answer;
}

export interface ExplainedMap extends OcclusionMap {
  /** Pixels along a side, and the pictures [size, size, 3] as the model saw them. */
  size: number;
  seen: [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>];
}

/** Parts of an explanation in the order in which they come; `progress` in between. */
export type ExplanationPart =
  | { kind: 'progress'; done: number; all: number; secondsLeft: number | null }
  | { kind: 'changes'; plain: AnsweredPair; changed: ChangedPair[]; namesASide: boolean }
  | { kind: 'identical'; pairs: IdenticalPair[] }
  | { kind: 'map'; map: ExplainedMap };

/** What the GPU worker does. */
export interface ExplainApi {
  /** Explains a judgement; one at a time, a later one ends the one before. @returns false where it was cancelled */
  explain(request: JudgeRequest, onPart: (part: ExplanationPart) => void): Promise<boolean>;
  cancelExplaining(): Promise<void>;
}

/** A training pair that looks like the judged one. */
export interface SimilarPair {
  episode: Episode;
  window: number;
  /** Earlier and later raw frame. */
  frames: [number, number];
  pictures: [Picture, Picture];
  /** Difference over both frames in grey levels of 255; 0 is the same. */
  levels: number;
  /** It fits better with the second given picture beside the earlier frame. */
  swapped: boolean;
}

export interface SimilarPairs {
  /** Nearest first; of each episode the nearest alone. */
  pairs: SimilarPair[];
  /** Training pairs looked at. */
  looked: number;
}

/** What a recipe's training would be on, with the episodes that there are now. */
export interface TrainingFacts {
  /** Hash of the data. */
  hash: string;
  /** Episodes that are trained on, of all of the source. */
  episodes: number;
  all: number;
  /** Words that the training tasks have, in small letters. */
  words: string[];
}

/** What the data worker does. */
export interface SimilarApi {
  trainingFacts(recipe: Recipe): Promise<TrainingFacts>;
  /**
   * The training pairs of a recipe that look most like two pictures, among the first of its stream. The bitmaps are
   * transferred. Null where it was cancelled; a later call ends the one before.
   */
  similarPairs(
    recipe: Recipe,
    pictures: [ImageBitmap, ImageBitmap],
    onProgress: (done: number, all: number) => void,
  ): Promise<SimilarPairs | null>;
  cancelSimilar(): Promise<void>;
}
