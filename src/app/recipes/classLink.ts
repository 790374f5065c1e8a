// The link that a class opens: the recipe of the lesson and its seed, and nothing else. The seed stands in the address by
// itself as well, so that it can be read, dictated and changed by hand; there it goes before the recipe's own.
import { LESSON } from '../../training/presets';
import type { Recipe } from '../../training/recipe';
import { decodeRecipe, encodeRecipe } from './recipeLink';

const mostSeed = 0xffff_ffff;

/** Parameters of the start page's address. */
export function classParameters(recipe: Recipe): { r: string; seed: string } {
  return { r: encodeRecipe(recipe), seed: String(recipe.seed) };
}

/** The whole address, to be copied. */
export function classLink(recipe: Recipe, page = `${location.origin}${location.pathname}`): string {
  return `${page}#/start?${new URLSearchParams(classParameters(recipe)).toString()}`;
}

/** Who can use the page's address: everybody, everybody for as much as browsers allow without https, or this computer alone. */
export function reachOf({
  protocol,
  hostname,
}: Pick<Location, 'protocol' | 'hostname'>): 'everybody' | 'plain' | 'here' {
  if (/^(.*\.)?localhost$|^127(\.\d+){3}$|^\[::1\]$/.test(hostname)) return 'here';
  return protocol === 'https:' ? 'everybody' : 'plain';
}

/** A seed as somebody typed it; null where it is none. */
export function readSeed(text: string | null): number | null {
  if (text === null || !/^\d{1,10}$/.test(text.trim())) return null;
  const seed = Number(text);
  return seed <= mostSeed ? seed : null;
}

/**
 * The lesson of an address; null where it carries none. Films of the simulator take the place of somebody's own videos, which
 * no link can carry.
 * @throws Error in words where the recipe is damaged
 */
export function readClassLink(parameters: URLSearchParams): Recipe | null {
  const text = parameters.get('r');
  if (text === null) return null;
  const recipe = decodeRecipe(text);
  const source = recipe.source.kind === 'simulator' ? recipe.source : LESSON;
  return { ...recipe, source, seed: readSeed(parameters.get('seed')) ?? recipe.seed };
}
