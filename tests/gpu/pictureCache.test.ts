// Drawn pictures are kept in memory and on disk, and neither a full nor a damaged disk matters.
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { PictureCache } from '../../src/episodes/pictureCache';
import { simulatorId } from '../../src/episodes/simulator/simulatorId';
import type { CacheService } from './pictureCacheWorker';

const SIZE = 64;
const BYTES = SIZE * SIZE * 3;
const FILE = 'pictures-of-a-test';
const MEGABYTES = 2 ** 20;
const HEAD = 16 * 1024;

const workers: Worker[] = [];
type Asked = {
  [Name in keyof CacheService]: (
    ...of: Parameters<CacheService[Name]>
  ) => Promise<Awaited<ReturnType<CacheService[Name]>>>;
};

function startWorker(): Asked {
  const worker = new Worker(new URL('./pictureCacheWorker.ts', import.meta.url), { type: 'module' });
  workers.push(worker);
  const waiting = new Map<number, { done: (value: unknown) => void; failed: (error: Error) => void }>();
  worker.addEventListener('message', ({ data }: MessageEvent<{ id: number; value?: unknown; error?: string }>) => {
    if (data.error === undefined) waiting.get(data.id)?.done(data.value);
    else waiting.get(data.id)?.failed(new Error(data.error));
    waiting.delete(data.id);
  });
  let asked = 0;
  const ask = (name: string, of: unknown[]): Promise<unknown> =>
    new Promise((done, failed) => {
      waiting.set(++asked, { done, failed });
      worker.postMessage({ id: asked, name, of });
    });
  return new Proxy({} as Asked, {
    get:
      (_, name) =>
      (...of: unknown[]) =>
        ask(String(name), of),
  });
}
const service = startWorker();

beforeEach(async () => {
  await service.open({ file: FILE });
  await service.drop();
  await service.close();
});
afterAll(async () => {
  for (const worker of workers) worker.terminate();
  await (await navigator.storage.getDirectory()).removeEntry(FILE).catch(() => undefined);
});

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, i) => from + i);

describe('PictureCache on disk', () => {
  it('draws a picture once, also over visits, and tells episodes, frames and sizes apart', async () => {
    await service.open({ file: FILE });
    expect(await service.read([1, 2], [5, 6, 5], SIZE)).toEqual({ drawn: 3, right: true });
    expect(await service.read([1, 2], [6, 7], SIZE)).toEqual({ drawn: 1, right: true });
    await service.close();

    await service.open({ file: FILE });
    expect(await service.read([1, 2], [7, 5, 6], SIZE)).toEqual({ drawn: 0, right: true });
    expect(await service.read([1, 3], [5], SIZE)).toEqual({ drawn: 1, right: true });
    expect(await service.read([1, 2], [5], 32)).toEqual({ drawn: 1, right: true });
    await service.close();

    await service.open({ file: FILE });
    // What was begun last time is filled up.
    expect(await service.usage()).toMatchObject({ bytes: 4 * BYTES + 32 * 32 * 3, kept: 'on disk' });
    await service.drop();
    expect(await service.usage()).toMatchObject({ bytes: 0 });
    expect(await service.read([1, 2], [5], SIZE)).toEqual({ drawn: 1, right: true });
    await service.close();
  });

  it('keeps within its budget and drops what was used longest ago', async () => {
    // Two regions of 340 pictures; memory for a few, so that the disk is asked.
    const options = { file: FILE, memory: 10 * BYTES, disk: 8 * MEGABYTES };
    await service.open(options);
    for (const word of [1, 2]) expect((await service.read([word, 0], range(340), SIZE)).drawn).toBe(340);
    await service.close();
    await service.open(options);
    expect((await service.read([1, 0], range(3), SIZE)).drawn).toBe(0);
    expect((await service.read([3, 0], range(340), SIZE)).drawn).toBe(340);
    await service.close();
    await service.open(options);
    const { bytes, budget } = await service.usage();
    expect(budget).toBe(8 * MEGABYTES);
    expect(bytes).toBeLessThanOrEqual(budget);
    expect(await service.read([1, 0], range(340), SIZE)).toEqual({ drawn: 0, right: true });
    expect(await service.read([3, 0], range(340), SIZE)).toEqual({ drawn: 0, right: true });
    expect((await service.read([2, 0], range(20), SIZE)).drawn).toBe(20);
    await service.close();
  });

  it('takes more room where it is allowed to, and keeps what is there', async () => {
    await service.open({ file: FILE, memory: 10 * BYTES, disk: 4 * MEGABYTES });
    await service.read([1, 0], range(340), SIZE);
    await service.allow(8 * MEGABYTES);
    expect((await service.usage()).budget).toBe(8 * MEGABYTES);
    await service.read([2, 0], range(340), SIZE);
    await service.close();
    await service.open({ file: FILE, memory: 10 * BYTES, disk: 8 * MEGABYTES });
    expect(await service.read([1, 0], range(340), SIZE)).toEqual({ drawn: 0, right: true });
    expect(await service.read([2, 0], range(340), SIZE)).toEqual({ drawn: 0, right: true });
    await service.close();
  });

  it('draws damaged pictures anew, and begins anew with a foreign file', async () => {
    await service.open({ file: FILE });
    await service.read([1, 2], range(6), SIZE);
    await service.close();
    // One byte of the second picture; the first word of the fourth one's entry.
    await service.damage(FILE, HEAD + BYTES + 100, Uint8Array.of(1, 2, 3));
    await service.damage(FILE, 4 * 16, Uint8Array.of(9, 9, 9, 9));
    await service.open({ file: FILE });
    expect(await service.read([1, 2], range(6), SIZE)).toEqual({ drawn: 2, right: true });
    await service.close();
    await service.damage(FILE, 0, new Uint8Array(HEAD).fill(77));
    await service.open({ file: FILE });
    expect(await service.usage()).toMatchObject({ bytes: 0 });
    expect(await service.read([1, 2], range(6), SIZE)).toEqual({ drawn: 6, right: true });
    await service.close();
    await service.open({ file: FILE });
    expect(await service.read([1, 2], range(6), SIZE)).toEqual({ drawn: 0, right: true });
    await service.close();
  });

  it('keeps pictures in memory alone while another worker has the file, and takes it over afterwards', async () => {
    await service.open({ file: FILE });
    await service.usage();
    const second = startWorker();
    await second.open({ file: FILE });
    expect(await second.read([1, 2], [1], SIZE)).toEqual({ drawn: 1, right: true });
    expect(await second.read([1, 2], [1], SIZE)).toEqual({ drawn: 0, right: true });
    expect(await second.usage()).toMatchObject({ kept: 'in memory' });
    await expect(second.drop()).rejects.toThrow('another tab');
    await second.read([1, 2], [2], SIZE);
    await service.close();
    await expect.poll(() => second.usage(), { timeout: 5000 }).toMatchObject({ kept: 'on disk', bytes: BYTES });
    await second.close();
  });

  it('gives simulated pictures byte for byte as they were drawn, and sooner', async () => {
    const settings = { seed: 5, templates: null, variety: 0.3, mishaps: 0, counterTasks: true };
    const ids = range(12).map((number) => simulatorId(settings, number));
    const frames = range(10).map((i) => 40 * i);
    const options = { file: FILE };
    const drawn = await service.simulated(options, ids, frames, SIZE);
    const kept = await service.simulated(options, ids, frames, SIZE);
    console.info(`${drawn.each.toFixed(2)} ms drawn, ${kept.each.toFixed(3)} ms kept, a picture of ${SIZE} pixels`);
    expect(kept.pictures).toEqual(drawn.pictures);
    // Reading is some twenty times faster here; on a hardware GPU drawing is faster, and waiting for it remains.
    expect(kept.each).toBeLessThan(drawn.each);
  });
});

describe('PictureCache in memory', () => {
  it('is all there is where files cannot be kept, and stays within its budget', async () => {
    // Pages have no synchronous files.
    const cache = new PictureCache({ memory: 8 * BYTES });
    let drawn = 0;
    const read = (frames: number[]) =>
      cache.read([1, 1], frames, SIZE, (missing) => {
        drawn += missing.length;
        return Promise.resolve(new Uint8Array(missing.length * BYTES).fill(7));
      });
    expect((await read([1, 2, 3])).length).toBe(3 * BYTES);
    await read([3, 2, 1]);
    expect(drawn).toBe(3);
    await read(range(30));
    await expect.poll(() => cache.usage()).toEqual({ bytes: 8 * BYTES, budget: 8 * BYTES, kept: 'in memory' });
    await cache.drop();
    expect((await cache.usage()).bytes).toBe(0);
    await cache.close();
  });

  it('lets those that wait know where drawing fails, and keeps nothing', async () => {
    const cache = new PictureCache();
    await expect(cache.read([1, 1], [1], SIZE, () => Promise.reject(new Error('no light')))).rejects.toThrow(
      'no light',
    );
    expect((await cache.usage()).bytes).toBe(0);
  });

  it('does not keep pictures for people', async () => {
    const cache = new PictureCache();
    await cache.read([1, 1], [1], 512, () => Promise.resolve(new Uint8Array(512 * 512 * 3)));
    expect((await cache.usage()).bytes).toBe(0);
  });
});
