// One measurement of one model, under a title that no other measurement has unless it is the same.
import * as m from '../../../words/messages';
import type { EvaluationReport } from '../../../evaluation/report';
import { isEveryEpisode } from '../../../evaluation/unseen';
import type { Recipe } from '../../../training/recipe';
import type { ModelChoice } from '../../../workers/gpuApi';
import { dateOf, whole } from '../../reading';

export interface Measured {
  /** The same for two measurements of the same weights by the same questions about the same pairs. */
  id: string;
  /** As it was called then. */
  model: string;
  /** Which model that is; null for what a run measured of itself. */
  choice: ModelChoice | null;
  report: EvaluationReport;
  /** Milliseconds since 1970. */
  at: number;
}

export function idOf(report: EvaluationReport): string {
  const { about, split, question, overall } = report;
  return JSON.stringify([about?.model.weights, askedAbout(report), question, split, overall.pairs]);
}

/** The same for all that one model answered about one set of data in one way: measurements and controls. */
export function askedAbout({ about, judging, step }: EvaluationReport): string {
  const { model, recipe, dataHash } = about ?? {};
  const who = model?.run ? [model.run, step] : (model?.weights ?? model?.label);
  const { source, sampling, seed } = recipe ?? {};
  return JSON.stringify([who, judging, seed, source, sampling, dataHash]);
}

const ways: Readonly<Record<EvaluationReport['judging'], () => string>> = {
  tag: m.evaluate_by_label,
  'tag-generated': m.evaluate_by_label_free,
  cot: m.evaluate_by_words,
  'cot-generated': m.evaluate_by_words_free,
};

/** "lesson 1, after tag: the simulator’s films (seed 1), final test, by label, 144 pairs, 22 Nov 2026, 14:05:09". */
export function titleOf({ model, report, at }: Measured): string {
  const pairs = m.evaluate_pair_count({ count: whole(report.overall.pairs) });
  return m.evaluate_title_of({ model, data: dataOf(report), way: wayOf(report), pairs, when: dateOf(at, true) });
}

export const wayOf = ({ judging }: Pick<EvaluationReport, 'judging'>): string => ways[judging]();

/** "your videos, all of them", "the simulator’s films (seed 1, 600 episodes), validation". */
export function dataOf({ about, split }: Pick<EvaluationReport, 'about' | 'split'>): string {
  const test = split === 'test' ? m.evaluate_part_test() : m.evaluate_part_validation();
  const part = about && isEveryEpisode(about.recipe) ? m.evaluate_part_all() : test;
  return about ? `${sourceOf(about.recipe)}, ${part}` : part;
}

export function sourceOf({ source }: Pick<Recipe, 'source'>): string {
  if (source.kind === 'library') return m.evaluate_data_own();
  const episodes = m.evaluate_episode_count({ count: whole(source.episodes) });
  const { seed, lessons } = source;
  return lessons
    ? m.evaluate_data_lessons({ seed, episodes, rollouts: whole(lessons.count) })
    : m.evaluate_data_simulator({ seed, episodes });
}
