// Cards of the models that come with the studio: read from untrusted files, shown with units and intervals.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { figureText, intervalText, parseModelCard, type ModelCard } from '../../src/evaluation/modelCard';

const card: ModelCard = {
  title: 'The cured model',
  about: 'It names the picture closer to done.',
  data: '600 simulated episodes',
  recipe: 'CoT, then tags',
  figures: [
    { name: 'right in both orders', value: 84.444, low: 77.9, high: 89.2, unit: '%', on: '288 pairs of 71 episodes' },
    { name: 'gap', value: 2.4, low: null, high: null, unit: 'points', on: '288 pairs of 71 episodes' },
  ],
  limits: ['It knows seven simulated tasks.'],
  date: '2026-11-22',
  command: 'npm run headless -- --recipe class --out results',
};

it('reads a card, with or without intervals', () => {
  const read = parseModelCard(JSON.parse(JSON.stringify(card)));
  expect(read).toEqual(card);
  expect(read.figures.map(figureText)).toEqual(['84.44\u00a0%', '2.4\u00a0points']);
  expect(read.figures.map(intervalText)).toEqual(['77.9 to 89.2', '–']);
});

it('names the first wrong field in words', () => {
  expect(() => parseModelCard({ ...card, title: '' })).toThrow(/cannot be read: title/);
  expect(() => parseModelCard({ ...card, figures: [{ ...card.figures[0], low: 'much' }] })).toThrow(/figures\.0\.low/);
});

it('refuses anything else with a sentence and nothing worse', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(() => parseModelCard(value)).toThrow(/^The card of this model cannot be read/);
    }),
  );
});
