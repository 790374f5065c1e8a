// Recipes in links: short, the same when they come back, and nothing to fear from whoever makes up a link.
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARISON_PRESETS, comparisonPreset } from '../../src/app/recipes/comparisonPresets';
import { cureOf } from '../../src/app/recipes/cureRecipe';
import { LINK_DICTIONARY } from '../../src/app/recipes/linkDictionary';
import { decodeRecipe, encodeRecipe } from '../../src/app/recipes/recipeLink';
import { DATA_REPORT, PRESETS } from '../../src/training/presets';
import { FIRST_CURRICULA, parseRecipe, type Recipe } from '../../src/training/recipe';

const RECIPES: readonly Recipe[] = [
  ...Object.values(PRESETS),
  DATA_REPORT,
  ...COMPARISON_PRESETS.map(({ strategy }) => comparisonPreset(strategy)),
  cureOf(120, 30, 1),
  cureOf(2400, 600, 3_141_592_653),
];

/** What can be changed in a recipe, each in its own way. */
const change: fc.Arbitrary<(recipe: Recipe) => Recipe> = fc.oneof(
  fc.string({ minLength: 1, maxLength: 80, unit: 'binary' }).map((name) => (r: Recipe) => ({ ...r, name })),
  fc.nat(0xffff_ffff).map((seed) => (r: Recipe) => ({ ...r, seed })),
  fc.constantFrom('nano', 'micro', 'mini').map((model) => (r: Recipe) => ({ ...r, model }) as Recipe),
  fc
    .record({ run: fc.string({ minLength: 1 }), stage: fc.string({ minLength: 1 }) })
    .map((initial) => (r: Recipe) => ({ ...r, initial })),
  fc.double({ min: 0, max: 10, noNaN: true }).map((learningRate) => (r: Recipe) => ({
    ...r,
    stages: r.stages.map((stage) => ({ ...stage, learningRate })),
  })),
  fc.constantFrom(...Object.values(FIRST_CURRICULA)).map((curriculum) => (r: Recipe) => ({
    ...r,
    stages: r.stages.map((stage) => ({ ...stage, curriculum })),
  })),
  fc.array(fc.string(), { maxLength: 50 }).map((templates) => (r: Recipe) => ({
    ...r,
    sampling: { ...r.sampling, holdOut: { ...r.sampling.holdOut, templates } },
  })),
  fc.constant((r: Recipe) => ({ ...r, source: { kind: 'library' as const } })),
);

/** Another's deflated bytes as a link. */
const linkOf = (json: string | Uint8Array) =>
  `1${deflateRawSync(json, { level: 9, dictionary: Buffer.from(LINK_DICTIONARY) }).toString('base64url')}`;

describe('a recipe in a link', () => {
  it('comes back as it went in, whatever was changed', () => {
    for (const recipe of RECIPES) expect(decodeRecipe(encodeRecipe(recipe))).toEqual(recipe);
    fc.assert(
      fc.property(fc.constantFrom(...RECIPES), fc.array(change, { maxLength: 5 }), (recipe, changes) => {
        // As JSON has it, which knows no negative zero.
        const changed = parseRecipe(JSON.parse(JSON.stringify(changes.reduce((r, edit) => edit(r), recipe))));
        const text = encodeRecipe(changed);
        expect(text).toMatch(/^[\w-]+$/);
        expect(decodeRecipe(text)).toEqual(changed);
      }),
      { numRuns: 100 },
    );
  });

  it('is short enough to be handed out', () => {
    const lengths = RECIPES.map((recipe) => encodeRecipe(recipe).length);
    console.log(`Links of ${lengths.length} recipes: ${Math.min(...lengths)} to ${Math.max(...lengths)} characters.`);
    expect(Math.max(...lengths)).toBeLessThan(150);
  });

  it('is still read when it was handed out long ago', () => {
    // Written when these forms were new: neither may change (linkDictionary.ts).
    expect(decodeRecipe('1Q60bRmuB0VpgtBagRy2Au7U2ALXAUG1cG4KKXdILa-Kb16O14iCtFWsB')).toEqual(PRESETS.class);
    const plain = Buffer.from(JSON.stringify(PRESETS.class)).toString('base64url');
    expect(decodeRecipe(plain)).toEqual(PRESETS.class);
  });

  it('is refused in words when it was cut, changed or is not a recipe', () => {
    const text = encodeRecipe(PRESETS.class);
    expect(() => decodeRecipe(text.slice(0, -20))).toThrow(/damaged/);
    expect(() => decodeRecipe('1')).toThrow(/damaged/);
    expect(() => decodeRecipe('<script>')).toThrow(/damaged/);
    expect(() => decodeRecipe(linkOf('{"version":1'))).toThrow(/damaged/);
    expect(() => decodeRecipe(linkOf('{"version":1}'))).toThrow(/cannot be used/);
    expect(() => decodeRecipe('1A'.repeat(100_000))).toThrow(/too long/);
  });

  it('cannot be made to fill the memory or to hang the page', () => {
    // 76 MB in 74 kB: as many bytes as a link may have.
    const bomb = linkOf(new Uint8Array(76_000_000).fill(32));
    expect(bomb.length).toBeGreaterThan(95_000);
    const began = performance.now();
    expect(() => decodeRecipe(bomb)).toThrow(/damaged/);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('never throws anything but a sentence', () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.base64String({ maxLength: 400 }).map((text) => `1${text.replaceAll('=', '')}`),
      fc.json().map(linkOf),
      // A sound link with one character changed.
      fc.tuple(fc.constantFrom(...RECIPES), fc.nat(), fc.constantFrom(...'Aa09-_')).map(([recipe, at, character]) => {
        const text = encodeRecipe(recipe);
        return text.slice(0, 1 + (at % (text.length - 1))) + character + text.slice(2 + (at % (text.length - 1)));
      }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          parseRecipe(decodeRecipe(text));
        } catch (error) {
          expect(String(error)).toMatch(/recipe/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
