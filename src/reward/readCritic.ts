// Asks the judge along an episode. Pictures are encoded once for all comparisons of a batch that show them: with four
// strides a frame is in eight comparisons, and the eye costs more than the answer.
import type { Batch } from '../batches/batch';
import { Random } from '../base/random';
import { forcedChoice, type Judge } from '../evaluation/judge';
import { pictureEmbeddings } from '../evaluation/pictureEmbeddings';
import { OTHERS, STRIDES, type Answers, type CriticReading } from './reading';

/** Where the pictures and the words come from. */
export interface CriticSource {
  /** Raw frame numbers that are looked at. */
  frames: readonly number[];
  /** [frames.length] true progress, or null. */
  truth: Float32Array<ArrayBuffer> | null;
  /** [places.length, S, S, 3] pictures of some of the frames, by their places in `frames`. */
  pictures(places: readonly number[]): Promise<Uint8Array<ArrayBuffer>>;
  /** A batch that asks about pairs of `images` (by their rows), each as shown and swapped, up to the judgement. */
  question(images: Uint8Array<ArrayBuffer>, pairs: readonly (readonly [number, number])[]): Promise<Batch>;
}

export interface CriticOptions {
  strides?: readonly number[];
  /** Whether frames are also compared with frames of anywhere, as the value order without time needs. */
  others?: boolean;
  /** Fixes which ones. */
  seed?: number;
  /** Hears the share that is done. */
  onProgress?: (share: number) => void;
  cancelled?: () => boolean;
}

/** Pairs in one go, and the multiple to which pictures are padded: captured commands need few different shapes. */
const PAIRS = 32;
const PICTURES = 32;
/** Pictures fetched at once. */
const FETCHED = 64;

/** @returns null where it was cancelled */
export async function readCritic(
  judge: Judge,
  source: CriticSource,
  { strides = STRIDES, others = false, seed = 0, onProgress, cancelled }: CriticOptions = {},
): Promise<CriticReading | null> {
  const count = source.frames.length;
  const pairs = plan(count, strides, others ? new Random(seed, count) : null);
  const { image_size: size } = judge.config.vision_config;
  const bytes = size * size * 3;
  const pictures = new Uint8Array(count * bytes);
  const all = count + pairs.length;
  for (let from = 0; from < count; from += FETCHED) {
    if (cancelled?.()) return null;
    const places = Array.from({ length: Math.min(FETCHED, count - from) }, (_, i) => from + i);
    pictures.set(await source.pictures(places), from * bytes);
    onProgress?.((from + places.length) / all);
  }
  const asked = await answerPairs(judge, pictures, pairs, source.question, (done) => {
    onProgress?.((count + done) / all);
    return !cancelled?.();
  });
  if (asked === null) return null;
  const features = await pictureEmbeddings(judge, pictures);
  const cut = (from: number, length: number): Answers => ({
    shown: asked.shown.slice(from, from + length),
    swapped: asked.swapped.slice(from, from + length),
  });
  let at = 0;
  const next = (length: number) => cut((at += length) - length, length);
  return {
    frames: [...source.frames],
    strides: strides.map((stride) => ({ stride, ...next(Math.max(0, count - stride)) })),
    fromStart: next(Math.max(0, count - 1)),
    others: others
      ? { with: Int32Array.from(pairs.slice(at), ([other]) => other), ...cut(at, pairs.length - at) }
      : null,
    toGoal: { features: distances(features, count), pixels: distances(pictures, count) },
    truth: source.truth,
  };
}

type Pair = readonly [earlier: number, later: number];

/** Comparisons in the order of the reading: by stride, from the start, with others. */
function plan(count: number, strides: readonly number[], random: Random | null): Pair[] {
  const pairs: Pair[] = strides.flatMap((stride) =>
    Array.from({ length: Math.max(0, count - stride) }, (_, t): Pair => [t, t + stride]),
  );
  for (let t = 1; t < count; t++) pairs.push([0, t]);
  for (let t = 0; random !== null && t < count; t++) {
    for (let i = 0; i < OTHERS; i++) pairs.push([random.below(count), t]);
  }
  return pairs;
}

/**
 * Both answers about each pair of pictures [n, S, S, 3], given by their rows.
 * @param goesOn hears how many pairs are judged; a false answer ends it
 * @returns null where it was ended
 */
export async function answerPairs(
  judge: Judge,
  pictures: Uint8Array<ArrayBuffer>,
  pairs: readonly Pair[],
  question: CriticSource['question'],
  goesOn: (done: number) => boolean = () => true,
): Promise<Answers | null> {
  const { image_size: size } = judge.config.vision_config;
  const bytes = size * size * 3;
  const answers = { shown: new Float32Array(pairs.length), swapped: new Float32Array(pairs.length) };
  // Neighbours in time share pictures.
  const order = pairs.map((_, m) => m).toSorted((m, n) => first(pairs, m) - first(pairs, n));
  for (let from = 0; from < order.length; from += PAIRS) {
    const some = order.slice(from, from + PAIRS);
    const rows = new Map<number, number>();
    const rowOf = (place: number) => {
      const row = rows.get(place) ?? rows.size;
      rows.set(place, row);
      return row;
    };
    const asked = some.map((m): Pair => [rowOf(pairs[m]?.[0] ?? 0), rowOf(pairs[m]?.[1] ?? 0)]);
    while (asked.length < PAIRS && from > 0) asked.push(asked[0] as Pair);
    const images = new Uint8Array(Math.ceil(rows.size / PICTURES) * PICTURES * bytes);
    for (const [place, row] of rows) images.set(pictures.subarray(place * bytes, (place + 1) * bytes), row * bytes);
    const logits = await forcedChoice(judge, await question(images, asked));
    some.forEach((m, i) => {
      const [shown, swapped] = [logits[2 * i], logits[2 * i + 1]];
      answers.shown[m] = shown ? shown[1] - shown[0] : NaN;
      answers.swapped[m] = swapped ? swapped[1] - swapped[0] : NaN;
    });
    if (!goesOn(Math.min(pairs.length, from + PAIRS))) return null;
  }
  return answers;
}

const first = (pairs: readonly Pair[], m: number) => Math.min(...(pairs[m] ?? [0]));

/** Root mean square distance of each of n equal rows to the last. */
function distances(values: Float32Array | Uint8Array, n: number): Float32Array<ArrayBuffer> {
  const width = values.length / n;
  const last = (n - 1) * width;
  return Float32Array.from({ length: n }, (_, t) => {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += ((values[t * width + i] ?? 0) - (values[last + i] ?? 0)) ** 2;
    return Math.sqrt(sum / width);
  });
}
