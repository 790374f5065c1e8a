// What the boundary hears while a rollout goes on: at each tick, whether the present picture is closer to done than those
// some ticks before. Only the past is looked at.
import { score, signed, type CriticReading } from '../reading';

/** Ticks between the pictures that a watching judge compares: narrow ones notice soon, wide ones are rarely wrong. */
export const WATCHED_STRIDES: readonly number[] = [5, 6, 8];

/** By stride: at each tick the logit that it is closer to done than that many ticks before; null before there are any. */
export type TrailingScores = Readonly<Record<number, readonly (number | null)[]>>;

export function trailingScores({ frames, strides }: Pick<CriticReading, 'frames' | 'strides'>): TrailingScores {
  return Object.fromEntries(
    strides.map((answers) => [
      answers.stride,
      frames.map((_, t) => (t < answers.stride ? null : score(answers, t - answers.stride))),
    ]),
  );
}

/** [ticks] mean over the strides of the signed certainty that the tick came closer to done; NaN before the smallest. */
export function preferencesOf(scores: TrailingScores): Float32Array<ArrayBuffer> {
  const all = Object.values(scores);
  return Float32Array.from(all[0] ?? [], (_, tick) => {
    const known = all.flatMap((values) => values[tick] ?? []);
    return known.reduce((sum, logit) => sum + signed(logit), 0) / known.length;
  });
}
