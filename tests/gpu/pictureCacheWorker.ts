// A worker that keeps made-up pictures, for tests: files can be read and written synchronously in workers alone.
import { PictureCache } from '../../src/episodes/pictureCache';
import type { PictureCacheOptions } from '../../src/episodes/pictureCache';
import { SimulatorSource, simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';

interface SyncFile {
  createSyncAccessHandle(): Promise<{ write(bytes: Uint8Array, place: { at: number }): number; close(): void }>;
}

let cache = new PictureCache();

/** A picture that says which one it is. */
function madeUp(words: readonly [number, number], frame: number, size: number): Uint8Array {
  return Uint8Array.from({ length: size * size * 3 }, (_, i) => words[0] * 7 + words[1] * 3 + frame * 31 + i);
}

const service = {
  open(options: PictureCacheOptions) {
    cache = new PictureCache(options);
  },
  close: () => cache.close(),
  usage: () => cache.usage(),
  drop: () => cache.drop(),
  allow: (disk: number) => cache.allow(disk),
  /** How many pictures had to be drawn, and whether all that came are right. */
  async read(words: [number, number], frames: number[], size: number): Promise<{ drawn: number; right: boolean }> {
    let drawn = 0;
    const pictures = await cache.read(words, frames, size, (missing) => {
      drawn += missing.length;
      const made = new Uint8Array(missing.length * size * size * 3);
      missing.forEach((frame, i) => made.set(madeUp(words, frame, size), i * size * size * 3));
      return Promise.resolve(made);
    });
    const right = frames.every((frame, i) =>
      madeUp(words, frame, size).every((value, at) => value === pictures[i * size * size * 3 + at]),
    );
    return { drawn, right };
  },
  /** Changes bytes of a file that nobody has open. */
  async damage(file: string, at: number, bytes: Uint8Array<ArrayBuffer>) {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle(file, { create: true });
    // Of workers only, so the page's types do not know it.
    const access = await (handle as unknown as SyncFile).createSyncAccessHandle();
    access.write(bytes, { at });
    access.close();
  },
  /** Reads pictures of simulated episodes through a cache of the given file; milliseconds a picture, and their sum. */
  async simulated(options: PictureCacheOptions, ids: string[], frames: number[], size: number) {
    const kept = new PictureCache(options);
    const source = new SimulatorSource(kept);
    const episodes = ids.map((id) => simulatedEpisode(id).episode);
    await kept.usage();
    const from = performance.now();
    const pictures = await Promise.all(episodes.map((episode) => source.read(episode, frames, size)));
    const each = (performance.now() - from) / (ids.length * frames.length);
    await kept.close();
    source.dispose();
    return { each, pictures };
  },
};
export type CacheService = typeof service;

globalThis.addEventListener(
  'message',
  ({ data }: MessageEvent<{ id: number; name: keyof CacheService; of: unknown[] }>) => {
    const { id, name, of } = data;
    void Promise.resolve()
      .then(() => Reflect.apply(service[name], service, of) as unknown)
      .then(
        (value) => postMessage({ id, value }),
        (error: unknown) => postMessage({ id, error: String(error) }),
      );
  },
);
