// Makes every batch of a run on demand. Each method is a pure function of the recipe's data and its arguments, so that
// training, resuming and evaluating need no cursor besides the step number.
import { hash, hashText, Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { Easing } from '../pairs/curriculum';
import { STREAMS, type Pair, type PairStream } from '../pairs/pairStream';
import { DESCRIBED, isDescribed, spatialDetails } from '../samples/details';
import { BEFORE_JUDGEMENT, type AnswerName, type SampleKind } from '../samples/prompt';
import { encodePrompt, encodeSample, longestSample, type EncodedSample, type SampleLimits } from '../samples/sample';
import type { Tokenizer } from '../samples/tokenizer';
import type { Batch } from './batch';
import { collate, collatePrompts, type Images } from './collate';
import type { PictureSlots } from './pictureSlots';

/** What the model wants to be fed. */
export interface VisionShape {
  imageSize: number;
  tokensPerImage: number;
}

/** What a training batch needs to know of its stage. */
export interface BatchPlan {
  kind: SampleKind;
  order: 'chronological' | 'both';
  /** Pairs in the batch. */
  pairs: number;
  judgementWeight: number;
  /** What the stage's curriculum asks at this step. */
  easing: Easing | null;
}

export type PromptForm = { kind: SampleKind; end: 'judgement' | 'prompt' };

export type Order = 'forward' | 'reverse';

interface FrameOf {
  episode: Episode;
  frame: number;
}

export class BatchMaker {
  readonly limits: SampleLimits;
  readonly #tokenizer: Tokenizer;
  readonly #source: FrameSource;
  readonly #vision: VisionShape;
  readonly #seed: number;

  constructor(tokenizer: Tokenizer, source: FrameSource, vision: VisionShape, seed: number, limits: SampleLimits) {
    this.#tokenizer = tokenizer;
    this.#source = source;
    this.#vision = vision;
    this.#seed = seed;
    this.limits = limits;
  }

  /** Tokens of a sequence of a kind, and of its target. */
  lengths(kind: SampleKind): { total: number; target: number } {
    return longestSample(this.#tokenizer, kind, this.#vision.tokensPerImage, this.limits);
  }

  /**
   * Pairs `first`…`first + plan.pairs` of the stream; with both orders each pair's forward sample is followed by its
   * reverse, so forward and reverse are exactly half each.
   * @param slots of the frame store that keeps the pictures, if there is one
   */
  async training(
    stream: PairStream,
    plan: BatchPlan,
    first: number,
    slots: PictureSlots | null = null,
  ): Promise<Batch> {
    const wanted = plan.kind === 'cot' ? DESCRIBED : null;
    const pairs = await Promise.all(
      Array.from({ length: plan.pairs }, (_, i) => stream.trainingPair(first + i, plan.easing, wanted)),
    );
    const orders: Order[] = plan.order === 'both' ? ['forward', 'reverse'] : ['forward'];
    const samples: EncodedSample[] = [];
    const imageIndex: [number, number][] = [];
    pairs.forEach((pair, i) => {
      const details = plan.kind === 'cot' ? this.details(pair, first + i) : null;
      for (const order of orders) {
        samples.push(this.encode(pair, order, plan.kind, details));
        imageIndex.push(order === 'forward' ? [2 * i, 2 * i + 1] : [2 * i + 1, 2 * i]);
      }
    });
    const { total, target } = this.lengths(plan.kind);
    const shape = { samples: samples.length, tokens: total, targets: target };
    const { imageSize } = this.#vision;
    return collate(
      samples,
      imageIndex,
      await this.images(pairs, slots),
      imageSize,
      this.#tokenizer.special.padding,
      shape,
      plan,
    );
  }

  /** Evaluation prompts of the given pairs, forward then reverse for each. */
  async prompts(pairs: readonly Pair[], form: PromptForm, slots: PictureSlots | null = null): Promise<Batch> {
    const sequences = pairs.flatMap((pair) => {
      const sequence = this.#prompt(pair.episode.task, form);
      return [sequence, sequence];
    });
    const imageIndex = pairs.flatMap((_, i): [number, number][] => [
      [2 * i, 2 * i + 1],
      [2 * i + 1, 2 * i],
    ]);
    return this.#collatePrompts(sequences, imageIndex, await this.images(pairs, slots), form);
  }

  /** Two pictures [2, S, S, 3] with a task sentence, as shown and swapped. */
  judge(images: Uint8Array<ArrayBuffer>, task: string, form: PromptForm): Batch {
    const sequence = this.#prompt(task, form);
    const imageIndex: [number, number][] = [
      [0, 1],
      [1, 0],
    ];
    return this.#collatePrompts([sequence, sequence], imageIndex, images, form);
  }

  /** The earlier and the later frame of each pair: all bytes, or those that the frame store lacks. */
  async images(pairs: readonly Pair[], slots: PictureSlots | null): Promise<Images> {
    const frames = pairs.flatMap(({ episode, early, late }) => [
      { episode, frame: early },
      { episode, frame: late },
    ]);
    if (slots === null) return this.#read(frames);
    const keys = frames.map(({ episode, frame }) => `${episode.id} ${frame}`);
    return slots.place(keys, (places) => this.#read(places.map((place) => frames[place] as FrameOf)));
  }

  /** [frames, S, S, 3] bytes; frames of one episode that follow each other are read together. */
  async #read(frames: readonly FrameOf[]): Promise<Uint8Array<ArrayBuffer>> {
    const { imageSize } = this.#vision;
    const bytes = imageSize * imageSize * 3;
    const images = new Uint8Array(frames.length * bytes);
    const runs: { episode: Episode; first: number; frames: number[] }[] = [];
    frames.forEach(({ episode, frame }, first) => {
      const last = runs[runs.length - 1];
      if (last?.episode === episode) last.frames.push(frame);
      else runs.push({ episode, first, frames: [frame] });
    });
    const read = async (run: (typeof runs)[number]) =>
      images.set(await this.#source.read(run.episode, run.frames, imageSize), run.first * bytes);
    await Promise.all(runs.map(read));
    return images;
  }

  /** Details of the earlier and the later frame; both orders of a pair use the same words. */
  details(pair: Pair, position: number): [string, string] {
    const random = new Random(this.#seed, STREAMS.details, position);
    return [
      spatialDetails(pair.episode, pair.early, random) ?? '',
      spatialDetails(pair.episode, pair.late, random) ?? '',
    ];
  }

  encode(pair: Pair, order: Order, kind: SampleKind, details: readonly [string, string] | null): EncodedSample {
    const answer: AnswerName = order === 'forward' ? 'img2' : 'img1';
    const shown = details && order === 'reverse' ? ([details[1], details[0]] as const) : details;
    const content = { kind, task: pair.episode.task, details: shown, answer };
    return encodeSample(this.#tokenizer, content, this.#vision.tokensPerImage, this.limits);
  }

  #prompt(task: string, form: PromptForm) {
    const prompt = encodePrompt(this.#tokenizer, { kind: form.kind, task }, this.#vision.tokensPerImage, this.limits);
    if (form.end === 'judgement') prompt.ids.push(...this.#tokenizer.encode(BEFORE_JUDGEMENT));
    return prompt;
  }

  #collatePrompts(
    sequences: { ids: number[]; imageStarts: [number, number] }[],
    imageIndex: [number, number][],
    images: Images,
    form: PromptForm,
  ): Batch {
    const { total, target } = this.lengths(form.kind);
    const room = this.#tokenizer.encode(BEFORE_JUDGEMENT).length;
    const tokens = form.end === 'judgement' ? total - target + room : total - target;
    const { padding } = this.#tokenizer.special;
    return collatePrompts(sequences, imageIndex, images, this.#vision.imageSize, padding, tokens);
  }
}

/** Room for any task a person may type and any description. */
export const LARGEST_LIMITS: SampleLimits = { task: 48, details: 64 };

/** Frames whose descriptions fix the length that sequences are padded to. */
const MEASURED = 400;

/** The limits that a source needs, so that its sequences are no longer than they must be. */
export function measureLimits(tokenizer: Tokenizer, episodes: readonly Episode[]): SampleLimits {
  const tasks = new Set(episodes.map((e) => e.task));
  const task = Math.max(4, ...[...tasks].map((text) => tokenizer.encode(text).length));
  const described = episodes.filter(isDescribed);
  let details = 4;
  for (let i = 0; i < MEASURED && described.length > 0; i++) {
    const random = new Random(hashText('lengths'), i);
    const episode = random.pick(described);
    const text = spatialDetails(episode, random.below(episode.frameCount), random) ?? '';
    details = Math.max(details, tokenizer.encode(text).length);
  }
  // A person's descriptions may be few and far between: chance would miss the longest, and cut it.
  const texts = new Set(described.flatMap((e) => e.segments.map((s) => s.text)));
  for (const text of [...texts].toSorted((a, b) => b.length - a.length).slice(0, MEASURED)) {
    details = Math.max(details, tokenizer.encode(text).length);
  }
  return { task: Math.min(task, LARGEST_LIMITS.task), details: Math.min(details + 2, LARGEST_LIMITS.details) };
}

/** Identity of a data set: which episodes, which tasks and descriptions, how long and how they are cut. */
export function datasetHash(episodes: readonly Episode[]): string {
  const parts = episodes.map((e) => {
    const cut = `${e.frameCount}|${e.trim?.start}-${e.trim?.end}|${e.downsample}`;
    return hashText(`${e.id}|${e.task}|${cut}|${JSON.stringify(e.segments)}`);
  });
  return hash(...parts)
    .toString(16)
    .padStart(8, '0');
}
