// What a judgement is doubted for, which words a model knows, and what files are taken as pictures.
import { describe, expect, it } from 'vitest';
import { differingDescriptions } from '../../src/app/state/judging/descriptions';
import { FAR, isFar, steadiness, strangePictures } from '../../src/app/state/judging/doubts';
import type { GivenPicture, PictureOrigin } from '../../src/app/state/judging/givenPicture';
import { headline } from '../../src/app/state/judging/headline';
import { isVideo } from '../../src/app/state/judging/pictureFile';
import { savedAnswer } from '../../src/app/state/judging/savedAnswer';
import { wordsRead, wordsUnread } from '../../src/samples/taskWords';
import { preset } from '../../src/training/presets';
import type { SimilarPairs } from '../../src/workers/explainApi';
import type { Answer, JudgeVerdict } from '../../src/workers/gpuApi';
import { modelName } from '../../src/workers/modelNames';
import { speak } from '../../src/base/language';

const of = (origin: PictureOrigin) => ({ origin }) as GivenPicture;
const drawn = of({ kind: 'example', episodeId: 'sim-1-1-v30m0', frame: 4, isLater: true });
const simulated = of({ kind: 'moment', episodeId: 'sim-1-2-v30m0', episode: 'wipe stains 2', frame: 10 });
const recorded = of({ kind: 'moment', episodeId: 'a1b2', episode: 'cup', frame: 10 });
const photo = of({ kind: 'file', name: 'after.jpg' });

const answer = (name: Answer['answer'], reasoning = ''): Answer => ({
  answer: name,
  probabilitySecond: 0.2,
  reasoning,
});
const verdict = (shown: Answer, swapped: Answer, closer: JudgeVerdict['closer']): JudgeVerdict => ({
  shown,
  swapped,
  agree: closer !== null,
  closer,
  model: {
    identity: { kind: 'shipped', name: 'cured', turnsByConstruction: false },
    weights: 'ab12',
    recipe: preset('class'),
  },
  milliseconds: 50,
});

describe('pictures of another kind than the training’s', () => {
  it('are named, whichever of the two it is', () => {
    expect(strangePictures([drawn, simulated], 'simulator')).toBeNull();
    for (const other of [photo, recorded, of({ kind: 'camera' }), of({ kind: 'pasted' })]) {
      expect(strangePictures([drawn, other], 'simulator')).toMatch(/only seen drawn scenes/);
    }
    expect(strangePictures([recorded, recorded], 'library')).toBeNull();
    expect(strangePictures([recorded, photo], 'library')).toMatch(/pictures from elsewhere/);
    expect(strangePictures([recorded, drawn], 'library')).toMatch(/On drawn scenes/);
  });

  it('are far where the nearest training pair is, for models with whose recipe that was measured', () => {
    const shipped = { kind: 'shipped', name: 'cured' } as const;
    const nearest = (levels: number) => ({ pairs: [{ levels }], looked: 800 }) as unknown as SimilarPairs;
    expect(isFar(nearest(FAR - 1), shipped)).toBe(false);
    expect(isFar(nearest(FAR + 1), shipped)).toBe(true);
    expect(isFar(nearest(FAR + 1), { kind: 'live' })).toBe(false);
    expect(isFar(null, shipped)).toBe(false);
  });
});

describe('small changes', () => {
  const pair = (closer: JudgeVerdict['closer']) => verdict(answer('img1'), answer('img2'), closer);
  const asked = (plain: JudgeVerdict['closer'], ...closer: JudgeVerdict['closer'][]) => {
    const changes = ['brighter', 'darker', 'mirrored'] as const;
    const changed = closer.map((one, i) => ({ ...pair(one), change: changes[i] ?? ('blurred' as const) }));
    return steadiness({ kind: 'changes', plain: pair(plain), changed, namesASide: false });
  };

  it('are told with what they do', () => {
    expect(asked('first', 'first', 'first', 'first')).toEqual({
      holds: true,
      words: 'It holds under all 3 small changes that were tried.',
    });
    expect(asked('first', 'first', null, 'second')).toEqual({
      holds: false,
      words: 'It holds under 1 of 3 small changes; darker, the orders disagree; mirrored, it names the other picture.',
    });
    expect(asked(null, 'first')).toBeNull();
  });
});

describe('the words of a task', () => {
  const read = wordsRead(['Put the green cup on the white plate.', 'Wipe all stains off the table.']);

  it('that were never read are named once, as they are written', () => {
    expect(wordsUnread('Put the cup on the table.', read)).toEqual([]);
    expect(wordsUnread('Stelle die Tasse auf den Teller; die TASSE!', read)).toEqual([
      'Stelle',
      'die',
      'Tasse',
      'auf',
      'den',
      'Teller',
    ]);
    expect(wordsUnread('Décroche l’été', read)).toEqual(['Décroche', 'l’été']);
    expect(wordsUnread("Put the 'green cup' on the ‘white plate’ - off-white?", read)).toEqual(['off-white']);
    expect(wordsUnread('', read)).toEqual([]);
  });
});

describe('an answer', () => {
  const agreed = verdict(answer('img1'), answer('img2'), 'first');

  it('is said in a sentence that vouches for nothing', () => {
    expect(headline(agreed, false)).toBe('Both orders name your first picture.');
    expect(headline(agreed, true)).toMatch(/lean to a position/);
    expect(headline(verdict(answer('img2'), answer('img2'), null), false)).toMatch(/disagree/);
    expect(headline(verdict(answer('invalid'), answer('img2'), null), true)).toMatch(/cannot be read/);
  });

  it('is saved with what was shown in each order, by whom and when', () => {
    const at = new Date('2026-11-22T10:00:00Z');
    const asked = { task: 'Put it down.', kind: 'tag', slots: [photo, drawn], same: false, at } as const;
    expect(savedAnswer({ verdict: agreed, ...asked })).toMatchObject({
      format: 'palindrome-judgement',
      date: '2026-11-22T10:00:00.000Z',
      task: 'Put it down.',
      pictures: { first: { name: 'after.jpg' } },
      model: { kind: 'shipped', name: 'cured', weightsSha256: 'ab12' },
      orders: [
        { shown: ['first', 'second'], named: 'first', probabilityOfShownSecond: 0.2 },
        { shown: ['second', 'first'], named: 'first' },
      ],
      agree: true,
      closer: 'first',
      caution: expect.stringMatching(/^That both orders agree does not make it right/) as string,
    });
    const disagreed = verdict(answer('img2'), answer('img2'), null);
    expect(savedAnswer({ verdict: disagreed, ...asked }).caution).toMatch(/^They disagree/);
    expect(savedAnswer({ verdict: agreed, ...asked, same: true }).caution).toMatch(/lean to a position/);
  });

  it('is somebody’s whose name follows the language', () => {
    const { identity } = agreed.model;
    const english = modelName(identity);
    speak('de');
    expect(modelName(identity)).not.toBe(english);
    speak('en');
    expect(modelName({ ...identity, turnsByConstruction: true })).toContain('by construction');
  });

  it('through words is held against itself', () => {
    const words = (first: string, second: string) => `Spatial details:\n- img1: ${first}\n- img2: ${second}\n`;
    const told = (given: string, swapped: string) =>
      differingDescriptions({ shown: answer('img1', given), swapped: answer('img2', swapped) });
    expect(told(words('cup on plate', 'cup aside'), words('cup aside', 'cup on plate'))).toEqual([]);
    expect(told(words('cup on plate', 'cup aside'), words('cup aside', 'cup held'))).toEqual([
      { picture: 'first', given: 'cup on plate', swapped: 'cup held' },
    ]);
    expect(told('nothing', words('a', 'b'))).toEqual([]);
  });
});

describe('a file', () => {
  const file = (head: string, type = '') =>
    new Blob([Uint8Array.from(head, (letter) => letter.charCodeAt(0))], { type });

  it('is a video by its type or by its first bytes', async () => {
    expect(await isVideo(file('', 'video/mp4'))).toBe(true);
    expect(await isVideo(file('\0\0\0\x18ftypmp42', 'image/jpeg'))).toBe(true);
    expect(await isVideo(file('\x1aE\xdf\xa3', 'image/png'))).toBe(true);
    expect(await isVideo(file('RIFF1234AVI '))).toBe(true);
    expect(await isVideo(file('\0\0\0\x18ftypavif'))).toBe(false);
    expect(await isVideo(file('RIFF1234WEBP'))).toBe(false);
    expect(await isVideo(file('\xff\xd8\xff\xe0', 'image/jpeg'))).toBe(false);
  });
});
