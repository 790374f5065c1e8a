// What the data worker offers the GPU worker over a MessagePort. Types only.
import type { Batch } from '../batches/batch';
import type { PromptForm } from '../batches/batchMaker';
import type { PairChoice } from '../pairs/pairChoice';
import type { FormatName } from '../samples/formats';
import type { ReadAnswer } from '../samples/prompt';
import type { Recipe } from '../training/recipe';
import type { SamplingSummary } from './dataApi';
import type { WorldsApi } from './policyApi';
import type { WalkApi } from './rewardApi';

/** Where one judged pair comes from; forward shows the earlier frame first. */
export interface PairNote {
  episode: string;
  /** Of the episode, and its task sentence. */
  name: string;
  task: string;
  template: string;
  category: string;
  window: number;
  /** Earlier and later raw frame. */
  frames: [number, number];
}

export interface TokenIds {
  img1: number;
  img2: number;
  start: number;
  end: number;
  padding: number;
  image: number;
}

/** Facts of a recipe's data that a run must remember. */
export interface DatasetFacts {
  /** Hash of episode ids, tasks and frame counts: the same data or not. */
  hash: string;
  tokenizerHash: string;
  vocabularySize: number;
  tokens: TokenIds;
  /** Tokens that stand before a judgement. */
  cue: number[];
  /** Tokens of a sequence: for tag and CoT samples, and the most a CoT answer may take. */
  lengths: { tag: number; cot: number; answer: number };
  summary: SamplingSummary;
}

export interface EvaluationSelection {
  split: 'validation' | 'test';
  /** Pairs over all windows by weight, or the same number for each window. */
  pairs: { total: number } | { perWindow: number };
  /** Which pairs of the split; all of them unless given. No pair comes twice then, so there may be fewer than asked for. */
  choice?: PairChoice;
}

/** A format of questions and answers as token ids. */
export interface FormatFacts {
  /** What stands before the token that decides. */
  cue: number[];
  /** The cue that models are trained on, where its answers mean the same; they often write it whatever they are asked. */
  alsoCue?: number[];
  /** The tokens of img1 and img2 that a forced choice compares. */
  deciding: [number, number];
  /** Most tokens an answer of a kind may take. */
  most: { tag: number; cot: number };
}

export interface BatchApi extends WalkApi, WorldsApi {
  /** @param onProgress in [0, 1], while the data are made: ten thousand lessons take some eight seconds */
  facts(recipe: Recipe, onProgress?: (share: number) => void): Promise<DatasetFacts>;
  /** Keeps a run's data as they are until it ends (null), whatever happens to the library. */
  hold(recipe: Recipe | null): Promise<void>;
  /** The micro-batch of a stage at a step: a pure function of its arguments. */
  trainingBatch(recipe: Recipe, stage: number, step: number, micro: number): Promise<Batch>;
  /** From now on batches count on a frame store that keeps pictures, empty now; or they bring all pictures again. */
  keepPictures(kept: boolean): Promise<void>;
  /** The pairs of an evaluation in order; each is judged in both orders. None where a choice leaves none. */
  evaluationPairs(recipe: Recipe, selection: EvaluationSelection): Promise<PairNote[]>;
  /**
   * Pairs `from`…`from + count` of an evaluation, forward then reverse for each; `judgement` batches end before the
   * judgement token and mark its place, `prompt` batches end before the target.
   */
  evaluationBatch(
    recipe: Recipe,
    selection: EvaluationSelection,
    from: number,
    count: number,
    form: PromptForm,
  ): Promise<Batch>;
  wording(recipe: Recipe, format: FormatName): Promise<FormatFacts>;
  /**
   * Pairs of pictures [n, S, S, 3] and a task sentence, each in both orders, for a model of that size.
   * @param pairs of pictures, by their rows; neighbours unless given
   */
  judgeBatch(
    images: Uint8Array<ArrayBuffer>,
    model: Recipe['model'],
    task: string,
    form: PromptForm,
    pairs?: [number, number][],
  ): Promise<Batch>;
  /** Text of each sequence of ids. */
  decode(ids: number[][]): Promise<string[]>;
  /** What each written target says. @param format in which it was asked; standard unless said */
  readAnswers(ids: number[][], format?: FormatName): Promise<ReadAnswer[]>;
  /** Token facts alone, for judging without a recipe. */
  vocabulary(): Promise<{ hash: string; size: number; tokens: TokenIds; cue: number[] }>;
}
