import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { episodeOf, ignoredSentence, planImport } from '../../src/episodes/importPlan';
import { imageSize, naturalOrder } from '../../src/episodes/images';
import { RecentBytes } from '../../src/episodes/recentBytes';
import { averagePlane, resizeToSquare } from '../../src/episodes/resample';
import { FRAME_BYTES } from '../../src/episodes/squarePicture';
import { turn } from '../../src/episodes/videoPictures';
import { readSidecar } from '../../src/episodes/sidecar';
import { categoryOf, taskFromName, taskFromPath, templateOf, UNKNOWN_TASK } from '../../src/episodes/taskText';

const file = new File(['x'], 'x');
const at = (...paths: string[]) => paths.map((path) => ({ path, file }));

describe('planImport', () => {
  test('videos, image folders, lists, and the rest', () => {
    const images = Array.from({ length: 6 }, (_, i) => `set/a/${i}.jpg`);
    const plan = planImport(
      at(
        'set/v.MP4',
        ...images,
        'set/cover.png',
        'set/list.jsonl',
        'set/v.txt',
        'set/README.txt',
        '.DS_Store',
        'set/.x/y.mp4',
        'set/w.parquet',
      ),
    );
    expect(plan.recordings.map(({ kind, path }) => [kind, path])).toEqual([
      ['video', 'set/v.MP4'],
      ['images', 'set/a'],
    ]);
    expect(plan.sidecars.map(({ path }) => path)).toEqual(['set/list.jsonl', 'set/v.txt']);
    expect(plan.ignored.map(({ path }) => path).sort()).toEqual([
      '.DS_Store',
      'set/.x/y.mp4',
      'set/README.txt',
      'set/cover.png',
      'set/w.parquet',
    ]);
    expect(ignoredSentence(plan.ignored)).toMatch(
      /^5 files are no videos, images or lists and were left alone: .*, and 2 more\.$/,
    );
  });

  test('a few loose images without any video are a recording that will be refused, not silence', () => {
    expect(planImport(at('1.png', '2.png')).recordings).toMatchObject([{ kind: 'images', path: '' }]);
  });

  test('law: every file goes to exactly one place', () => {
    const part = fc.constantFrom('a', 'b.c', '.h', 'x');
    const name = fc.constantFrom(
      '1.jpg',
      '2.PNG',
      'v.mp4',
      'w.webm',
      'e.jsonl',
      't.csv',
      'task.txt',
      'README.txt',
      'z',
      'q.zip',
    );
    const path = fc.tuple(fc.array(part, { maxLength: 3 }), name).map(([parts, last]) => [...parts, last].join('/'));
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 40 }), (paths) => {
        const plan = planImport(at(...paths));
        const placed = [...plan.recordings.flatMap(({ files }) => files), ...plan.sidecars, ...plan.ignored];
        expect(placed.map((entry) => entry.path).sort()).toEqual([...paths].sort());
      }),
    );
  });
});

describe('episodeOf', () => {
  const read = { id: 'x-1', frameCount: 32, framesPerSecond: null, aspect: 1.5 };
  const recording = { kind: 'images' as const, path: 'set/liv-1', files: [] };

  test('takes what a list says', async () => {
    const line = {
      id: 'liv-1',
      task: 'Put the pear in the tray.',
      outcome: 'success',
      split: 'test',
      rollout: 'r7',
      frames: 32,
      trimEnd: 3,
      idleStart: 2,
      sourceFps: 60,
      sourceFrameIndices: [0, 31 * 3],
      licence: 'MIT',
      attribution: 'Someone',
    };
    const list = await readSidecar('set/episodes.jsonl', new Blob([JSON.stringify(line)]));
    expect(episodeOf(recording, read, [list])).toMatchObject({
      name: 'liv-1',
      task: 'Put the pear in the tray.',
      template: 'put the pear in the tray',
      category: 'pick and place',
      outcome: 'success',
      split: 'test',
      group: 'r7',
      trim: { start: 2, end: 28 },
      downsample: 1,
      licence: 'MIT',
      attribution: 'Someone',
    });
    // The numbers of another sampling do not hold for these frames.
    expect(episodeOf(recording, { ...read, frameCount: 50 }, [list]).trim).toBeNull();
  });

  test('segments that lie outside are cut to the episode', async () => {
    const lines = [
      { episode: 'liv-1', from: 30, to: 99, text: 'Done.' },
      { episode: 'liv-1', from: 40, to: 41, text: 'Beyond.' },
    ];
    const list = await readSidecar('s.jsonl', new Blob([lines.map((line) => JSON.stringify(line)).join('\n')]));
    expect(episodeOf(recording, read, [list]).segments).toEqual([{ from: 30, to: 31, text: 'Done.' }]);
  });
});

describe('words', () => {
  test('names become sentences, or nothing', () => {
    expect(taskFromName('put-cup_on-plate 01')).toBe('Put cup on plate.');
    expect(taskFromName('foldTowel_720p60.mp4')).toBe('Fold towel.');
    expect(taskFromName('IMG_2034.MOV')).toBeNull();
    expect(taskFromName('episode_000020.mp4')).toBeNull();
    expect(taskFromPath('wipe the table/take 3/0001.mp4')).toBe('Wipe the table.');
    expect(taskFromPath('0001.mp4')).toBe(UNKNOWN_TASK);
  });

  test('case and punctuation do not make another task', () => {
    expect(templateOf('Put the cup, please!')).toBe(templateOf('put the CUP please'));
  });

  test('verbs name the category', () => {
    const tasks = [
      'Fold the towel.',
      'Scoop the rice into the rice cooker.',
      'Wipe the table.',
      'Pack the box.',
      'Open the drawer.',
      'Pick up the yellow bottle and put it down on the right side of the table.',
      'Put the pear in the green pot.',
      'Dance.',
    ];
    expect(tasks.map(categoryOf)).toEqual([
      'garment manipulation',
      'cooking and food preparation',
      'cleaning and tidying',
      'packing and staging',
      'appliance and object manipulation',
      'pick and place',
      'pick and place',
      'other',
    ]);
  });
});

describe('pictures', () => {
  test('images stand in natural order', () => {
    expect(naturalOrder(at('10.jpg', '9.jpg', 'a/2.jpg', '1.jpg')).map(({ path }) => path)).toEqual([
      '1.jpg',
      '9.jpg',
      '10.jpg',
      'a/2.jpg',
    ]);
  });

  test('sizes are read from headers, and only from images', () => {
    const png = new Uint8Array(24);
    png.set([
      0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0xea, 0x60, 0, 0, 0, 9,
    ]);
    expect(imageSize(png)).toEqual({ width: 60_000, height: 9 });
    const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc2, 0, 11, 8, 0, 128, 0, 228, 3, 0, 0, 0]);
    expect(imageSize(jpeg)).toEqual({ width: 228, height: 128 });
    expect(imageSize(new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void imageSize(bytes)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (rest) => void imageSize(new Uint8Array([0xff, 0xd8, ...rest]))),
    );
  });

  test('law: an area average keeps the mean of the picture', () => {
    const sides = fc.tuple(
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 1, max: 24 }),
    );
    fc.assert(
      fc.property(sides, fc.integer(), ([width, height, size], seed) => {
        fc.pre(size <= Math.min(width, height));
        const source = Uint8Array.from({ length: width * height }, (_, i) => (Math.imul(i + 1, seed | 1) >>> 7) & 255);
        const target = new Float32Array(size * size);
        averagePlane(source, 0, width, 1, width, height, size, target);
        const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / values.length;
        expect(mean(target)).toBeCloseTo(mean(source), 2);
      }),
    );
  });

  test('law: one colour stays that colour at every size, smaller and larger', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 0, max: 255 }), (width, height, side, value) => {
        const target = new Uint8Array(side * side * 3);
        resizeToSquare(new Uint8Array(width * height * 4).fill(value), 0, width, height, 4, side, target, 0);
        expect(new Set(target)).toEqual(new Set([value]));
      }),
    );
  });

  test('turning is clockwise, mirroring comes after it, and four quarters make a whole', () => {
    const picture = Uint8Array.from({ length: FRAME_BYTES }, (_, i) => (Math.imul(i, 2654435761) >>> 9) & 255);
    const turned = (source: Uint8Array, rotation: number, flip = false) => {
      const target = new Uint8Array(FRAME_BYTES);
      turn(source, rotation, flip, target, 0);
      return target;
    };
    const corner = (bytes: Uint8Array, x: number, y: number) => [
      ...bytes.slice((y * 128 + x) * 3, (y * 128 + x) * 3 + 3),
    ];
    expect(corner(turned(picture, 90), 127, 0)).toEqual(corner(picture, 0, 0));
    expect(corner(turned(picture, 270), 0, 127)).toEqual(corner(picture, 0, 0));
    expect(corner(turned(picture, 90, true), 0, 0)).toEqual(corner(picture, 0, 0));
    expect(turned(turned(picture, 90), 90)).toEqual(turned(picture, 180));
    expect(turned(turned(picture, 90), 270)).toEqual(picture);
    expect(turned(turned(picture, 0, true), 0, true)).toEqual(picture);
  });

  test('what was not used longest falls out first', () => {
    const recent = new RecentBytes(30);
    for (const key of ['a', 'b', 'c']) recent.set(key, new Uint8Array(10));
    recent.get('a');
    recent.set('d', new Uint8Array(10));
    expect(['a', 'b', 'c', 'd'].filter((key) => recent.get(key))).toEqual(['a', 'c', 'd']);
    recent.forget('a');
    expect(recent.bytes).toBe(20);
  });
});
