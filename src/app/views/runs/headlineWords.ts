// Where a run's figures are from, in words: no figure stands without its split, its pairs and what was trained by then.
import type { Headline } from '../../../evaluation/headline';
import { whole } from '../../reading';
import * as m from '../../../words/messages';

export function whereMeasured({ from, after, step, pairs, episodes }: Headline): string {
  const size = m.runs_count_pairs({ count: pairs, pairs: whole(pairs) });
  const all = episodes === null ? size : m.runs_count_of({ pairs: size, count: episodes, episodes: whole(episodes) });
  const known = { stage: after, step: whole(step), size: all };
  if (from === 'looks') return m.runs_where_looks(known);
  return from === 'test' ? m.runs_where_test(known) : m.runs_where_validation(known);
}
