// What a recipe learns from, in words.
import type { Recipe } from '../../training/recipe';
import * as m from '../../words/messages';
import { whole } from '../reading';

/** "300 simulated episodes and 12,000 rollouts"; after "from" in each language. */
export function sourceWords({ source }: Pick<Recipe, 'source'>): string {
  if (source.kind === 'library') return m.train_source_library();
  const count = whole(source.episodes);
  return source.lessons
    ? m.train_source_lessons({ count, rollouts: whole(source.lessons.count) })
    : m.train_source_simulator({ count });
}
