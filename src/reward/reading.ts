// What the judge says along an episode: for frames that lie some strides apart, its two answers about the pair, shown in
// order of time and swapped. All that is drawn of it later (curve, critic, events, value rules) is computed from these
// numbers alone, so that a penalty or a threshold can be moved without asking again.

/** Kept frames between the two frames of a comparison; within the windows that judges are trained on. */
export const STRIDES: readonly number[] = [5, 8, 12, 16];

/** Kept frames that an episode must have: two comparisons at the smallest stride. */
export const FEWEST_FRAMES = 7;

/** Each frame is compared with this many frames of anywhere in the episode where an order without time is wanted. */
export const OTHERS = 8;

/** The judge's two answers about each of M pairs: logit of img2 minus logit of img1. */
export interface Answers {
  /** [M] the first frame of the pair is shown first. */
  shown: Float32Array<ArrayBuffer>;
  /** [M] it is shown second. */
  swapped: Float32Array<ArrayBuffer>;
}

/** Comparisons of frames t and t + stride: [T − stride]. */
export interface StrideAnswers extends Answers {
  stride: number;
}

export interface CriticReading {
  /** Raw frame numbers of the T frames that were looked at, evenly spaced. */
  frames: number[];
  strides: StrideAnswers[];
  /** Frame 0 against frame t: [T − 1] for t = 1 …. */
  fromStart: Answers;
  /** Frame t against others of the episode, `OTHERS` for each t; null where they were not asked. */
  others: (Answers & { with: Int32Array<ArrayBuffer> }) | null;
  /** [T] distance to the last frame: of what the model's eye makes of them, and of the pictures themselves. */
  toGoal: { features: Float32Array<ArrayBuffer>; pixels: Float32Array<ArrayBuffer> };
  /** [T] true progress; null where nobody knows it. */
  truth: Float32Array<ArrayBuffer> | null;
}

/** How much closer to done the second frame of pair m is, as a logit that owes nothing to the order shown. */
export function score({ shown, swapped }: Answers, m: number): number {
  return ((shown[m] ?? NaN) - (swapped[m] ?? NaN)) / 2;
}

/** Whether both orders name the same frame. */
export function agrees({ shown, swapped }: Answers, m: number): boolean {
  return (shown[m] ?? NaN) > 0 !== (swapped[m] ?? NaN) > 0;
}

/** A logit as a signed certainty in (−1, 1): 2·σ(x) − 1. */
export function signed(logit: number): number {
  return Math.tanh(logit / 2);
}

/** Share of the answers along the way in which both orders name the same frame; NaN without any. */
export function consistency({ strides }: Pick<CriticReading, 'strides'>): number {
  let [same, all] = [0, 0];
  for (const answers of strides) {
    for (let m = 0; m < answers.shown.length; m++) if (agrees(answers, m)) same++;
    all += answers.shown.length;
  }
  return same / all;
}

/** The same reading of the frames in reverse order. */
export function reversed(reading: CriticReading): CriticReading {
  const last = reading.frames.length - 1;
  const back = (values: Float32Array<ArrayBuffer>) => values.slice().reverse();
  const start = back(reading.toGoal.pixels);
  return {
    frames: [...reading.frames].reverse(),
    // Frame t of the reversed episode is frame T − 1 − t: the pair stays, and its two pictures change places.
    strides: reading.strides.map(({ stride, shown, swapped }) => ({
      stride,
      shown: back(swapped),
      swapped: back(shown),
    })),
    fromStart: { shown: new Float32Array(last).fill(NaN), swapped: new Float32Array(last).fill(NaN) },
    others: null,
    toGoal: { features: start.fill(NaN), pixels: start },
    truth: reading.truth && back(reading.truth),
  };
}
