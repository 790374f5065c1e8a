// Cards of the models that come with the studio: read from untrusted files, shown with units and intervals.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  dataText,
  figureSource,
  figureText,
  intervalText,
  limitText,
  recipeText,
} from '../../src/evaluation/cardWords';
import { CARD_QUESTIONS, figuresOf, recipeOf, trainingOf } from '../../scripts/modelCards';
import { LIMITS, parseModelCard, rightWhereAgreed, type ModelCard } from '../../src/evaluation/modelCard';
import type { ExperimentRun } from '../../src/evaluation/experiments/runFile';
import { SHIPPED_MODELS } from '../../src/training/recipe';
import type { Locale } from '../../src/words/runtime';
import { speak } from '../../src/base/language';

const on = '2100 pairs of 226 unseen episodes';
const card: ModelCard = {
  model: 'cured',
  training: {
    run: 'ablation/cot-tag-1',
    episodes: 814,
    all: 2200,
    tasks: 14,
    words: 'cubes the',
    pixels: 64,
    seed: 1,
    windows: [5, 16],
    initial: 'biased',
    pairsAStep: 8,
    stages: [
      { samples: 'cot', order: 'both', steps: 1400, learningRate: 0.001 },
      { samples: 'tag', order: 'both', steps: 2400, learningRate: 0.001 },
    ],
  },
  figures: [
    { name: 'right in both orders', value: 84.444, low: 77.9, high: 89.2, unit: '%', on },
    { name: 'gap', value: 2.4, low: null, high: null, unit: 'points', on },
  ],
  limits: ['drawn scenes only'],
  date: '2026-11-22',
  command: 'npm run models -- --only cured',
};

it('reads a card, with or without intervals', () => {
  const read = parseModelCard(JSON.parse(JSON.stringify(card)));
  expect(read).toEqual(card);
  expect(read.figures.map(figureText)).toEqual(['84.44\u00a0%', '2.4\u00a0points']);
  expect(read.figures.map(intervalText)).toEqual(['77.9 to 89.2', '–']);
});

it('names the first wrong field in words', () => {
  expect(() => parseModelCard({ ...card, date: '' })).toThrow(/cannot be read: date/);
  expect(() => parseModelCard({ ...card, figures: [{ ...card.figures[0], low: 'much' }] })).toThrow(/figures\.0\.low/);
});

/** In no language's order and way of writing. */
const numbersIn = (sentence: string) =>
  sentence
    .replace(/(?<=\d)[,\u202f](?=\d{3})/g, '')
    .match(/\d+/g)
    ?.sort();

it('is told in sentences of each language, with the card’s own figures', () => {
  expect(dataText(card.training)).toMatch(
    /^814 of 2,200 drawn episodes, of 14 tasks; .* 64 × 64 .* 5 to 16 .* both orders/,
  );
  expect(recipeText(card.training)).toBe(
    '1,400 steps with descriptions, 2,400 steps with bare labels, 8 pairs a step, starting from the biased model.',
  );
  expect(figureSource({ on })).toBe('2,100 pairs of 226 unseen episodes');
  expect(figureSource({ on: 'a few pairs' })).toBe('a few pairs');
  const tell = (locale: Locale) => {
    speak(locale);
    return [dataText(card.training), recipeText(card.training), ...LIMITS.map((one) => limitText(one, card.training))];
  };
  const german = tell('de');
  const english = tell('en');
  expect(german).toHaveLength(english.length);
  english.forEach((sentence, i) => expect(german[i]).not.toBe(sentence));
  expect(german.map(numbersIn)).toEqual(english.map(numbersIn));
});

it('says how often the model was right where both orders agreed', () => {
  const figure = (name: string, value: number) => ({ name, value, low: null, high: null, unit: '%', on });
  const of = (forward: number, reverse: number, both: number) =>
    rightWhereAgreed({
      figures: [
        figure('right in forward order', forward),
        figure('right in reverse order', reverse),
        figure('right in both orders', both),
      ],
    });
  // Of 100 pairs 60 are right in both orders and 10 in neither: 70 agreed.
  expect(of(75, 75, 60)).toBeCloseTo((100 * 60) / 70);
  // It never agrees with itself.
  expect(of(100, 0, 0)).toBeNull();
  expect(rightWhereAgreed({ figures: [] })).toBeNull();
});

it.each(SHIPPED_MODELS)('reads the card of the shipped model %s', (name) => {
  const read = parseModelCard(JSON.parse(readFileSync(`public/models/${name}.json`, 'utf8')));
  expect(read.model).toBe(name);
});

it.each(SHIPPED_MODELS)('says of the training of %s what the recipe in its weights says', async (name) => {
  const recipe = await recipeOf(new Uint8Array(readFileSync(`public/models/${name}.safetensors`)));
  const { training } = parseModelCard(JSON.parse(readFileSync(`public/models/${name}.json`, 'utf8')));
  const { source } = recipe;
  if (source.kind !== 'simulator' || !source.lessons) return expect(training).toEqual(await trainingOf(recipe));
  // Thousands of rollouts take half a minute to play: `npm run models` counts them all.
  const fewer = await trainingOf({ ...recipe, source: { ...source, lessons: { ...source.lessons, count: 60 } } });
  expect(training.all).toBe(source.episodes + source.lessons.count);
  expect(training).toMatchObject({ ...fewer, all: training.all, episodes: training.episodes, words: training.words });
  const words = training.words.split(' ');
  expect(fewer.words.split(' ').filter((word) => !words.includes(word))).toEqual([]);
});

it.each(SHIPPED_MODELS)('says of the %s model what the kept report of its run says', (name) => {
  const read = parseModelCard(JSON.parse(readFileSync(`public/models/${name}.json`, 'utf8')));
  const run = JSON.parse(readFileSync(`docs/experiments/${read.training.run}.json`, 'utf8')) as ExperimentRun;
  // Questions of controls are asked of more pairs for the card than in experiments.
  const asked = CARD_QUESTIONS[name].find(({ question }) => question === null);
  const report = run.evaluations.findLast(({ judging }) => judging === asked?.judging);
  if (!asked || !report) throw new Error(`Nothing kept says how right the ${name} model is.`);
  const kept = figuresOf(report, asked);
  const stated = read.figures.filter(({ on }) => on.endsWith(asked.on));
  const named = (figures: typeof kept) => figures.map(({ name, unit, on }) => [name, unit, on]);
  expect(named(stated)).toEqual(named(kept));
  const valuesOf = (figures: typeof kept) => figures.flatMap(({ value, low, high }) => [value, low ?? -1, high ?? -1]);
  // The report is kept to five digits, from which a hundredth may be rounded another way.
  const values = valuesOf(kept);
  valuesOf(stated).forEach((value, i) => expect(Math.abs(value - values[i]!)).toBeLessThan(0.0101));
});

it('refuses anything else with a sentence and nothing worse', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => parseModelCard(value)).toThrow(/^The card of this model cannot be read/);
    }),
  );
});
