// What a lesson in front of a class rests on: guesses and their tallies, keys, the class link, lessons that fit a device, and
// the recorded lesson that comes with the studio.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classLink, reachOf, readClassLink, readSeed } from '../../src/app/recipes/classLink';
import { cureOf, cureRecipe, LESSON_SECONDS, stepsIn, trialRecipe } from '../../src/app/recipes/cureRecipe';
import { parseRecording, pointAt } from '../../src/app/recipes/recording';
import { TALLY_PAIRS, unseenBy } from '../../src/app/recipes/storyPairs';
import {
  guessPicture,
  guessSwap,
  noGuesses,
  noScores,
  readTallies,
  withoutGuess,
} from '../../src/app/state/classroom/guesses';
import { deedOf } from '../../src/app/state/classroom/presenterKeys';
import { counted, noTally, reachedBy } from '../../src/app/state/tally';
import { preset } from '../../src/training/presets';
import { parseRecipe, totalSteps } from '../../src/training/recipe';

const recorded: unknown = JSON.parse(readFileSync('public/recorded/cure.json', 'utf8'));

describe('a guess', () => {
  it('asks for the picture, then for the answer after the swap, and counts class and model apart', () => {
    // The later picture stands first; the biased model says "second" all the same, before and after the swap.
    const first = guessPicture(noScores, 'img1', 'img1', 'img2');
    expect(first.guesses).toEqual({ asking: 'swap', picture: true, swap: null });
    const second = guessSwap(first.guesses, first.scores, 'img1', 'img2');
    // What came of a guess is kept, whatever is on the screen later.
    expect(second.guesses).toEqual({ asking: 'nothing', picture: true, swap: false });
    expect(second.scores).toEqual({
      picture: { asked: 1, right: 1 },
      model: { asked: 1, right: 0 },
      swap: { asked: 1, right: 0 },
    });
  });

  it('is not counted where the answer is shown without it', () => {
    const shown = withoutGuess(noGuesses);
    expect(shown.asking).toBe('swap');
    expect(withoutGuess(shown).asking).toBe('nothing');
  });

  it('is never right for a readable place where the model wrote nothing readable', () => {
    const { scores } = guessSwap(noGuesses, noScores, 'img1', 'invalid');
    expect(scores.swap).toEqual({ asked: 1, right: 0 });
  });

  it('comes back from storage, and nothing else does', () => {
    const { scores } = guessPicture(noScores, 'img2', 'img2', 'img2');
    const tallies = { biased: noScores, cured: scores };
    expect(readTallies(JSON.parse(JSON.stringify(tallies)))).toEqual(tallies);
    for (const broken of [null, 7, 'x', { other: scores }]) expect(readTallies(broken)).toEqual({});
    for (const broken of [null, 7, { picture: { asked: 1, right: 2 } }, { swap: { asked: -1, right: 'no' } }])
      expect(readTallies({ biased: broken })).toEqual({ biased: noScores });
  });
});

describe('a key', () => {
  const key = (name: string, more: Partial<Parameters<typeof deedOf>[0]> = {}) => ({
    key: name,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    defaultPrevented: false,
    repeat: false,
    target: null,
    ...more,
  });
  const presenting = { presenting: true, touring: false };

  it('does something only in the presenter view, save the arrows of the tour', () => {
    expect(deedOf(key('s'), presenting)).toBe('swap');
    expect(deedOf(key('S'), presenting)).toBe('swap');
    for (const name of ['1', 's', 'n', 't', 'Escape', 'ArrowRight'])
      expect(deedOf(key(name), { presenting: false, touring: false }), name).toBeNull();
    expect(deedOf(key('ArrowRight'), { presenting: false, touring: true })).toBe('next');
    expect(deedOf(key('Escape'), { presenting: false, touring: true })).toBe('leave');
  });

  /** An element of which nothing more is known than its name, its type and what it is in. */
  const element = (tagName: string, type = '', around = '') => {
    const closest = (selector: string) => selector.split(', ').some((s) => s === tagName.toLowerCase() || s === around);
    return { tagName, type, closest } as unknown as EventTarget;
  };

  it('is left to text, dialogs, menus and the browser', () => {
    const targets = [
      element('INPUT', 'text'),
      element('INPUT', 'number'),
      element('TEXTAREA'),
      element('BUTTON', '', '[role="dialog"]'),
      element('DIV', '', '[role="menu"]'),
    ];
    for (const target of targets) expect(deedOf(key('s', { target }), presenting)).toBeNull();
    for (const more of [{ ctrlKey: true }, { defaultPrevented: true }, { repeat: true }])
      expect(deedOf(key('s', more), presenting)).toBeNull();
  });

  it('is the presenter’s in a select, a radio or a slider, which keep what moves them', () => {
    for (const target of [element('SELECT'), element('INPUT', 'radio'), element('INPUT', 'range')]) {
      expect(deedOf(key('t', { target }), presenting)).toBe('teach');
      expect(deedOf(key('2', { target }), presenting)).toBe('second');
      for (const name of ['ArrowLeft', 'ArrowRight', 'Enter', ' '])
        expect(deedOf(key(name, { target }), { presenting: true, touring: true }), name).toBeNull();
    }
  });
});

describe('what a lesson has reached', () => {
  const tallyOf = (answers: readonly (readonly ['img1' | 'img2', 'img1' | 'img2'])[]) =>
    answers.reduce((tally, [asFilmed, swapped]) => counted(tally, asFilmed, swapped), noTally);
  const times = (count: number, pair: readonly ['img1' | 'img2', 'img1' | 'img2']) =>
    Array.from({ length: count }, () => pair);

  it('is what was measured: a start, something in between, or a cure', () => {
    expect(reachedBy(tallyOf(times(10, ['img2', 'img2'])))).toBe('start');
    // The other corner is no cure either.
    expect(reachedBy(tallyOf([...times(8, ['img1', 'img1']), ...times(2, ['img2', 'img1'])]))).toBe('start');
    expect(reachedBy(tallyOf([...times(5, ['img1', 'img1']), ...times(5, ['img2', 'img1'])]))).toBe('between');
    expect(reachedBy(tallyOf([...times(2, ['img2', 'img2']), ...times(8, ['img2', 'img1'])]))).toBe('learned');
    // To name the wrong picture in both orders is to look, and not to have learned.
    expect(reachedBy(tallyOf(times(10, ['img1', 'img2'])))).toBe('between');
  });
});

describe('a class link', () => {
  const page = 'https://example.org/studio/';

  it('carries the recipe and the seed and nothing else, and gives everyone the same lesson and pairs', () => {
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 5000 }), fc.integer({ min: 0, max: 0xffff_ffff }), (steps, seed) => {
        const lesson = cureOf(steps, 120, seed);
        const link = classLink(lesson, page);
        const [path = '', query = ''] = link.split('?');
        expect(path).toBe(`${page}#/start`);
        const parameters = new URLSearchParams(query);
        expect([...parameters.keys()].sort()).toEqual(['r', 'seed']);
        const taken = readClassLink(parameters);
        expect(taken).toEqual(parseRecipe(lesson));
        expect(unseenBy(taken ?? lesson)).toEqual(unseenBy(parseRecipe(lesson)));
      }),
      { numRuns: 50 },
    );
  });

  it('lets its seed be changed by hand', () => {
    const link = classLink(cureOf(100, 30, 1), page);
    const parameters = new URLSearchParams(link.split('?')[1]);
    parameters.set('seed', '42');
    expect(readClassLink(parameters)?.seed).toBe(42);
    parameters.set('seed', 'a lot');
    expect(readClassLink(parameters)?.seed).toBe(1);
    expect([readSeed('-1'), readSeed('4294967296'), readSeed('1e3'), readSeed(' 7 ')]).toEqual([null, null, null, 7]);
  });

  it('shows other pairs for another seed, and never those of training', () => {
    const [one, two] = [unseenBy(cureOf(100, 30, 1)), unseenBy(cureOf(100, 30, 2))];
    expect(one.source).not.toEqual(two.source);
    expect(one.source).not.toEqual(cureOf(100, 30, 1).source);
    // The usual page shows the pairs of the first seed.
    const usual = preset('class');
    expect(usual && unseenBy(usual).source).toEqual(one.source);
  });

  it('takes simulated films where a recipe was made for videos of somebody else', () => {
    const own = { ...cureOf(100, 30, 1), source: { kind: 'library' as const } };
    const parameters = new URLSearchParams(classLink(own, page).split('?')[1]);
    expect(readClassLink(parameters)?.source.kind).toBe('simulator');
  });

  it('knows which addresses other computers can open', () => {
    const reach = (address: string) => reachOf(new URL(address));
    for (const host of ['localhost', 'studio.localhost', '127.0.0.1', '127.0.1.1', '[::1]'])
      expect(reach(`http://${host}:4173/`), host).toBe('here');
    for (const host of ['localhost.example.org', '128.0.0.1', '[fd00::2]', 'studio.test'])
      expect(reach(`https://${host}/studio/`), host).toBe('everybody');
    expect(reach('http://192.0.2.2:4173/')).toBe('plain');
  });

  it('says what is wrong with a damaged one', () => {
    expect(readClassLink(new URLSearchParams())).toBeNull();
    expect(() => readClassLink(new URLSearchParams({ r: '%%%' }))).toThrow(/damaged/);
  });
});

describe('a lesson', () => {
  it('fits its seconds with its looks and measurements, on slow and fast devices', () => {
    for (const seconds of LESSON_SECONDS) {
      for (const msPerStep of [5, 60, 120, 250]) {
        const recipe = cureRecipe(seconds, msPerStep);
        const steps = totalSteps(recipe);
        expect(steps).toBe(stepsIn(seconds, msPerStep));
        expect(() => parseRecipe(recipe)).not.toThrow();
        const looks = steps / recipe.evaluation.everySteps;
        const spent = (1.16 * steps + 1.3 * looks + 6) * msPerStep;
        expect(spent, `${seconds} s at ${msPerStep} ms`).toBeLessThan(1000 * seconds);
        expect(spent, `${seconds} s at ${msPerStep} ms`).toBeGreaterThan(800 * seconds);
      }
    }
  });

  it('is timed by a few steps that measure nothing', () => {
    const recipe = parseRecipe(trialRecipe());
    expect(totalSteps(recipe)).toBeLessThan(30);
    expect(recipe.evaluation.testPairsPerWindow + recipe.evaluation.validationPairs).toBe(0);
  });
});

describe('the recorded lesson that comes with the studio', () => {
  const recording = parseRecording(recorded);
  const { points } = recording;

  it('is of the lesson that the start page gives, with the pairs that it shows', () => {
    expect(recording.recipe).toEqual(parseRecipe(cureOf(totalSteps(recording.recipe), 600, 1)));
    expect(points.at(-1)?.step).toBe(totalSteps(recording.recipe));
    for (const point of points) {
      expect(point.shown.length).toBeGreaterThanOrEqual(4);
      expect(point.counted).toHaveLength(TALLY_PAIRS);
    }
  });

  it('goes forward in time, from the collapse to answers that follow the picture', () => {
    const rising = (of: (point: (typeof points)[number]) => number) =>
      points.every((point, i) => i === 0 || of(point) >= of(points[i - 1] ?? point));
    expect(rising(({ seconds }) => seconds) && rising(({ step }) => step)).toBe(true);
    const followed = ({ counted }: (typeof points)[number]) => counted.filter(([a, b]) => a > 0.5 === b > 0.5).length;
    const [first, last] = [points[0], points.at(-1)];
    expect(first && [first.forward, first.reverse, followed(first)]).toEqual([100, 0, TALLY_PAIRS]);
    expect(last && Math.min(last.forward, last.reverse)).toBeGreaterThan(80);
    expect(last && followed(last)).toBeLessThanOrEqual(2);
  });

  it('is found by the second', () => {
    expect(pointAt(points, -1)).toBe(0);
    expect(pointAt(points, points[3]?.seconds ?? 0)).toBe(3);
    expect(pointAt(points, (points[4]?.seconds ?? 0) - 0.01)).toBe(3);
    expect(pointAt(points, Infinity)).toBe(points.length - 1);
  });

  it('is refused in words where it is damaged', () => {
    expect(() => parseRecording({ ...(recorded as object), points: [] })).toThrow(/damaged at points/);
    expect(() => parseRecording(null)).toThrow(/damaged/);
  });
});
