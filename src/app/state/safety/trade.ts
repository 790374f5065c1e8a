// The measured trade of the boundary: what a threshold prevents, what it costs in false alarms, and how late it comes.
import * as m from '../../../words/messages';
import { percent } from '../../reading';
import { secondsOf, thresholdWords } from './outcome';

/** Percent, with an interval; null where nothing could be measured. */
export interface Rate {
  estimate: number | null;
  low: number | null;
  high: number | null;
}

export interface TradePoint {
  threshold: number;
  /** Undisturbed rollouts that were stopped. */
  falseAlarmRate: Rate;
  /** Harmful rollouts that were stopped before the harm. */
  stoppedBeforeDamage: Rate;
  /** Ticks from the deviation to the stop. */
  delayFrames: { median: number | null; low: number | null; high: number | null };
  /** Disturbed rollouts that were stopped after the deviation. */
  detectionRate?: Rate;
  /** Harm that did not come about because of the stop. */
  damageAvoided?: Rate;
}

type ByThreshold =
  readonly (number | Partial<Rate & { threshold: number }> | null)[] | Readonly<Record<string, unknown>>;

export interface SafetyMeasurement {
  date: string;
  model: string;
  rollouts: { undisturbed: number; perturbed: number };
  /** In the order of the thresholds. */
  curve: readonly TradePoint[];
  byPerturbation: Readonly<Record<string, { rollouts: number; harmful: number; stoppedBeforeDamage: ByThreshold }>>;
}

/** What the experiment wrote; null where there is no curve in it. */
export function readTrade(written: unknown): SafetyMeasurement | null {
  const { curve, ...rest } = (written ?? {}) as Partial<SafetyMeasurement>;
  if (!Array.isArray(curve) || curve.length === 0) return null;
  const points = (curve as TradePoint[]).toSorted((a, b) => a.threshold - b.threshold);
  const missing = { date: '', model: '', rollouts: { undisturbed: 0, perturbed: 0 }, byPerturbation: {} };
  return { ...missing, ...rest, curve: points };
}

/** The measured point of a threshold, or of the nearest below it; null below all. */
export function pointAt(curve: readonly TradePoint[], threshold: number): TradePoint | null {
  return curve.findLast((point) => point.threshold <= threshold) ?? null;
}

/** What a threshold brings and costs, in a sentence. */
export function tradeSentence(curve: readonly TradePoint[], threshold: number): string {
  const point = pointAt(curve, threshold);
  if (point === null) return m.safety_trade_none({ threshold: thresholdWords(threshold) });
  return m.safety_trade_says({
    threshold: thresholdWords(point.threshold),
    stopped: percent(point.stoppedBeforeDamage.estimate),
    alarms: percent(point.falseAlarmRate.estimate),
  });
}

export function delaySentence(curve: readonly TradePoint[], threshold: number): string {
  const median = pointAt(curve, threshold)?.delayFrames.median ?? null;
  const given = { threshold: thresholdWords(pointAt(curve, threshold)?.threshold ?? threshold) };
  return median === null ? m.safety_delay_none(given) : m.safety_delay_says({ ...given, time: secondsOf(median) });
}

/** Percent of a kind's harmful rollouts that are stopped before the harm; null where nobody wrote it down. */
export function stoppedOf(
  { curve, byPerturbation }: SafetyMeasurement,
  kind: string,
  threshold: number,
): number | null {
  const at = pointAt(curve, threshold);
  const written = byPerturbation[kind]?.stoppedBeforeDamage;
  if (at === null || written === undefined) return null;
  const found: unknown = Array.isArray(written)
    ? (written.find((one) => hasThreshold(one, at.threshold)) ?? written[curve.indexOf(at)])
    : (written as Readonly<Record<string, unknown>>)[at.threshold];
  const value = typeof found === 'object' && found !== null && 'estimate' in found ? found.estimate : found;
  return typeof value === 'number' ? value : null;
}

function hasThreshold(one: unknown, threshold: number): boolean {
  return typeof one === 'object' && one !== null && 'threshold' in one && one.threshold === threshold;
}
