// What differs between recipes, as a table: for the list of runs against the run before, and for those that are compared.
import * as m from '../../words/messages';
import type { Recipe } from '../../training/recipe';

/** One thing that is not the same in all recipes. */
export interface RecipeChange {
  label: string;
  /** One for each recipe; null where it has no such thing. */
  values: (string | null)[];
}

/** Everything in which the recipes differ, their names aside. */
export function recipeChanges(recipes: readonly Recipe[]): RecipeChange[] {
  const all = recipes.map(fieldsOf);
  const labels = [...new Set(all.flatMap((fields) => [...fields.keys()]))];
  return labels.flatMap((label) => {
    const values = all.map((fields) => fields.get(label) ?? null);
    return new Set(values).size > 1 ? [{ label, values }] : [];
  });
}

/** Every setting of a recipe under its name for people, in the order of the recipe. */
export function fieldsOf(recipe: Recipe): Map<string, string> {
  const { seed, backend, model, initial, head, batchPairs, accumulation } = recipe;
  const { stages, source, sampling, optimizer, evaluation } = recipe;
  const fields = new Map<string, string>();
  const put = (values: object, prefix = '') => {
    for (const [key, value] of Object.entries(values)) {
      fields.set(`${prefix}${labels[key]?.() ?? key}`, valueText(key, value));
    }
  };
  put({ seed, backend, model, initial, head, batchPairs, accumulation });
  const { kind, ...films } = source;
  fields.set(m.runs_recipe_source(), kind === 'library' ? m.runs_recipe_library() : m.runs_recipe_simulator());
  put(films, `${m.runs_recipe_films()}: `);
  put(sampling);
  for (const [i, stage] of stages.entries()) {
    const { name, ...settings } = stage;
    // Stages of one name are told apart by their place.
    const isTwice = stages.findIndex((other) => other.name === name) < i;
    put(settings, `${name}${isTwice ? ` (${i + 1})` : ''}: `);
  }
  put(optimizer);
  put(evaluation);
  return fields;
}

function valueText(key: string, value: unknown): string {
  if (value === null) return m.runs_recipe_none();
  if (typeof value === 'boolean') return value ? m.runs_recipe_yes() : m.runs_recipe_no();
  if (key === 'windows') {
    const windows = value as { window: number; weight: number }[];
    const isEven = new Set(windows.map(({ weight }) => weight)).size === 1;
    const names = windows.map(({ window, weight }) => (isEven ? `${window}` : `${window}×${weight}`));
    return names.join(' ');
  }
  if (key === 'split') return (value as number[]).join(' / ');
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.join(', ');
  const parts = Object.entries(value).filter(([, inner]) => !(Array.isArray(inner) && inner.length === 0));
  if (parts.length === 0) return m.runs_recipe_none();
  return parts
    .map(([name, inner]) => (name === 'kind' ? String(inner) : `${name} ${valueText(name, inner)}`))
    .join(', ');
}

const labels: Readonly<Record<string, () => string>> = {
  seed: m.runs_recipe_seed,
  backend: m.runs_recipe_backend,
  model: m.runs_recipe_model,
  initial: m.runs_recipe_initial,
  head: m.runs_recipe_head,
  batchPairs: m.runs_recipe_batch,
  accumulation: m.runs_recipe_accumulation,
  episodes: m.runs_recipe_episodes,
  templates: m.runs_recipe_templates,
  variety: m.runs_recipe_variety,
  mishaps: m.runs_recipe_mishaps,
  counterTasks: m.runs_recipe_counter,
  downsample: m.runs_recipe_downsample,
  windows: m.runs_recipe_windows,
  trim: m.runs_recipe_trim,
  minimumChange: m.runs_recipe_change,
  minimumProgress: m.runs_recipe_progress,
  split: m.runs_recipe_split,
  splitSeed: m.runs_recipe_split_seed,
  holdOut: m.runs_recipe_held_out,
  samples: m.runs_recipe_samples,
  order: m.runs_recipe_order,
  steps: m.runs_recipe_steps,
  sevenths: m.runs_recipe_sevenths,
  learningRate: m.runs_recipe_rate,
  warmupSteps: m.runs_recipe_warmup,
  judgementWeight: m.runs_recipe_weight,
  curriculum: m.runs_recipe_curriculum,
  doubt: m.runs_recipe_doubt,
  labels: m.runs_recipe_labels,
  format: m.runs_recipe_format,
  weightDecay: m.runs_recipe_decay,
  clip: m.runs_recipe_clip,
  everySteps: m.runs_recipe_every,
  validationPairs: m.runs_recipe_validation,
  testPairsPerWindow: m.runs_recipe_test,
  generatedPairs: m.runs_recipe_generated,
};
