// A recipe in an address: base64url of its JSON. What comes out of a link is untrusted and goes through parseRecipe.
import * as m from '../../words/messages';
import { parseRecipe, type Recipe } from '../../training/recipe';

const mostCharacters = 100_000;

export function encodeRecipe(recipe: Recipe): string {
  const utf8 = new TextEncoder().encode(JSON.stringify(recipe));
  const binary = Array.from(utf8, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws an Error whose message says what is wrong with the link. */
export function decodeRecipe(text: string): Recipe {
  if (text.length > mostCharacters) throw new Error(m.train_link_too_long());
  let value: unknown;
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    const utf8 = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(utf8));
  } catch {
    throw new Error(m.train_link_damaged());
  }
  return parseRecipe(value);
}
