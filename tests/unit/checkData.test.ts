// What a recipe's data lack is known before a run begins.
import { describe, expect, it } from 'vitest';
import type { Segment } from '../../src/episodes/episode';
import { headlineOf, type Look } from '../../src/evaluation/headline';
import { PairStream } from '../../src/pairs/pairStream';
import { PRESETS } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import { borrowsDescriptions, checkData } from '../../src/workers/checkData';
import type { Dataset } from '../../src/workers/dataset';
import { madeEpisode, madeSource } from './episodeFixtures';

function lesson(segments: Segment[], changes: Partial<Recipe> = {}) {
  const recipe: Recipe = { ...PRESETS.class, source: { kind: 'library' }, ...changes };
  const episodes = [madeEpisode(1, { frameCount: 200, split: 'train', segments })];
  const sampling = { ...recipe.sampling, minimumChange: 0, trim: false };
  const stream = new PairStream(episodes, sampling, 1, madeSource());
  return { recipe, episodes, dataset: { stream, streamOf: () => stream } as unknown as Dataset };
}

const whole = { from: 0, to: 199, text: 'The hand moves.' };

describe('the data of a recipe', () => {
  it('lack descriptions where they cover too little, and nothing where they cover enough or none are needed', async () => {
    const short = lesson([{ ...whole, to: 1 }]);
    const found = await checkData(short.recipe, short.dataset);
    expect(found).toMatchObject({ lacks: 'descriptions', unmeasured: ['validation', 'test'] });
    expect(found.why).toContain('described');
    const enough = lesson([whole]);
    expect((await checkData(enough.recipe, enough.dataset)).lacks).toBeNull();
    const tags = lesson([], { stages: PRESETS.class.stages.filter(({ samples }) => samples === 'tag') });
    expect((await checkData(tags.recipe, tags.dataset)).lacks).toBeNull();
  });

  it('draw on the simulator where nothing is described, or where that is asked for', () => {
    const { recipe, episodes } = lesson([whole]);
    expect(borrowsDescriptions(recipe, episodes)).toBe(false);
    expect(borrowsDescriptions(recipe, lesson([]).episodes)).toBe(true);
    const asked: Recipe = { ...recipe, source: { kind: 'library', descriptions: 'simulator' } };
    expect(borrowsDescriptions(asked, episodes)).toBe(true);
  });

  it('never end a run by a curriculum that asks for windows in which nothing is described', async () => {
    // Described are moments that lie close together; the curriculum begins with pairs as wide as the film.
    const { dataset } = lesson([{ ...whole, to: 60 }]);
    const easing = { kind: 'windows', from: [100, 120], progress: 0 } as const;
    const wanted = { episode: () => true, frame: (_: unknown, frame: number) => frame <= 60 };
    await expect(dataset.stream.trainingPair(0, easing, wanted)).resolves.toMatchObject({ window: expect.any(Number) });
  });
});

describe('the measurement that a run is known by', () => {
  const look = (step: number): Look => ({
    ...{ step, stage: 'tag', bothRight: 40, forward: 60, reverse: 50, average: 55, gap: 10 },
  });
  const size = { pairs: 12, episodes: 1 };

  it('is none before the first step, and the newest look after it', () => {
    expect(headlineOf([], [look(0)], size)).toBeNull();
    expect(headlineOf([], [look(0), look(5), look(9)], size)).toMatchObject({ from: 'looks', step: 9, ...size });
  });
});
