// A recipe in an address: a version, then base64url of its JSON, deflated with a dictionary of what recipes usually say. What
// comes out of a link is untrusted and goes through parseRecipe.
import { deflateSync, inflateSync } from 'fflate';
import * as m from '../../words/messages';
import { parseRecipe, type Recipe } from '../../training/recipe';
import { LINK_DICTIONARY } from './linkDictionary';

/** Another dictionary would be another version. */
const VERSION = '1';
const mostCharacters = 100_000;
/** Unpacked: a short link can be made to grow without end. What is longer is cut there, and then no JSON any more. */
const mostBytes = 100_000;

const dictionary = new TextEncoder().encode(LINK_DICTIONARY);

export function encodeRecipe(recipe: Recipe): string {
  const packed = deflateSync(new TextEncoder().encode(JSON.stringify(recipe)), { level: 9, dictionary });
  const binary = Array.from(packed, (byte) => String.fromCharCode(byte)).join('');
  return VERSION + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Throws an Error whose message says what is wrong with the link. */
export function decodeRecipe(text: string): Recipe {
  if (text.length > mostCharacters) throw new Error(m.train_link_too_long());
  let value: unknown;
  try {
    // Links from before there were versions hold the JSON as it is.
    const packed = text.startsWith(VERSION);
    const binary = atob(
      text
        .slice(packed ? 1 : 0)
        .replaceAll('-', '+')
        .replaceAll('_', '/'),
    );
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const utf8 = packed ? inflateSync(bytes, { dictionary, out: new Uint8Array(mostBytes) }) : bytes;
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(utf8));
  } catch {
    throw new Error(m.train_link_damaged());
  }
  return parseRecipe(value);
}
