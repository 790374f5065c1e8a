// What a policy reached while it learned, as curves: smoothed, as the mean over seeds, and in a sentence.
import type { RewardKind } from '../../reward/policy/trainPolicy';
import * as m from '../../words/messages';
import { percent, whole } from '../reading';

/** In the order in which they are drawn and told. */
export const REWARD_KINDS = ['preference', 'sparse', 'progress'] as const satisfies readonly RewardKind[];

/** What is drawn: how often it succeeds, or how far it gets. */
export type PolicyMeasure = 'success' | 'progress';

/** One training: a value for each of its rollouts, shares from 0 to 1. */
export interface Course {
  readonly seed: number;
  /** Steps of all worlds together. */
  readonly steps: readonly number[];
  readonly success: readonly number[];
  readonly progress: readonly number[];
}

export interface PolicyCurve {
  readonly kind: RewardKind;
  readonly courses: readonly Course[];
}

/** Percent over steps. */
export interface Line {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Rollouts that a smoothed value is the mean of. */
export const SMOOTHED_OVER = 5;

/** The mean of each value and those right before it; fewer at the beginning, and what is not known is left out. */
export function smoothed(values: readonly number[], over = SMOOTHED_OVER): number[] {
  return values.map((_, i) => mean(values.slice(Math.max(0, i + 1 - over), i + 1)));
}

export function courseLine(course: Course, measure: PolicyMeasure): Line {
  return { steps: course.steps, values: smoothed(course[measure]).map((share) => 100 * share) };
}

/**
 * The mean of the courses that got furthest: one that is still under way, or was stopped, would make the mean jump.
 * @returns null where there is no course yet
 */
export function meanLine({ courses }: PolicyCurve, measure: PolicyMeasure): Line | null {
  const furthest = Math.max(0, ...courses.map(({ steps }) => steps.length));
  const lines = courses.filter(({ steps }) => steps.length === furthest).map((one) => courseLine(one, measure));
  const [first] = lines;
  if (furthest === 0 || first === undefined) return null;
  return { steps: first.steps, values: first.steps.map((_, i) => mean(lines.map(({ values }) => values[i] ?? NaN))) };
}

/** Where the policies stand after as many steps as all of them have had, in percent; null before the first rollout. */
export function standing(
  curves: readonly PolicyCurve[],
  measure: PolicyMeasure,
): { steps: number; reached: { kind: RewardKind; value: number }[] } | null {
  const lines = curves.flatMap((curve) => {
    const line = meanLine(curve, measure);
    return line ? [{ kind: curve.kind, line }] : [];
  });
  if (lines.length === 0) return null;
  const steps = Math.min(...lines.map(({ line }) => line.steps.at(-1) ?? 0));
  const reached = lines.map(({ kind, line }) => {
    const at = line.steps.findLastIndex((step) => step <= steps);
    return { kind, value: line.values[Math.max(0, at)] ?? NaN };
  });
  return { steps, reached };
}

const FIRST: Readonly<Record<RewardKind, () => string>> = {
  preference: m.policy_who_preference,
  sparse: m.policy_who_sparse,
  progress: m.policy_who_progress,
};

const OTHERS: Readonly<Record<RewardKind, () => string>> = {
  preference: m.policy_other_preference,
  sparse: m.policy_other_sparse,
  progress: m.policy_other_progress,
};

/** The curves in a sentence. */
export function policySentence(curves: readonly PolicyCurve[], measure: PolicyMeasure): string {
  const now = standing(curves, measure);
  const [first, ...others] = now?.reached ?? [];
  if (!now || !first) return m.policy_says_nothing();
  const given = { steps: whole(now.steps), who: FIRST[first.kind](), share: percent(first.value) };
  const said = measure === 'success' ? m.policy_says_success(given) : m.policy_says_progress(given);
  const rest = others.map(({ kind, value }) => {
    const other = { who: OTHERS[kind](), share: percent(value) };
    return measure === 'success' ? m.policy_says_success_other(other) : m.policy_says_progress_other(other);
  });
  return m.policy_says({ all: [said, ...rest].join(', ') });
}

function mean(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
}
