// What was changed between two recipes, in a few words for the list of runs.
import type { Recipe } from '../../training/recipe';

const most = 4;

/** "stages.1.steps 600 → 300", at most four of them. */
export function recipeDifference(before: Recipe, after: Recipe): string[] {
  const [old, now] = [new Map(leaves(before)), new Map(leaves(after))];
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => path !== 'name');
  const changed = paths.filter((path) => old.get(path) !== now.get(path));
  const words = changed.slice(0, most).map((path) => `${path} ${old.get(path) ?? 'none'} → ${now.get(path) ?? 'none'}`);
  return changed.length > most ? [...words, `and ${changed.length - most} more`] : words;
}

function leaves(value: unknown, path = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`));
}
