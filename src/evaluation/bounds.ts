// What two published accuracies leave open. Forward and reverse accuracy are margins of the four cells and do not fix
// them: a gap of 6.5 points is compatible with answers that flip for a quarter of all pairs. For figures of others, where
// only the margins are known; ours are counted.
import { normalQuantile } from './distributions';

export interface OpenCells {
  /** Share right in both orders lies between these, in percent. */
  readonly bothRight: readonly [low: number, high: number];
  /** Share of pairs whose answer names the same position in both orders lies between these, in percent. */
  readonly flips: readonly [low: number, high: number];
}

/** What forward and reverse accuracy (percent, every answer readable) leave open. */
export function openCells(forward: number, reverse: number): OpenCells {
  const low = Math.max(0, forward + reverse - 100);
  const high = Math.min(forward, reverse);
  return { bothRight: [low, high], flips: [forward + reverse - 2 * high, forward + reverse - 2 * low] };
}

export interface Sensitivity {
  /** Ability apart from lean, (z(f) − z(1 − r))/√2. */
  readonly dPrime: number;
  /** Lean apart from ability, −(z(f) + z(1 − r))/2; negative leans to the second image. */
  readonly criterion: number;
}

/** d′ and criterion for two alternatives from the rates of "second" in forward and in reverse order, 0 to 1. */
export function sensitivityOf(forwardSecond: number, reverseSecond: number): Sensitivity {
  const [hit, alarm] = [normalQuantile(forwardSecond), normalQuantile(reverseSecond)];
  return { dPrime: (hit - alarm) / Math.SQRT2, criterion: 0 - (hit + alarm) / 2 };
}
