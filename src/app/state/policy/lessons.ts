// What is known of trainings of policies: their courses, what the judge said on the way, and how long they take.
import type { JudgingFigures, RewardKind } from '../../../reward/policy/trainPolicy';
import type { PolicyTaskName } from '../../../reward/policy/tasks';
import type { PolicyNews } from '../../../workers/policyApi';
import type { Course, PolicyCurve } from '../../plots/policyCurves';

/** What stays of a rollout. */
export type Told = Omit<PolicyNews, 'film' | 'size' | 'task'>;

/** One training. */
export interface Lesson {
  readonly kind: RewardKind;
  readonly seed: number;
  readonly told: readonly Told[];
}

/** What was asked for at one press. */
export interface Trial {
  readonly task: PolicyTaskName;
  /** Who judges, as it is called. */
  readonly model: string;
  readonly rollouts: number;
  readonly kinds: readonly RewardKind[];
  readonly seeds: number;
}

/** Every training of a trial in its order: all rewards with one seed before the next seed. */
export function plan({ kinds, seeds }: Pick<Trial, 'kinds' | 'seeds'>): { kind: RewardKind; seed: number }[] {
  return Array.from({ length: seeds }, (_, i) => kinds.map((kind) => ({ kind, seed: i + 1 }))).flat();
}

export function curvesOf(kinds: readonly RewardKind[], lessons: readonly Lesson[]): PolicyCurve[] {
  return kinds.flatMap((kind) => {
    const courses = lessons.filter((one) => one.kind === kind && one.told.length > 0).map(courseOf);
    return courses.length === 0 ? [] : [{ kind, courses }];
  });
}

export function courseOf({ seed, told }: Lesson): Course {
  return {
    seed,
    steps: told.map(({ environmentSteps }) => environmentSteps),
    success: told.map(({ successRate }) => successRate),
    progress: told.map(({ meanProgress }) => meanProgress),
  };
}

/** Seconds that the rollouts left will take; kinds not measured yet are taken to be as fast as the others. */
export function secondsFor(
  left: readonly { kind: RewardKind; rollouts: number }[],
  pace: ReadonlyMap<RewardKind, number>,
): number | null {
  if (pace.size === 0) return null;
  const usual = [...pace.values()].reduce((sum, seconds) => sum + seconds, 0) / pace.size;
  return left.reduce((sum, { kind, rollouts }) => sum + rollouts * (pace.get(kind) ?? usual), 0);
}

/** What the judge's answers are worth, as shares; null where nothing is known of it. */
export interface JudgeFacts {
  /** Pairs that it was asked about in all. */
  judged: number;
  /** Pairs that the reward learns from at the moment. */
  preferences: number;
  consistency: number | null;
  /** With true progress, of pairs that it can tell apart. */
  truth: number | null;
  /** Of the learnt reward with the judge, once it has learnt from the answers, and before it had. */
  learnt: number | null;
  foreseen: number | null;
}

/** Judgings that the shares are means of. */
const NEWEST = 5;
/** Below this share of agreement with true progress a policy may learn to please the judge instead. */
export const LEAST_TRUTH = 0.6;

/** Of the newest lesson by preferences; null where there was none. */
export function judgeFacts(lessons: readonly Lesson[]): JudgeFacts | null {
  const told = lessons.findLast((one) => one.kind === 'preference' && one.told.length > 0)?.told;
  const last = told?.at(-1);
  if (!told || !last) return null;
  const judgings = told.flatMap(({ judging }) => judging ?? []).slice(-NEWEST);
  const share = (of: (judging: JudgingFigures) => number | null) => {
    const known = judgings.map(of).filter((value) => value !== null && Number.isFinite(value)) as number[];
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    judged: last.judged,
    preferences: last.preferences,
    consistency: share(({ consistency }) => consistency),
    truth: share(({ judgeAgreement }) => judgeAgreement),
    learnt: share(({ rewardAgreement }) => rewardAgreement),
    foreseen: share(({ rewardForesight }) => rewardForesight),
  };
}
