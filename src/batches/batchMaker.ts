// Makes every batch of a run on demand. Each method is a pure function of the recipe's data and its arguments, so that
// training, resuming and evaluating need no cursor besides the step number.
import { hash, hashText, Random } from '../base/random';
import type { Episode } from '../episodes/episode';
import type { FrameSource } from '../episodes/frames';
import type { Easing } from '../pairs/curriculum';
import { STREAMS, type Pair, type PairStream } from '../pairs/pairStream';
import { DESCRIBED, isDescribed, spatialDetails } from '../samples/details';
import { pairDetails, type PairDetails } from '../samples/pairDetails';
import { drawnFormat, formatsOf, wordingOf, type FormatName, type TrainedFormat } from '../samples/formats';
import type { AnswerName, SampleKind } from '../samples/prompt';
import {
  encodePrompt,
  encodeSample,
  LARGEST_LIMITS,
  longestSample,
  type EncodedSample,
  type SampleLimits,
} from '../samples/sample';
import type { Tokenizer } from '../samples/tokenizer';
import type { Batch } from './batch';
import { collate, collatePrompts, type Images } from './collate';
import type { PictureSlots } from './pictureSlots';
import { paint, pictureKey, shownPictures, type FrameOf, type Picture, type PictureChoice } from './shownPictures';

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
  /** Labels drawn by chance; the right ones unless said. */
  labels?: 'shuffled' | undefined;
  /** Standard unless said. */
  format?: TrainedFormat | undefined;
  /** Share of CoT samples with doubtful descriptions; none unless said. */
  doubt?: number | undefined;
}

/** How a prompt asks: in which words, up to where, and showing what. */
export interface PromptForm {
  kind: SampleKind;
  end: 'judgement' | 'prompt';
  /** Standard unless said. */
  format?: FormatName;
  /** Both frames unless said. */
  show?: PictureChoice;
}

export type Order = 'forward' | 'reverse';

export class BatchMaker {
  readonly limits: SampleLimits;
  readonly #tokenizer: Tokenizer;
  readonly #source: FrameSource;
  readonly #vision: VisionShape;
  readonly #seed: number;
  readonly #lengths = new Map<string, { total: number; target: number }>();

  constructor(tokenizer: Tokenizer, source: FrameSource, vision: VisionShape, seed: number, limits: SampleLimits) {
    this.#tokenizer = tokenizer;
    this.#source = source;
    this.#vision = vision;
    this.#seed = seed;
    this.limits = limits;
  }

  /** Tokens of a sequence of a kind and format, and of its target. */
  lengths(kind: SampleKind, format?: FormatName, limits = this.limits): { total: number; target: number } {
    return longestSample(this.#tokenizer, kind, this.#vision.tokensPerImage, limits, format);
  }

  /** Tokens that samples of any of a stage's formats may take. */
  #longest(kind: SampleKind, format: TrainedFormat | undefined): { total: number; target: number } {
    const key = `${kind} ${format}`;
    let longest = this.#lengths.get(key);
    if (!longest) {
      const all = formatsOf(format).map((name) => this.lengths(kind, name));
      const most = (of: 'total' | 'target') => Math.max(...all.map((lengths) => lengths[of]));
      this.#lengths.set(key, (longest = { total: most('total'), target: most('target') }));
    }
    return longest;
  }

  /** The limits with room for the task sentences of these pairs, up to the largest. */
  limitsFor(pairs: readonly Pair[]): SampleLimits {
    const tasks = new Set(pairs.map((pair) => pair.episode.task));
    const needed = Math.max(0, ...[...tasks].map((task) => this.#tokenizer.encode(task).length));
    const task = Math.max(this.limits.task, Math.min(needed, LARGEST_LIMITS.task));
    return { ...this.limits, task };
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
      const details = plan.kind === 'cot' ? this.details(pair, first + i, plan.doubt) : null;
      for (const order of orders) {
        samples.push(this.encode(pair, order, plan, details, first + i));
        imageIndex.push(order === 'forward' ? [2 * i, 2 * i + 1] : [2 * i + 1, 2 * i]);
      }
    });
    const { total, target } = this.#longest(plan.kind, plan.format);
    const shape = { samples: samples.length, tokens: total, targets: target };
    const { imageSize } = this.#vision;
    return collate(
      samples,
      imageIndex,
      await this.#images(pairs.flatMap(framesOf), slots),
      imageSize,
      this.#tokenizer.special.padding,
      shape,
      plan,
    );
  }

  /**
   * Evaluation prompts of the given pairs, forward then reverse for each.
   * @param limits those of all pairs that are asked about in this form, so that all batches have one shape
   */
  async prompts(
    pairs: readonly Pair[],
    form: PromptForm,
    slots: PictureSlots | null = null,
    limits = this.limits,
  ): Promise<Batch> {
    const sequences = pairs.flatMap((pair) => {
      const sequence = this.#prompt(pair.episode.task, form, limits);
      return [sequence, sequence];
    });
    const pictures = pairs.flatMap((pair) => shownPictures(pair, form.show ?? 'both', this.#seed));
    const imageIndex = pairs.flatMap((_, i): [number, number][] => [
      [2 * i, 2 * i + 1],
      [2 * i + 1, 2 * i],
    ]);
    return this.#collatePrompts(sequences, imageIndex, await this.#images(pictures, slots), form, limits);
  }

  /**
   * Pairs of pictures [n, S, S, 3] with a task sentence, each as shown and swapped.
   * @param pairs of pictures, by their rows; the first two, the next two and so on unless given
   */
  judge(
    images: Uint8Array<ArrayBuffer>,
    task: string,
    form: PromptForm,
    pairs?: readonly (readonly [number, number])[],
  ): Batch {
    const sequence = this.#prompt(task, form, this.limits);
    const pictures = images.length / (this.#vision.imageSize ** 2 * 3);
    const imageIndex =
      pairs?.flatMap(([a, b]): [number, number][] => [
        [a, b],
        [b, a],
      ]) ?? Array.from({ length: pictures }, (_, b): [number, number] => [b, b ^ 1]);
    const sequences = imageIndex.map(() => sequence);
    return this.#collatePrompts(sequences, imageIndex, images, form, this.limits);
  }

  /** All bytes, or those that the frame store lacks. */
  async #images(pictures: readonly Picture[], slots: PictureSlots | null): Promise<Images> {
    if (slots === null) return this.#read(pictures);
    return slots.place(pictures.map(pictureKey), (places) =>
      this.#read(places.map((place) => pictures[place] as Picture)),
    );
  }

  /** [pictures, S, S, 3] bytes; frames of one episode that follow each other are read together. */
  async #read(pictures: readonly Picture[]): Promise<Uint8Array<ArrayBuffer>> {
    const { imageSize } = this.#vision;
    const bytes = imageSize * imageSize * 3;
    const images = new Uint8Array(pictures.length * bytes);
    const runs: { episode: Episode; first: number; frames: number[] }[] = [];
    pictures.forEach((picture, place) => {
      if (!('episode' in picture)) {
        paint(picture, images.subarray(place * bytes, (place + 1) * bytes));
        return;
      }
      const last = runs[runs.length - 1];
      const follows = last?.episode === picture.episode && last.first + last.frames.length === place;
      if (follows) last.frames.push(picture.frame);
      else runs.push({ episode: picture.episode, first: place, frames: [picture.frame] });
    });
    const read = async (run: (typeof runs)[number]) =>
      images.set(await this.#source.read(run.episode, run.frames, imageSize), run.first * bytes);
    await Promise.all(runs.map(read));
    return images;
  }

  /** @param position of the pair in its stream */
  details(pair: Pair, position: number, doubt = 0): PairDetails {
    return pairDetails(pair, this.#seed, position, doubt);
  }

  /** A training sample. @param position of the pair in its stream */
  encode(
    pair: Pair,
    order: Order,
    plan: Pick<BatchPlan, 'kind' | 'labels' | 'format'>,
    details: PairDetails | null,
    position: number,
  ): EncodedSample {
    const { kind, labels } = plan;
    const format = this.format(plan.format, position);
    const answer = this.answer(order, labels, position);
    const texts = details?.texts ?? null;
    const shown = texts && order === 'reverse' ? ([texts[1], texts[0]] as const) : texts;
    const doubtful = details?.doubtful ?? false;
    const content = { kind, task: pair.episode.task, details: shown, doubtful, answer, format };
    return encodeSample(this.#tokenizer, content, this.#vision.tokensPerImage, this.limits);
  }

  /** The format of a pair's samples; of the varied ones each pair draws its own. @param position of the pair */
  format(format: TrainedFormat | undefined, position: number): FormatName | undefined {
    if (format !== 'varied') return format;
    return drawnFormat(new Random(this.#seed, STREAMS.format, position).uint32());
  }

  /** The label of a pair's sample; shuffled ones are drawn apart for both orders. @param position of the pair */
  answer(order: Order, labels: 'shuffled' | undefined, position: number): AnswerName {
    if (labels === undefined) return order === 'forward' ? 'img2' : 'img1';
    const random = new Random(this.#seed, STREAMS.labels, position, order === 'forward' ? 0 : 1);
    return random.uint32() & 1 ? 'img2' : 'img1';
  }

  #prompt(task: string, { kind, end, format }: PromptForm, limits: SampleLimits) {
    const prompt = encodePrompt(this.#tokenizer, { kind, task, format }, this.#vision.tokensPerImage, limits);
    if (end === 'judgement') prompt.ids.push(...wordingOf(this.#tokenizer, format).cue);
    return prompt;
  }

  #collatePrompts(
    sequences: { ids: number[]; imageStarts: [number, number] }[],
    imageIndex: [number, number][],
    images: Images,
    form: PromptForm,
    limits: SampleLimits,
  ): Batch {
    const { total, target } = this.lengths(form.kind, form.format, limits);
    const room = wordingOf(this.#tokenizer, form.format).cue.length;
    const tokens = form.end === 'judgement' ? total - target + room : total - target;
    const { padding } = this.#tokenizer.special;
    return collatePrompts(sequences, imageIndex, images, this.#vision.imageSize, padding, tokens);
  }
}

function framesOf({ episode, early, late }: Pair): FrameOf[] {
  return [early, late].map((frame) => ({ episode, frame }));
}

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
