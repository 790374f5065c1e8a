// The models that come with the studio: the biased backbone, the one after its CoT stage, the one after tags. Fetched once
// each, so that judging works when the network is gone.
import { readCheckpointFile } from '../checkpoints/importFile';
import { adopt, type ParameterTable } from '../model/parameters';
import { freshState, type StateArrays } from '../training/modelState';
import type { Recipe } from '../training/recipe';
import type { DatasetFacts, ShippedName } from './api';
import { pageBase } from './pageBase';

/** What each is called in sentences. */
const CALLED: Record<ShippedName, string> = {
  biased: 'biased model',
  cot: 'model after its CoT stage',
  cured: 'cured model',
};

export function shippedLabel(name: ShippedName): string {
  return `The ${CALLED[name]} that comes with Palindrome`;
}

/** Those that are fetched in the background at the start. */
export const FETCHED_EARLY: readonly ShippedName[] = ['biased', 'cured'];

const fetched = new Map<ShippedName, Promise<Uint8Array<ArrayBuffer>>>();

/** The file of a shipped checkpoint. @throws Error in words where it cannot be had */
export function shippedFile(name: ShippedName): Promise<Uint8Array<ArrayBuffer>> {
  let file = fetched.get(name);
  if (!file) {
    file = fetchShipped(name);
    file.catch(() => fetched.delete(name));
    fetched.set(name, file);
  }
  return file;
}

async function fetchShipped(name: ShippedName): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(new URL(`models/${name}.safetensors`, pageBase()));
  // A server that answers every address with the page would otherwise look like a damaged file.
  if (response.status === 404 || response.headers.get('content-type')?.includes('text/html')) {
    throw new Error(
      `The ${CALLED[name]} does not come with this copy of Palindrome. Start from another model, or train it yourself.`,
    );
  }
  if (!response.ok) {
    throw new Error(
      `The ${CALLED[name]} that comes with Palindrome could not be loaded (${response.status}). Reload the page.`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** A checkpoint that comes with the studio. @throws Error where the file is missing or damaged */
export async function shippedCheckpoint(name: ShippedName) {
  return readCheckpointFile(await shippedFile(name));
}

/**
 * What a recipe's first step starts from: fresh weights, or those of a shipped model with fresh ones for a head that it
 * lacks. The moments start at zero either way.
 * @throws Error in words where the shipped model does not fit the recipe
 */
export async function firstState(recipe: Recipe, facts: DatasetFacts, table: ParameterTable): Promise<StateArrays> {
  const fresh = freshState(table, recipe.seed);
  if (recipe.initial === 'random') return fresh;
  const { manifest, parts } = await shippedCheckpoint(recipe.initial);
  const unfit = `${shippedLabel(recipe.initial)} does not fit this recipe: it is a nano model. Choose the size nano, or start from an empty model.`;
  if (recipe.model !== 'nano') throw new Error(unfit);
  if (manifest.tokenizerHash !== facts.tokenizerHash) {
    throw new Error(`${shippedLabel(recipe.initial)} was trained with another tokenizer. Start from an empty model.`);
  }
  return { ...fresh, parameters: adopt(parts.parameters, manifest.parameters, table, recipe.seed) };
}
