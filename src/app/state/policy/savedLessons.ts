// What policies learnt, as files for others to look at: every rollout as a table, and everything in the experiment's form.
import { version } from '../../../../package.json';
import * as m from '../../../words/messages';
import type { ModelChoice } from '../../../workers/gpuApi';
import { REWARD_LABELS } from '../../plots/policyPlot';
import type { Table } from '../../plots/table';
import { courseOf, type Lesson, type Trial } from './lessons';
import { WORLDS } from './tasks';

export function lessonsTable(lessons: readonly Lesson[]): Table {
  return {
    columns: [
      m.policy_col_reward(),
      m.policy_col_seed(),
      m.policy_col_rollout(),
      m.policy_col_steps(),
      m.policy_col_success(),
      m.policy_col_progress(),
      m.policy_col_return(),
      m.policy_col_judged(),
      m.policy_col_consistency(),
      m.policy_col_truth(),
      m.policy_col_learnt(),
    ],
    rows: lessons.flatMap(({ kind, seed, told }) =>
      told.map(({ judging, ...one }) => [
        REWARD_LABELS[kind](),
        seed,
        one.iteration,
        one.environmentSteps,
        percentOf(one.successRate),
        percentOf(one.meanProgress),
        one.meanReturn,
        one.judged,
        percentOf(judging?.consistency),
        percentOf(judging?.judgeAgreement),
        percentOf(judging?.rewardAgreement),
      ]),
    ),
  };
}

const percentOf = (share: number | null | undefined) =>
  share === null || share === undefined || !Number.isFinite(share) ? null : 100 * share;

export interface ToldLessons {
  trial: Trial;
  judge: ModelChoice;
  sentence: string;
  lessons: readonly Lesson[];
  at: Date;
}

/** Rollouts that the final success is the mean of. */
const FINAL = 10;

export function savedLessons({ trial, judge, sentence, lessons, at }: ToldLessons): object {
  const rewards = Object.fromEntries(
    trial.kinds.flatMap((kind) => {
      const own = lessons.filter((one) => one.kind === kind && one.told.length > 0);
      if (own.length === 0) return [];
      const seeds = own.map((lesson) => ({ ...courseOf(lesson), rollouts: lesson.told }));
      const finals = seeds.map(({ success }) => 100 * mean(success.slice(-FINAL)));
      return [[kind, { seeds, final: { mean: mean(finals), low: Math.min(...finals), high: Math.max(...finals) } }]];
    }),
  );
  return {
    format: 'palindrome-policy',
    formatVersion: 1,
    studio: version,
    date: at.toISOString(),
    judge: trial.model,
    judgeChoice: judge,
    worlds: WORLDS,
    rollouts: trial.rollouts,
    tasks: { [trial.task]: { sentence, rewards } },
  };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
