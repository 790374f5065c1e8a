// A recipe's data, ready to be drawn from: its episodes, their pair stream and its batch maker. Built once for each
// distinct source, sampling and model, and kept for the calls that follow.
import { BatchMaker, datasetHash, measureLimits } from '../batches/batchMaker';
import type { PictureSlots } from '../batches/pictureSlots';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { visionShape } from '../model/config';
import { PairStream, type Pair } from '../pairs/pairStream';
import { BEFORE_JUDGEMENT, type SampleKind } from '../samples/prompt';
import type { Tokenizer } from '../samples/tokenizer';
import { kindAt, stageSteps, type Recipe, type Stage } from '../training/recipe';
import { easingAt } from '../training/schedule';
import type { DatasetFacts, EvaluationSelection, PairNote, SamplingSummary } from './api';
import { summarise } from './samplingSummary';

/** Stages draw from far-apart places of the same stream. */
const STAGE_STRIDE = 2 ** 32;

export class Dataset {
  readonly stream: PairStream;
  readonly maker: BatchMaker;
  /** The simulator's episodes where the recipe's own have no descriptions; else the same as `stream`. */
  readonly described: PairStream;
  readonly #recipe: Recipe;
  readonly #episodes: readonly Episode[];
  readonly #describedEpisodes: readonly Episode[];
  readonly #tokenizer: Tokenizer;
  readonly #source: FrameSource;
  readonly #evaluations = new Map<string, Promise<Pair[]>>();
  #summary: Promise<SamplingSummary> | null = null;

  constructor(
    recipe: Recipe,
    episodes: readonly Episode[],
    describedEpisodes: readonly Episode[],
    tokenizer: Tokenizer,
    source: FrameSource,
  ) {
    this.#recipe = recipe;
    this.#episodes = episodes;
    this.#describedEpisodes = describedEpisodes;
    this.#tokenizer = tokenizer;
    this.#source = source;
    this.stream = new PairStream(episodes, recipe.sampling, recipe.seed, source);
    const own = describedEpisodes === episodes;
    this.described = own ? this.stream : new PairStream(describedEpisodes, recipe.sampling, recipe.seed, source);
    const limits = measureLimits(tokenizer, own ? episodes : [...episodes, ...describedEpisodes]);
    this.maker = new BatchMaker(tokenizer, source, visionShape(recipe.model), recipe.seed, limits);
  }

  /** Position in the stream of a stage's first pair at a step. */
  position(stageIndex: number, step: number, micro: number): number {
    const { accumulation, batchPairs } = this.#recipe;
    return stageIndex * STAGE_STRIDE + (step * accumulation + micro) * batchPairs;
  }

  streamOf(kind: SampleKind): PairStream {
    return kind === 'cot' ? this.described : this.stream;
  }

  trainingBatch(stageIndex: number, step: number, micro: number, slots: PictureSlots | null) {
    const stage = this.#recipe.stages[stageIndex] as Stage;
    const kind = kindAt(stage, step);
    return this.maker.training(
      this.streamOf(kind),
      {
        kind,
        order: stage.order,
        pairs: this.#recipe.batchPairs,
        judgementWeight: stage.judgementWeight,
        easing: this.easing(stage, step),
        labels: stage.labels,
        format: stage.format,
      },
      this.position(stageIndex, step, micro),
      slots,
    );
  }

  /** What the stage's curriculum asks at a step. */
  easing(stage: Stage, step: number) {
    return easingAt(stage.curriculum, step, stageSteps(this.#recipe, stage));
  }

  /** The pairs of an evaluation; drawn once. */
  evaluationPairs(selection: EvaluationSelection): Promise<Pair[]> {
    const key = JSON.stringify(selection);
    let pairs = this.#evaluations.get(key);
    if (!pairs) {
      pairs = this.#drawEvaluation(selection);
      pairs.catch(() => this.#evaluations.delete(key));
      this.#evaluations.set(key, pairs);
    }
    return pairs;
  }

  async #drawEvaluation({ split, pairs }: EvaluationSelection): Promise<Pair[]> {
    if ('total' in pairs) {
      const draws = Array.from({ length: pairs.total }, (_, i) => this.stream.evaluationPair(split, i, null));
      return Promise.all(draws);
    }
    const found: Pair[] = [];
    for (const { window, weight } of this.#recipe.sampling.windows) {
      // A window that no episode of the split is long enough for has no pairs; its line in the report stays empty.
      if (weight === 0 || !this.stream.episodes(split).some((e) => this.stream.kept(e).length > window)) continue;
      // Windows go on where the last one stopped, so that together they visit as many episodes as there are.
      for (let i = 0; i < pairs.perWindow; i++) {
        found.push(await this.stream.evaluationPair(split, found.length, window));
      }
    }
    return found;
  }

  facts(): Promise<DatasetFacts> {
    return this.summary().then((summary) => ({
      hash: datasetHash(this.#episodes),
      tokenizerHash: this.#tokenizer.hash,
      vocabularySize: this.#tokenizer.vocabularySize,
      tokens: this.#tokenizer.tokenIds,
      cue: this.#tokenizer.encode(BEFORE_JUDGEMENT),
      lengths: {
        tag: this.maker.lengths('tag').total,
        cot: this.maker.lengths('cot').total,
        answer: this.maker.lengths('cot').target,
      },
      summary,
    }));
  }

  summary(): Promise<SamplingSummary> {
    this.#summary ??= summarise({
      recipe: this.#recipe,
      episodes: this.#episodes,
      stream: this.stream,
      described: this.described,
      describedEpisodes: this.#describedEpisodes,
      source: this.#source,
    });
    this.#summary.catch(() => (this.#summary = null));
    return this.#summary;
  }
}

export function pairNote(pair: Pair): PairNote {
  return {
    episode: pair.episode.id,
    template: pair.episode.template,
    category: pair.episode.category,
    window: pair.window,
    frames: [pair.early, pair.late],
  };
}
