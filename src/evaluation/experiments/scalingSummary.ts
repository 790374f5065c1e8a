// The scaling law out of runs named `tag-<i>`: accuracy after i sevenths of the CoT volume in tags, every seed, and the
// fitted law with its band.
import { fitScaling, type ScalingFit, type ScalingPoint } from '../scaling';
import { ROW_WINDOWS, lastEvaluation, type Ends, endsOf } from './rows';
import type { ExperimentRun } from './runFile';

export interface VolumeRun {
  readonly sevenths: number;
  readonly seed: number;
  readonly pairs: number;
  readonly forward: number;
  readonly reverse: number;
  readonly average: number;
  readonly bothRight: number;
  /** 95 % interval of the average over episodes. */
  readonly ends: Ends;
  /** Forward and reverse accuracy at each of ROW_WINDOWS; null where no pair was judged. */
  readonly byWindow: readonly (readonly [forward: number, reverse: number] | null)[];
}

export interface ScalingSummary {
  readonly runs: readonly VolumeRun[];
  /** Null, with the reason, where there are too few volumes. */
  readonly fit: ScalingFit | null;
  readonly reason: string | null;
}

/** Names of runs at a tag volume. */
const VOLUME = /^tag-(\d+)$/;

/** The volume that a strategy's name states, in sevenths; null for others. */
export function volumeOf(strategy: string): number | null {
  const found = VOLUME.exec(strategy);
  return found ? Number(found[1]) : null;
}

/** Null where no run has a volume. Their order does not matter. */
export function scalingSummary(runs: readonly ExperimentRun[]): ScalingSummary | null {
  const points: ScalingPoint[] = [];
  const lines: VolumeRun[] = [];
  const sorted = runs
    .flatMap((run) => {
      const sevenths = volumeOf(run.strategy);
      const evaluation = lastEvaluation(run, 'tag');
      return sevenths === null || evaluation === null ? [] : [{ run, sevenths, evaluation }];
    })
    .sort((a, b) => a.sevenths - b.sevenths || a.run.seed - b.run.seed);
  for (const { run, sevenths, evaluation } of sorted) {
    const { pairs, forward, reverse, average, bothRight } = evaluation.overall;
    const byWindow = ROW_WINDOWS.map((window) => {
      const line = evaluation.byWindow?.[window];
      return line ? ([line.forward, line.reverse] as const) : null;
    });
    const ends = endsOf(evaluation.intervals['average']);
    lines.push({ sevenths, seed: run.seed, pairs, forward, reverse, average, bothRight, ends, byWindow });
    const episodes = Object.values(evaluation.episodes ?? {}).map(([count, , right, left]) => ({
      right: right + left,
      answers: 2 * count,
    }));
    points.push({ sevenths, accuracy: average, ...(episodes.length > 0 && { episodes }) });
  }
  if (lines.length === 0) return null;
  return { runs: lines, ...fitScaling(points, 1) };
}
