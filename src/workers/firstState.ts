// What a recipe's first step starts from: fresh weights, a model that comes with the studio, or a stage of another run.
import type { CheckpointStore } from '../checkpoints/store';
import { adopt, type ParameterTable } from '../model/parameters';
import { freshState, type StateArrays } from '../training/modelState';
import type { Recipe } from '../training/recipe';
import type { DatasetFacts } from './batchApi';
import type { ShippedName } from './gpuApi';
import { shippedLabel } from './modelNames';
import { shippedCheckpoint } from './shippedModels';
import * as m from '../words/messages';

/** Where runs are found. */
export type Runs = Pick<CheckpointStore, 'runs' | 'list' | 'load'>;

interface Start {
  /** What it is called in sentences. */
  label: string;
  model: Recipe['model'];
  tokenizerHash: string;
  parameters: readonly { name: string; shape: readonly number[] }[];
  weights: Float32Array<ArrayBuffer>;
}

/**
 * Heads that the start lacks come fresh, and the moments start at zero.
 * @param store of runs, opened where the recipe starts from one
 * @throws Error in words where the start is not there or does not fit the recipe
 */
export async function firstState(
  recipe: Recipe,
  facts: Pick<DatasetFacts, 'tokenizerHash'>,
  table: ParameterTable,
  store: () => Promise<Runs>,
): Promise<StateArrays> {
  const fresh = freshState(table, recipe.seed);
  const { initial } = recipe;
  if (initial === 'random') return fresh;
  const start = typeof initial === 'string' ? await shippedStart(initial) : await stageStart(initial, await store());
  if (recipe.model !== start.model) {
    throw new Error(m.engine_start_other_size({ label: start.label, size: start.model }));
  }
  if (start.tokenizerHash !== facts.tokenizerHash) {
    throw new Error(m.engine_start_other_tokenizer({ label: start.label }));
  }
  return { ...fresh, parameters: adopt(start.weights, start.parameters, table, recipe.seed) };
}

async function shippedStart(name: ShippedName): Promise<Start> {
  const { manifest, parts } = await shippedCheckpoint(name);
  const { tokenizerHash, parameters } = manifest;
  return { label: shippedLabel(name), model: 'nano', tokenizerHash, parameters, weights: parts.parameters };
}

/** The newest run of that name which has the stage. */
async function stageStart({ run, stage }: { run: string; stage: string }, store: Runs): Promise<Start> {
  const runs = (await store.runs()).filter(({ name }) => name === run);
  for (const { id } of runs.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1))) {
    const found = (await store.list(id)).find(({ name }) => name === stage);
    if (!found) continue;
    const { manifest, parts } = await store.load(id, found.id);
    const { tokenizerHash, parameters } = manifest;
    const { model } = manifest.recipe as Recipe;
    const label = m.engine_run_after_stage({ run, stage });
    return { label, model, tokenizerHash, parameters, weights: parts.parameters };
  }
  const why = runs.length === 0 ? m.engine_start_no_run({ run }) : m.engine_start_no_stage({ run, stage });
  throw new Error(m.engine_start_missing({ why }));
}
