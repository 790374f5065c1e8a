// What a model may be measured on: never what it was trained on. And what is said of the controls beneath a finding.
import { describe, expect, it } from 'vitest';
import { refutations } from '../../src/app/state/evaluation/refuted';
import { mayKnowOwnVideos, measuringRecipe, subjectKey } from '../../src/app/state/evaluation/subject';
import { namedModels, shippedModel } from '../../src/app/state/modelChoices';
import { questionReport, type QuestionReport } from '../../src/evaluation/questionReport';
import { questionNamed } from '../../src/evaluation/questions';
import { isEveryEpisode } from '../../src/evaluation/unseen';
import { splitEpisodes } from '../../src/pairs/splitEpisodes';
import { preset } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';
import type { RunInfo } from '../../src/workers/gpuApi';
import { judgements } from './experimentRuns';

const onFilms = { ...preset('smoke'), seed: 5 } as Recipe;
const onVideos: Recipe = { ...onFilms, source: { kind: 'library' } };
const run = (name: string, recipe: Recipe, checkpoints: Partial<RunInfo['checkpoints'][number]>[] = []) =>
  ({ id: name, name, recipe, checkpoints }) as unknown as RunInfo;

describe('the data of a measurement', () => {
  it('are own videos whole only for models that come from none of them', () => {
    const after = (name: string): Recipe => ({ ...onFilms, initial: { run: name, stage: 'cot' } });
    const runs = [run('films', onFilms), run('videos', onVideos), run('child', after('videos'))];
    expect(mayKnowOwnVideos(onFilms, runs)).toBe(false);
    expect(mayKnowOwnVideos(after('films'), runs)).toBe(false);
    expect(mayKnowOwnVideos(onVideos, runs)).toBe(true);
    expect(mayKnowOwnVideos(after('child'), runs)).toBe(true);
    // A run that is gone may have been trained on anything.
    expect(mayKnowOwnVideos(after('deleted'), runs)).toBe(true);
  });

  it('keep the split of the training on the same films, and take other films for whom was trained on videos', () => {
    const wanted = { data: 'simulator', part: 'test', pairsPerWindow: 12 } as const;
    const base = { ...onFilms, seed: 9, sampling: { ...onFilms.sampling, split: [10, 10, 80] } } as Recipe;
    expect(measuringRecipe(base, onFilms, wanted).sampling).toMatchObject({
      split: onFilms.sampling.split,
      splitSeed: 5,
    });
    const { source } = measuringRecipe(onVideos, onVideos, wanted);
    expect(source.kind === 'simulator' && [1, onVideos.seed].includes(source.seed)).toBe(false);
  });

  it('can be all episodes, whatever a sidecar or their number says', () => {
    const recipe = measuringRecipe(onVideos, onFilms, { data: 'library', part: 'all', pairsPerWindow: 4 });
    expect(isEveryEpisode(recipe)).toBe(true);
    expect(recipe.evaluation.testPairsPerWindow).toBe(4);
    const episodes = ['a', 'b'].map((id) => ({ id, group: id, template: 't', split: 'train' }));
    const splits = splitEpisodes(episodes as unknown as Parameters<typeof splitEpisodes>[0], recipe.sampling, 1);
    expect([...splits.values()]).toEqual(['test', 'test']);
  });

  it('are told apart by what was asked about, not by how many pairs or by training', () => {
    const subject = (recipe: Recipe, ownVideos = 0) =>
      subjectKey({ model: shippedModel('cured'), weights: null, recipe, ownVideos, way: 'tag' });
    const more = { ...onFilms, evaluation: { ...onFilms.evaluation, testPairsPerWindow: 99 } };
    expect(subject(more)).toBe(subject(onFilms));
    expect(subject(onVideos, 1)).not.toBe(subject(onVideos, 2));
    expect(subject({ ...onFilms, seed: 6 })).not.toBe(subject(onFilms));
  });
});

it('lists weights once that are both the end of a stage and the latest save', () => {
  const saves = [
    { id: '2', name: null, step: 8 },
    { id: '1', name: 'tag', step: 8 },
    { id: '0', name: null, step: 4 },
  ];
  const keys = namedModels([run('lesson', onFilms, saves)], false, []).map(({ key }) => key);
  expect(keys).toEqual(['lesson 1', 'lesson 0']);
});

describe('what the controls say against a finding', () => {
  const facts = { after: 'tag', step: 40, split: 'test', judging: 'tag' } as const;
  const answered = (names: Record<string, readonly [number, number]>) => {
    const reports = Object.entries(names).map(([name, right]): [string, QuestionReport | null] => [
      name,
      questionReport({ rows: judgements(right, 3), described: null }, questionNamed(name), facts, 1),
    ]);
    return { at: 0, pairsPerQuestion: 24, reports: Object.fromEntries(reports) };
  };

  it('is told with figures, and is nothing where all hold or none was asked', () => {
    expect(refutations(null)).toBeNull();
    expect(refutations(answered({ plain: [0.9, 0.9] }))).toBeNull();
    expect(refutations(answered({ plain: [0.9, 0.9], 'words-query': [0.9, 0.9] }))).toEqual([]);
    const said = refutations(
      answered({
        plain: [0.9, 0.9],
        'words-query': [1, 0],
        'words-terse': [0.9, 0.9],
        turnable: [0.9, 0.9],
        'counter-task': [0.1, 0.1],
      }),
    );
    expect(said?.[0]).toMatch(/fails 1 of 2 times, 1 of them because it answers by the position/);
    expect(said?.[1]).toMatch(/opposite instruction \d+.% of its answers are right/);
  });
});
