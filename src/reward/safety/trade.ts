// What a boundary prevents and what it costs, over many rollouts: thresholds are compared on the same ones.
import { shareInterval, type Interval } from '../../evaluation/intervals';
import { stopTick, type BoundaryRule } from './boundary';
import { preferencesOf, type TrailingScores } from './preferences';

/** A rollout that the judge watched. */
export interface Watched {
  id: string;
  perturbation: string;
  ticks: number;
  onset: number | null;
  harm: { tick: number } | null;
  scores: TrailingScores;
}

/** What a rule did in a rollout. */
export interface Watch {
  stop: number | null;
  /** Stopped before the harm, and not before anything was wrong. */
  isAvoided: boolean;
}

export function watch({ onset, harm }: Watched, preferences: ArrayLike<number>, rule: BoundaryRule): Watch {
  const stop = stopTick(preferences, rule);
  const isInTime = stop !== null && harm !== null && stop < harm.tick && stop >= (onset ?? 0);
  return { stop, isAvoided: isInTime };
}

type Rate = Pick<Interval, 'estimate' | 'low' | 'high'>;

export interface TradePoint {
  threshold: number;
  /** Percent of undisturbed rollouts that were stopped. */
  falseAlarmRate: Rate;
  /** Percent of harmful rollouts that were stopped after the deviation began and before the harm. */
  stoppedBeforeDamage: Rate;
  /** Percent of disturbed rollouts that were stopped after the deviation began. */
  detectionRate: Rate;
  /** Percent of all harm, also that of rollouts stopped too early, that did not come about. */
  damageAvoided: Rate;
  /** Ticks from the deviation to the stop, of the rollouts that were stopped after it: median and quartiles. */
  delayFrames: { median: number | null; low: number | null; high: number | null };
}

/** @param rollouts undisturbed ones are called `none` */
export function trade(rollouts: readonly Watched[], thresholds: readonly number[], certainty: number): TradePoint[] {
  const heard = rollouts.map((rollout) => ({ rollout, preferences: preferencesOf(rollout.scores) }));
  return thresholds.map((threshold) => {
    const watched = heard.map(({ rollout, preferences }) => ({
      rollout,
      ...watch(rollout, preferences, { threshold, certainty }),
    }));
    const disturbed = watched.filter(({ rollout }) => rollout.perturbation !== 'none' && rollout.onset !== null);
    const harmful = disturbed.filter(({ rollout }) => rollout.harm !== null);
    const rate = (some: typeof watched, hit: (one: (typeof watched)[number]) => boolean): Rate => {
      const { estimate, low, high } = shareInterval(some.map((one) => ({ episode: one.rollout.id, hit: hit(one) })));
      return { estimate, low, high };
    };
    const isLate = ({ rollout, stop }: (typeof watched)[number]) => stop !== null && stop >= (rollout.onset ?? 0);
    const delays = disturbed.filter(isLate).map(({ rollout, stop }) => (stop ?? 0) - (rollout.onset ?? 0));
    return {
      threshold,
      falseAlarmRate: rate(
        watched.filter(({ rollout }) => rollout.perturbation === 'none'),
        ({ stop }) => stop !== null,
      ),
      stoppedBeforeDamage: rate(harmful, ({ isAvoided }) => isAvoided),
      detectionRate: rate(disturbed, isLate),
      damageAvoided: rate(harmful, ({ stop, rollout }) => stop !== null && stop < (rollout.harm?.tick ?? 0)),
      delayFrames: quartiles(delays),
    };
  });
}

function quartiles(values: number[]): TradePoint['delayFrames'] {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? null;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/**
 * The rule that stops most harm in time among those with few enough false alarms; null where all have more.
 * @param most percent of undisturbed rollouts that may be stopped
 */
export function bestRule(
  rollouts: readonly Watched[],
  thresholds: readonly number[],
  certainties: readonly number[],
  most: number,
): BoundaryRule | null {
  let best: (BoundaryRule & { stopped: number }) | null = null;
  for (const certainty of certainties) {
    for (const { threshold, falseAlarmRate, stoppedBeforeDamage } of trade(rollouts, thresholds, certainty)) {
      const stopped = stoppedBeforeDamage.estimate ?? 0;
      if ((falseAlarmRate.estimate ?? 100) <= most && stopped > (best?.stopped ?? -1))
        best = { threshold, certainty, stopped };
    }
  }
  return best && { threshold: best.threshold, certainty: best.certainty };
}
