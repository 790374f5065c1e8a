// Explaining a judgement: the map finds what a judge looks at and nothing else, small changes are what they say, a model
// is asked about many pairs as about each alone, and like pairs are found.
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { density, occlusionDrawing, occlusionSummary, occlusionTable } from '../../src/app/views/judge/occlusionPlot';
import { stateOf } from '../../src/app/state/judging/camera.svelte';
import { knownCloser, type GivenPicture } from '../../src/app/state/judging/givenPicture';
import { Random } from '../../src/base/random';
import { BatchMaker } from '../../src/batches/batchMaker';
import type { FrameSource } from '../../src/episodes/frames';
import { freeJudge, makeJudge } from '../../src/evaluation/judge';
import {
  cellsAcross,
  cellsOf,
  covered,
  evidence,
  leanOf,
  occlusionMap,
  pointsOf,
  standingOut,
  type BothOrders,
  type JudgePairs,
  type PixelPair,
} from '../../src/evaluation/occlusion';
import { changedPicture, namesASide, PICTURE_CHANGES } from '../../src/evaluation/pictureChanges';
import { modelConfig, visionShape } from '../../src/model/config';
import { initialParameters, parameterTable } from '../../src/model/parameters';
import { likeness, Nearest } from '../../src/pairs/likePairs';
import { HASHED_SIZE, look } from '../../src/pairs/pictureHash';
import { LARGEST_LIMITS } from '../../src/samples/sample';
import type { BatchApi } from '../../src/workers/batchApi';
import { askPairs, logitsOf } from '../../src/workers/judgePictures';
import type { ShelvedModel } from '../../src/workers/modelShelf';
import { tokenizer, useWasm } from './tinyModel';

const SIZE = 16;
const SIDE = 4;
const CELL = SIZE / SIDE;

function noise(seed: number, size = SIZE): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  return Uint8Array.from({ length: size * size * 3 }, () => random.below(256));
}

/** A noise picture in whose cell every pixel has one colour. */
function withCell(seed: number, cell: number, bytes: number): Uint8Array<ArrayBuffer> {
  const picture = noise(seed);
  const [top, left] = [Math.floor(cell / SIDE) * CELL, (cell % SIDE) * CELL];
  for (let y = top; y < top + CELL; y++) {
    for (let x = left; x < left + CELL; x++) picture.fill(bytes, (y * SIZE + x) * 3, (y * SIZE + x) * 3 + 3);
  }
  return picture;
}

/** Mean byte of a cell. */
function cellMean(picture: Uint8Array, cell: number): number {
  const [top, left] = [Math.floor(cell / SIDE) * CELL, (cell % SIDE) * CELL];
  let sum = 0;
  for (let y = top; y < top + CELL; y++) {
    for (let x = left; x < left + CELL; x++) {
      for (let c = 0; c < 3; c++) sum += picture[(y * SIZE + x) * 3 + c] ?? 0;
    }
  }
  return sum / (CELL * CELL * 3);
}

/** Scores each picture by the brightness of one cell, above a level; leans to the second place by a constant. */
function cellJudge(cell: number, level: number, lean: number): JudgePairs {
  const score = (picture: Uint8Array) => Math.max(0, cellMean(picture, cell) - level) / 10;
  return (pairs) =>
    Promise.resolve(
      pairs.map(([first, second]) => ({
        shown: [score(first), score(second) + lean],
        swapped: [score(second), score(first) + lean],
      })),
    );
}

const options = { size: SIZE, side: SIDE, chunk: 5 };

describe('the map of a judge that looks at one cell', () => {
  // The first picture's cell lies below the level covered or not, so only the second picture's can matter.
  const pair: PixelPair = [withCell(1, 6, 0), withCell(2, 6, 255)];

  it('shows that cell alone, whatever lean the judge has, and the lean apart', async () => {
    for (const lean of [0, 7, -3]) {
      const map = await occlusionMap(pair, cellJudge(6, 200, lean), options);
      const cells = cellsOf(map ?? { side: 0, effects: [new Float32Array(), new Float32Array()] });
      const mattering = cells.filter(({ effect }) => effect !== 0);
      expect(mattering).toHaveLength(1);
      expect(mattering[0]).toMatchObject({ picture: 1, row: 1, column: 2 });
      // 255 − 200, of which nothing is left under the mean colour of noise.
      expect(mattering[0]?.effect).toBeCloseTo(5.5, 5);
      expect(map?.base).toBeCloseTo(5.5, 5);
      expect(map?.lean).toBeCloseTo(lean, 5);
      const points = cells.map((cell) => pointsOf(map?.base ?? 0, cell));
      expect(standingOut(points).map((place) => cells[place])).toEqual(mattering);
    }
  });

  it('speaks of a cell for its own picture, whichever place the pair is given in', async () => {
    const map = await occlusionMap([pair[1], pair[0]], cellJudge(6, 200, 0), options);
    expect(map?.base).toBeCloseTo(-5.5, 5);
    expect(map?.effects[0][6]).toBeCloseTo(5.5, 5);
    const against: JudgePairs = async (pairs) =>
      (await cellJudge(6, 200, 0)(pairs)).map(({ shown, swapped }): BothOrders => ({
        shown: [-shown[0], -shown[1]],
        swapped: [-swapped[0], -swapped[1]],
      }));
    expect((await occlusionMap(pair, against, options))?.effects[1][6]).toBeCloseTo(-5.5, 5);
  });

  it('is the same in chunks of any size, and ends when nobody wants it', async () => {
    const whole = await occlusionMap(pair, cellJudge(6, 200, 1), { ...options, chunk: 1000 });
    for (const chunk of [1, 7, 32]) {
      expect(await occlusionMap(pair, cellJudge(6, 200, 1), { ...options, chunk })).toEqual(whole);
    }
    const told: number[] = [];
    const onJudged = (done: number, all: number) => told.push(done / all) < 3;
    expect(await occlusionMap(pair, cellJudge(6, 200, 1), { ...options, chunk: 8, onJudged })).toBeNull();
    expect(told).toEqual([0.25, 0.5, 0.75]);
  });

  it('says so in words, in a table and in a drawing', async () => {
    const map = await occlusionMap(pair, cellJudge(6, 200, 1), options);
    if (!map) throw new Error('there is no map');
    const explained = { ...map, size: SIZE, seen: [...pair] as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>] };
    expect(occlusionSummary(explained)).toMatch(
      /second picture.*row 2, column 3.*for being closer to done.* 100\s%.* covered 50\s%/,
    );
    const { rows } = occlusionTable(explained);
    expect(rows).toHaveLength(2 * SIDE * SIDE);
    expect(rows[SIDE * SIDE + 6]).toEqual([
      'second picture',
      2,
      3,
      expect.closeTo(49.59, 2),
      'speaks for being closer to done',
    ]);
    const { marks } = occlusionDrawing(explained, { width: 400, height: 260 });
    const inkSquares = marks.filter(
      (mark) => mark.kind === 'path' && mark.fill === 'ink' && mark.opacity === density(1),
    );
    // One in the map, one in the legend.
    expect(inkSquares).toHaveLength(2);
    const none = { ...explained, effects: [new Float32Array(16), new Float32Array(16)] as typeof map.effects };
    expect(occlusionSummary(none)).toMatch(/^No single place decided it/);
  });
});

describe('the squares that stand out', () => {
  it('are few, and none where all are alike or nothing matters', () => {
    const quiet = Array.from({ length: 60 }, () => 1);
    expect(standingOut([...quiet, 30, -20, 5])).toEqual([60, 61]);
    expect(standingOut([...quiet, ...Array.from({ length: 20 }, () => -40)])).toHaveLength(12);
    expect(standingOut(Array.from({ length: 60 }, (_, i) => 20 + i / 10))).toEqual([]);
    expect(standingOut([...quiet, 1.9])).toEqual([]);
    expect(standingOut([])).toEqual([]);
  });

  it('count in points of their own picture’s probability', () => {
    expect(pointsOf(0, { picture: 1, effect: 0 })).toBe(0);
    // Undecided with it, certain against it once it is covered.
    expect(pointsOf(0, { picture: 1, effect: 20 })).toBeCloseTo(50);
    expect(pointsOf(-20, { picture: 0, effect: 20 })).toBeCloseTo(50);
    expect(pointsOf(20, { picture: 0, effect: -20 })).toBeCloseTo(-50);
  });
});

describe('covering', () => {
  it('changes one cell and leaves the picture as it was', () => {
    const picture = noise(3);
    const before = picture.slice();
    const changed = covered(picture, SIZE, SIDE, 9);
    expect(picture).toEqual(before);
    for (let cell = 0; cell < SIDE * SIDE; cell++) {
      expect(cellMean(changed, cell) === cellMean(picture, cell)).toBe(cell !== 9);
    }
  });

  it('takes cells made of whole patches', () => {
    expect(cellsAcross(64, 8, 8)).toBe(8);
    expect(cellsAcross(128, 8, 8)).toBe(8);
    expect(cellsAcross(64, 8, 4)).toBe(4);
    expect(cellsAcross(72, 8, 8)).toBe(3);
    expect(cellsAcross(8, 8, 8)).toBe(1);
  });

  it('tells what the pictures say from what the order says', () => {
    fc.assert(
      fc.property(fc.float({ min: -9, max: 9, noNaN: true }), fc.float({ min: -9, max: 9, noNaN: true }), (e, l) => {
        const orders: BothOrders = { shown: [0, e + l], swapped: [0, l - e] };
        expect(evidence(orders)).toBeCloseTo(e, 5);
        expect(leanOf(orders)).toBeCloseTo(l, 5);
      }),
    );
  });
});

describe('small changes', () => {
  const mean = (bytes: Uint8Array) => bytes.reduce((sum, byte) => sum + byte, 0) / bytes.length;

  it('are what they are called', () => {
    const picture = noise(4, 40);
    const changed = (name: (typeof PICTURE_CHANGES)[number]) => changedPicture(picture, 40, name);
    for (const name of PICTURE_CHANGES) {
      expect(changed(name)).toHaveLength(picture.length);
      expect(changed(name)).not.toEqual(picture);
    }
    expect(mean(changed('brighter'))).toBeGreaterThan(mean(picture) + 10);
    expect(mean(changed('darker'))).toBeCloseTo(0.75 * mean(picture), 0);
    expect(mean(changed('blurred'))).toBeCloseTo(mean(picture), 0);
    expect(changedPicture(changed('mirrored'), 40, 'mirrored')).toEqual(picture);
    const spread = (bytes: Uint8Array) =>
      Math.sqrt(bytes.reduce((s, b) => s + (b - mean(bytes)) ** 2, 0) / bytes.length);
    expect(spread(changed('blurred'))).toBeLessThan(0.5 * spread(picture));
  });

  it('cut two pixels of forty on each side and fill the square again', () => {
    const picture = new Uint8Array(40 * 40 * 3).fill(10);
    for (let y = 2; y < 38; y++) picture.fill(200, (y * 40 + 2) * 3, (y * 40 + 38) * 3);
    expect(changedPicture(picture, 40, 'cropped').every((byte) => byte === 200)).toBe(true);
  });

  it('leave a plain picture plain and never run over', () => {
    const white = new Uint8Array(20 * 20 * 3).fill(255);
    for (const name of PICTURE_CHANGES) {
      expect(new Set(changedPicture(white, 20, name))).toEqual(new Set([name === 'darker' ? 191 : 255]));
    }
  });

  it('know a task that a mirror would turn round', () => {
    expect(namesASide('Push the block to the Left.')).toBe(true);
    expect(namesASide('Hand the mug from the right arm to the left.')).toBe(true);
    expect(namesASide('Put the leftover rice away, alright?')).toBe(false);
    expect(namesASide('Lege den Würfel nach rechts.')).toBe(true);
  });
});

describe('a model', () => {
  beforeAll(useWasm);

  it('answers many pairs as it answers each alone', async () => {
    const config = modelConfig('nano', tokenizer.vocabularySize, tokenizer.tokenIds, 'language');
    const { end, padding } = tokenizer.special;
    const tokens = { answers: [tokenizer.img1, tokenizer.img2], end, padding, cue: [3] } as const;
    const judge = makeJudge(config, initialParameters(parameterTable(config), 5), tokens);
    const maker = new BatchMaker(tokenizer, {} as FrameSource, visionShape('nano'), 0, LARGEST_LIMITS);
    const data = {
      judgeBatch: (...[images, , task, form]: Parameters<BatchApi['judgeBatch']>) =>
        Promise.resolve(maker.judge(images, task, form)),
    } as BatchApi;
    const model = { judge, recipe: { model: 'nano' } } as ShelvedModel;
    const pairs = [1, 2, 3].map((i): PixelPair => [noise(2 * i, 64), noise(2 * i + 1, 64)]);
    const ask = async (some: readonly PixelPair[]) =>
      (await askPairs(model, some, 'Stack the cubes.', 'tag', data)).map(logitsOf);
    const together = await ask(pairs);
    expect(new Set(together.map((orders) => evidence(orders))).size).toBe(3);
    for (const [i, pair] of pairs.entries()) {
      const [alone] = await ask([pair]);
      const [turned] = await ask([[pair[1], pair[0]]]);
      for (const k of [0, 1] as const) {
        expect(together[i]?.shown[k]).toBeCloseTo(alone?.shown[k] ?? NaN, 4);
        expect(together[i]?.swapped[k]).toBeCloseTo(turned?.shown[k] ?? NaN, 4);
      }
    }
    freeJudge(judge);
  });
});

describe('pairs that look alike', () => {
  const looks = [1, 2, 3].map((seed) => look(noise(seed, HASHED_SIZE))) as [Float32Array, Float32Array, Float32Array];

  it('are alike in the order that fits better', () => {
    const [a, b, c] = looks;
    expect(likeness([a, b], [a, b])).toEqual({ levels: 0, swapped: false });
    expect(likeness([b, a], [a, b])).toEqual({ levels: 0, swapped: true });
    expect(likeness([a, b], [a, c]).levels).toBeGreaterThan(1);
  });

  it('are kept nearest first, one of each episode', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat(1000)), { maxLength: 60 }), (given) => {
        const nearest = new Nearest<[number, number]>(3, ([episode]) => `${episode}`);
        for (const item of given) nearest.add(item, item[1]);
        const least = new Map<number, number>();
        for (const [episode, distance] of given) {
          least.set(episode, Math.min(distance, least.get(episode) ?? Infinity));
        }
        const best = [...least.values()].sort((x, y) => x - y);
        expect(nearest.items.map(([, distance]) => distance)).toEqual(best.slice(0, 3));
        expect(new Set(nearest.items.map(([episode]) => episode)).size).toBe(nearest.items.length);
      }),
    );
  });
});

describe('what is given', () => {
  it('is known to be closer to done only for both moments of one simulated episode', () => {
    const picture = { bitmap: {} as ImageBitmap, aspect: 1 };
    const example = (episodeId: string, isLater: boolean): GivenPicture => ({
      picture,
      origin: { kind: 'example', episodeId, frame: 3, isLater },
    });
    expect(knownCloser([example('a', false), example('a', true)])).toBe('second');
    expect(knownCloser([example('a', true), example('a', false)])).toBe('first');
    expect(knownCloser([example('a', true), example('b', false)])).toBeNull();
    expect(knownCloser([example('a', true), { picture, origin: { kind: 'camera' } }])).toBeNull();
    expect(knownCloser([example('a', true), null])).toBeNull();
  });

  it('by a camera that refuses is explained by the reason', () => {
    const named = (name: string) => Object.assign(new Error('no'), { name });
    expect(stateOf(named('NotAllowedError'))).toBe('denied');
    expect(stateOf(named('NotFoundError'))).toBe('missing');
    expect(stateOf(named('OverconstrainedError'))).toBe('missing');
    expect(stateOf(named('NotReadableError'))).toBe('busy');
    expect(stateOf('what')).toBe('missing');
  });
});
