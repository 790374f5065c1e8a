// A recipe's data, ready to be drawn from: its episodes, their pair stream and its batch maker. Built once for each
// distinct source, sampling and model, and kept for the calls that follow.
import { BatchMaker, datasetHash, measureLimits, type PromptForm } from '../batches/batchMaker';
import type { PictureSlots } from '../batches/pictureSlots';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import { visionShape } from '../model/config';
import { posed, type PairChoice } from '../pairs/pairChoice';
import { NothingToDraw, PairStream, type Pair } from '../pairs/pairStream';
import { wordingOf, type FormatName } from '../samples/formats';
import { BEFORE_JUDGEMENT, type SampleKind } from '../samples/prompt';
import type { SampleLimits } from '../samples/sample';
import { wordsRead } from '../samples/taskWords';
import type { Tokenizer } from '../samples/tokenizer';
import { kindAt, stageSteps, type Recipe, type Stage } from '../training/recipe';
import { easingAt } from '../training/schedule';
import type { DatasetFacts, EvaluationSelection, FormatFacts, PairNote } from './batchApi';
import type { SamplingSummary } from './dataApi';
import type { TrainingFacts } from './explainApi';
import { mishapEpisodes } from './mishapEpisodes';
import { summarise } from './samplingSummary';

interface Evaluation {
  pairs: Pair[];
  limits: SampleLimits;
}

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
  readonly #evaluations = new Map<string, Promise<Evaluation>>();
  #mishaps: PairStream | null = null;
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
        doubt: stage.doubt,
      },
      this.position(stageIndex, step, micro),
      slots,
    );
  }

  /** What the stage's curriculum asks at a step. */
  easing(stage: Stage, step: number) {
    return easingAt(stage.curriculum, step, stageSteps(this.#recipe, stage));
  }

  /** The pairs of an evaluation. */
  async evaluationPairs(selection: EvaluationSelection): Promise<Pair[]> {
    return (await this.#evaluation(selection)).pairs;
  }

  /** Prompts of pairs `from`…`from + count` of an evaluation. */
  async prompts(
    selection: EvaluationSelection,
    from: number,
    count: number,
    form: PromptForm,
    slots: PictureSlots | null,
  ) {
    const { pairs, limits } = await this.#evaluation(selection);
    return this.maker.prompts(pairs.slice(from, from + count), form, slots, limits);
  }

  wording(format: FormatName): FormatFacts {
    const { cue, deciding, answers } = wordingOf(this.#tokenizer, format);
    const trained = wordingOf(this.#tokenizer);
    const sameAnswers = trained.deciding.every((token, i) => token === deciding[i]);
    const tag = cue.length + Math.max(...answers.map((answer) => answer.length)) + 3;
    return {
      cue: [...cue],
      ...(sameAnswers ? { alsoCue: [...trained.cue] } : {}),
      deciding: [...deciding],
      // Room for a description in the trained words, whatever words were asked for.
      most: { tag, cot: Math.max(this.maker.lengths('cot', format).target, this.maker.lengths('cot').target) },
    };
  }

  /** Drawn once. */
  #evaluation(selection: EvaluationSelection): Promise<Evaluation> {
    const key = JSON.stringify(selection);
    let evaluation = this.#evaluations.get(key);
    if (!evaluation) {
      evaluation = this.#drawEvaluation(selection);
      evaluation.catch(() => this.#evaluations.delete(key));
      this.#evaluations.set(key, evaluation);
    }
    return evaluation;
  }

  async #drawEvaluation({ split, pairs, choice }: EvaluationSelection): Promise<Evaluation> {
    if (!choice)
      return { pairs: different(await this.#drawPairs(this.stream, split, pairs)), limits: this.maker.limits };
    try {
      const drawn = await this.#drawPairs(this.#streamOf(choice), split, pairs, choice);
      const asked = different(drawn).map((pair) => posed(pair, choice));
      return { pairs: asked, limits: this.maker.limitsFor(asked) };
    } catch (error) {
      if (error instanceof NothingToDraw) return { pairs: [], limits: this.maker.limits };
      throw error;
    }
  }

  /** Where something goes wrong: of the simulator other episodes than the recipe's, else its own. */
  #streamOf(choice: PairChoice): PairStream {
    const { source, sampling, seed } = this.#recipe;
    if (choice.episodes !== 'mishaps' || source.kind !== 'simulator') return this.stream;
    this.#mishaps ??= new PairStream(mishapEpisodes(source), sampling, seed, this.#source);
    return this.#mishaps;
  }

  async #drawPairs(
    stream: PairStream,
    split: 'validation' | 'test',
    pairs: EvaluationSelection['pairs'],
    choice: PairChoice = {},
  ): Promise<Pair[]> {
    if ('total' in pairs) {
      const draws = Array.from({ length: pairs.total }, (_, i) => stream.evaluationPair(split, i, null, choice));
      return Promise.all(draws);
    }
    const found: Pair[] = [];
    const own = this.#recipe.sampling.windows.filter(({ weight }) => weight > 0).map(({ window }) => window);
    for (const window of choice.windows ?? own) {
      // A window that no episode of the split is long enough for has no pairs; its line in the report stays empty.
      if (!stream.episodes(split).some((e) => stream.kept(e).length > window)) continue;
      // Windows go on where the last one stopped, so that together they visit as many episodes as there are.
      for (let i = 0; i < pairs.perWindow; i++) {
        found.push(await stream.evaluationPair(split, found.length, window, choice));
      }
    }
    return found;
  }

  trainingFacts(): TrainingFacts {
    const read = new Set([...this.stream.episodes('train'), ...this.described.episodes('train')]);
    return {
      hash: datasetHash(this.#episodes),
      episodes: this.stream.episodes('train').length,
      all: this.#episodes.length,
      words: wordsRead([...read].map(({ task }) => task)),
    };
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
    name: pair.episode.name,
    task: pair.episode.task,
    template: pair.episode.template,
    category: pair.episode.category,
    window: pair.window,
    frames: [pair.early, pair.late],
  };
}

/** Recipes of one key have the same data. */
export function datasetKey({ source, sampling, model, seed, batchPairs, accumulation, stages }: Recipe): string {
  return JSON.stringify({ source, sampling, model, seed, batchPairs, accumulation, stages });
}

/** Each pair once: small data are drawn again and again. */
function different(pairs: readonly Pair[]): Pair[] {
  return [...new Map(pairs.map((pair) => [`${pair.episode.id} ${pair.early} ${pair.late}`, pair])).values()];
}
