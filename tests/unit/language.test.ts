// Sentences that are made outside the page come in the language that was said last, with its numbers and plurals.
import { afterEach, describe, expect, it } from 'vitest';
import { speak } from '../../src/base/language';
import { many } from '../../src/base/numbers';
import { ordinal, proposeDownsample } from '../../src/episodes/downsampling';
import { inBytes, inSeconds } from '../../src/episodes/refusal';
import { splitName } from '../../src/episodes/names';
import type { Judgement } from '../../src/evaluation/metrics';
import { questionNamed } from '../../src/evaluation/questions';
import { verdict } from '../../src/evaluation/verdict';
import { bracket, percent, points, probability } from '../../src/evaluation/words';
import { PRESETS } from '../../src/training/presets';
import { parseRecipe } from '../../src/training/recipe';
import { strategyTitle } from '../../src/training/strategies';
import * as m from '../../src/words/messages';

afterEach(() => speak('en'));

const refused = (value: unknown): string => {
  try {
    parseRecipe(value);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('in German', () => {
  it('numbers have their marks', () => {
    speak('de');
    expect(percent(84.25)).toBe('84,3 %');
    expect(bracket(77.94, 89.2)).toBe(' [77,9; 89,2]');
    expect(probability(0.0312)).toBe('p = 0,031');
    expect(inBytes(3_400_000)).toBe('3,4 MB');
    expect(inSeconds(0.3)).toBe('0,3 s');
    expect([2, 3, 10, 21].map(ordinal)).toEqual(['zweite', 'dritte', '10.', '21.']);
  });

  it('plurals go by the number and not by how it is written', () => {
    speak('de');
    expect(m.engine_count_frames(many(1))).toBe('1 Bild');
    expect(m.engine_count_frames(many(1000))).toBe('1\u202f000 Bilder');
    expect([points(1), points(0.96), points(1.5)]).toEqual(['1 Punkt', '1 Punkt', '1,5 Punkte']);
  });

  it('a verdict is a German sentence', () => {
    const judgement = (episode: number): Judgement => ({
      ...{ episode: `e${episode}`, template: 't', category: 'other', window: 5 },
      ...{ forward: 'img2', reverse: 'img2', scoreForward: 1, scoreReverse: 1 },
    });
    const rows = Array.from({ length: 12 }, (_, i) => judgement(i));
    speak('de');
    expect(verdict(rows, 1).sentence).toMatch(
      /^Es antwortet nach der Stelle: Es nennt immer das zweite Bild, .* Das gilt für 12 Episoden \(12 Bildpaare\)\./,
    );
    speak('en');
    expect(verdict(rows, 1).sentence).toMatch(
      /^It answers by position: it names the second picture always, .* That is on 12 episodes \(12 pairs\)\./,
    );
  });

  it('a refused recipe names the field, also where the check is not ours', () => {
    const [stage, ...stages] = PRESETS.smoke.stages;
    const shares = { ...PRESETS.smoke, sampling: { ...PRESETS.smoke.sampling, split: [10, 10, 10] } };
    const nameless = { ...PRESETS.smoke, stages: [{ ...stage, steps: -1 }, ...stages] };
    speak('de');
    expect(refused(shares)).toBe(
      'Dieses Rezept kann nicht verwendet werden: sampling.split: Die drei Anteile müssen zusammen 100 % ergeben.',
    );
    expect(refused(nameless)).toBe(
      'Dieses Rezept kann nicht verwendet werden: stages.0.steps: erwartet ist >=0, gegeben ist -1',
    );
    speak('en');
    expect(refused(nameless)).toMatch(/: stages\.0\.steps: Invalid value: Expected >=0 but received -1$/);
  });
});

it('names and titles follow the language when they are read', () => {
  const question = questionNamed('identical');
  const said = () => [question.title, strategyTitle('tag'), splitName('validation')];
  const english = said();
  speak('de');
  expect(said()).toEqual(['Zweimal dasselbe Bild', 'Nur Etiketten', 'Validierung']);
  speak('en');
  expect(said()).toEqual(english);
  expect(english).toEqual(['The same picture twice', 'Tags only', 'validation']);
});

it('English keeps the ordinals and plurals it had', () => {
  expect([2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual([
    'second',
    'third',
    '4th',
    '11th',
    '12th',
    '13th',
    '21st',
    '22nd',
    '101st',
    '111th',
  ]);
  expect(proposeDownsample(60, 30).why).toBe(
    'Only 60 frames (2.0 s): of these, one of every 10 would leave 6, so every second frame is used.',
  );
  expect([1, 1204].map((n) => m.engine_count_frames(many(n)))).toEqual(['1 frame', '1,204 frames']);
});
