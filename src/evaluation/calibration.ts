// How far a model's P(second) can be taken at its word. Each pair gives two answers, one for each order, of which one is
// truly "second", so the base rate is one half and a model that knows nothing scores a Brier of 0.25. The reliability
// curve has bins of equal mass, with the same intervals as every other share: at its ends, where all answers of a bin are
// right, a bootstrap would claim a band of no width.
import { clusterMean, type ClusterMean } from './clusterMean';
import { shareInterval } from './intervals';
import type { Judgement } from './metrics';
import { sigmoid } from './stability';

export interface Calibration {
  /** Answers with logits: two a pair. */
  readonly answers: number;
  /** Mean squared difference of P(second) from the truth (1 or 0): 0 perfect, 0.25 knows nothing, above worse than that. */
  readonly brier: ClusterMean;
  /** Murphy's parts over the bins; reliability − resolution + uncertainty is the score of the binned probabilities. */
  readonly reliability: number;
  readonly resolution: number;
  readonly uncertainty: number;
  /** Expected calibration error, 0 to 1; null below 500 answers, where it would mostly be noise. */
  readonly ece: number | null;
  readonly curve: readonly ReliabilityBin[];
}

/** Answers of like P(second). Shares are 0 to 1. */
export interface ReliabilityBin {
  readonly answers: number;
  /** Mean P(second). */
  readonly said: number;
  /** Share where the second image truly was closer. */
  readonly observed: number;
  /** 95 % interval with the episode as the cluster; null with too few of them. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Fewest answers for an expected calibration error. */
export const fewestForEce = 500;

const bins = 10;

interface Said {
  episode: string;
  p: number;
  second: boolean;
}

/** Calibration of the rows with logits, or null where none has them. */
export function calibration(rows: readonly Judgement[]): Calibration | null {
  const said = rows.flatMap((row): Said[] =>
    Number.isFinite(row.scoreForward) && Number.isFinite(row.scoreReverse)
      ? [
          { episode: row.episode, p: sigmoid(row.scoreForward), second: true },
          { episode: row.episode, p: sigmoid(row.scoreReverse), second: false },
        ]
      : [],
  );
  const brier = clusterMean(said.map(({ episode, p, second }) => [episode, (p - Number(second)) ** 2] as const));
  if (brier === null) return null;
  const curve = equalMass(said).map(binOf);
  return {
    answers: said.length,
    brier,
    ...brierParts(curve),
    ece: said.length < fewestForEce ? null : expectedError(curve),
    curve,
  };
}

/** Murphy's decomposition of the Brier score of binned probabilities. */
export function brierParts(
  curve: readonly Pick<ReliabilityBin, 'answers' | 'said' | 'observed'>[],
): Pick<Calibration, 'reliability' | 'resolution' | 'uncertainty'> {
  const all = curve.reduce((sum, bin) => sum + bin.answers, 0);
  const mean = (value: (bin: Pick<ReliabilityBin, 'said' | 'observed'>) => number): number =>
    curve.reduce((sum, bin) => sum + bin.answers * value(bin), 0) / all;
  const base = mean((bin) => bin.observed);
  return {
    reliability: mean((bin) => (bin.said - bin.observed) ** 2),
    resolution: mean((bin) => (bin.observed - base) ** 2),
    uncertainty: base * (1 - base),
  };
}

function expectedError(curve: readonly ReliabilityBin[]): number {
  const all = curve.reduce((sum, bin) => sum + bin.answers, 0);
  return curve.reduce((sum, bin) => sum + (bin.answers * Math.abs(bin.said - bin.observed)) / all, 0);
}

/** Groups of rising P(second) of about the same size; equal probabilities stay together, so there may be fewer. */
function equalMass(said: readonly Said[]): Said[][] {
  const sorted = [...said].sort((a, b) => a.p - b.p);
  const groups: Said[][] = [];
  let from = 0;
  for (let bin = 1; bin <= bins; bin++) {
    let to = Math.round((bin * sorted.length) / bins);
    while (to > from && to < sorted.length && sorted[to]?.p === sorted[to - 1]?.p) to++;
    if (to > from) groups.push(sorted.slice(from, to));
    from = Math.max(from, to);
  }
  return groups;
}

function binOf(group: readonly Said[]): ReliabilityBin {
  const { low, high } = shareInterval(group.map(({ episode, second }) => ({ episode, hit: second })));
  return {
    answers: group.length,
    said: group.reduce((sum, { p }) => sum + p, 0) / group.length,
    observed: group.filter(({ second }) => second).length / group.length,
    low: low === null ? null : low / 100,
    high: high === null ? null : high / 100,
  };
}
