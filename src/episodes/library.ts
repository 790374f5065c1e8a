// The library of imported episodes, kept in IndexedDB: what is known about each, its frames in chunks, its signatures.
// As a FrameSource it serves pictures at any size from the stored squares, with the chunks and the small pictures that
// were used last kept in memory.
import { coveringAt } from './annotations/described';
import type { Episode, EpisodeChange, EpisodeChanges } from './episode';
import type { FrameSource } from './frames';
import { USUAL_DOWNSAMPLE } from './downsampling';
import { chunksOf, EPISODE_DATABASE, EpisodeDatabase } from './episodeDatabase';
import type { EpisodeRecord } from './episodeDatabase';
import { CHUNK_FRAMES, EpisodeWriter, idsBeingImported } from './episodeWriter';
import { RecentBytes } from './recentBytes';
import { resizeToSquare } from './resample';
import { SIGNATURE_BYTES, signatureVector } from './signature';
import { completeEpisode } from './storedEpisode';
import { FRAME_BYTES, STORE_SIZE } from './squarePicture';
import { categoryOf, templateOf } from './taskText';
import * as m from '../words/messages';

export interface LibraryUsage {
  /** Episodes in the list, removed ones not counted. */
  episodes: number;
  /** Bytes of their stored frames. */
  bytes: number;
  /** Removed episodes that can be brought back, the last removed first, and the bytes of their frames. */
  bin: { ids: string[]; bytes: number };
}

/** An episode with what only its storage knows. */
export interface KeptEpisode {
  episode: Episode;
  /** Hash of the recording's content; null where it is not known. */
  fingerprint: string | null;
  /** Pieces of stored frames, and the bytes of all. */
  chunks: number;
  bytes: number;
  /** In milliseconds; null for those in the list. */
  removedAt: number | null;
}

export class EpisodeLibrary implements FrameSource {
  readonly #database: EpisodeDatabase;
  readonly #chunks = new RecentBytes(24 * 2 ** 20);
  readonly #pictures = new RecentBytes(40 * 2 ** 20);
  readonly #signatures = new RecentBytes(8 * 2 ** 20);
  readonly #loading = new Map<string, Promise<Uint8Array>>();

  private constructor(database: EpisodeDatabase) {
    this.#database = database;
  }

  /**
   * Opens the library and sweeps what interrupted imports left behind.
   * @param keptSince episodes removed before this moment (milliseconds) are given up; all of them unless said
   */
  static async open(name = EPISODE_DATABASE, keptSince = Infinity): Promise<EpisodeLibrary> {
    const library = new EpisodeLibrary(new EpisodeDatabase(name));
    await library.purge(keptSince);
    await library.#sweep();
    return library;
  }

  /** Lets go of the database; any later use opens it again. */
  close(): void {
    this.#database.close();
  }

  /** All episodes in the order of their import. */
  async list(): Promise<Episode[]> {
    const records = await this.#records();
    return records.filter(({ removed }) => !removed).map(({ episode }) => completeEpisode(episode));
  }

  async get(id: string): Promise<Episode | null> {
    const record = await this.#database.transact(['episodes'], 'read', (t) => t.objectStore('episodes').get(id));
    return record && !record.removed ? completeEpisode(record.episode) : null;
  }

  /** The episode that was made from a recording of this content, whatever it is called now; removed ones are gone. */
  async withFingerprint(fingerprint: string): Promise<Episode | null> {
    const records = await this.#records();
    const found = records.find((record) => !record.removed && record.fingerprint === fingerprint);
    return found ? completeEpisode(found.episode) : null;
  }

  /**
   * Starts writing an episode, in place of any with this id and of removed ones with this content; end it with commit
   * or abort.
   */
  async write(id: string, fingerprint?: string): Promise<EpisodeWriter> {
    const writer = await EpisodeWriter.start(this.#database, id, fingerprint);
    try {
      const records = fingerprint === undefined ? [] : await this.#records();
      const twins = records.filter((record) => record.removed && record.fingerprint === fingerprint);
      await this.#delete([id, ...twins.map((record) => record.id)]);
      return writer;
    } catch (error) {
      await writer.abort();
      throw error;
    }
  }

  /** @throws RangeError where there is no such episode or the change makes no sense */
  async update(id: string, changes: EpisodeChanges): Promise<Episode> {
    const [episode] = await this.updateAll([{ id, changes }]);
    return episode as Episode;
  }

  /**
   * Changes many episodes, or none of them.
   * @throws RangeError where there is no such episode or a change makes no sense
   */
  updateAll(all: readonly EpisodeChange[]): Promise<Episode[]> {
    return this.#database.transact(['episodes'], 'strict', async (transaction) => {
      const store = transaction.objectStore('episodes');
      const done: Episode[] = [];
      for (const { id, changes } of all) {
        const record = await store.get(id);
        if (!record || record.removed) throw new RangeError(m.engine_episode_gone());
        const episode = changed(completeEpisode(record.episode), changes);
        await store.put({ ...record, episode });
        done.push(episode);
      }
      return done;
    });
  }

  /** All there is, removed ones too, in the order of their import. */
  async kept(): Promise<KeptEpisode[]> {
    return (await this.#records()).map(({ episode, fingerprint, chunks, bytes, removed, removedAt }) => ({
      episode: completeEpisode(episode),
      fingerprint: fingerprint ?? null,
      chunks,
      bytes,
      removedAt: removed ? (removedAt ?? 0) : null,
    }));
  }

  /** A piece of an episode's frames as it is stored: [n, STORE_SIZE, STORE_SIZE, 3]. */
  async storedChunk(id: string, number: number): Promise<ArrayBuffer> {
    const chunk = await this.#database.transact(['chunks'], 'read', (t) => t.objectStore('chunks').get([id, number]));
    if (!chunk) throw new Error(m.engine_some_pictures_missing());
    return chunk;
  }

  /**
   * Takes episodes off the list; `restore` brings them back until `purge`.
   * @param at now, in milliseconds
   */
  async remove(ids: readonly string[], at = 0): Promise<void> {
    await this.#mark(ids, at);
  }

  /** @throws Error where some were purged; the others are back */
  async restore(ids: readonly string[]): Promise<void> {
    const lost = await this.#mark(ids, null);
    if (lost === 0) return;
    throw new Error(m.engine_episodes_purged({ lost, all: ids.length }));
  }

  /** Forgets for good what was removed before a moment (milliseconds); all that was removed unless said. */
  async purge(before = Infinity): Promise<void> {
    const records = await this.#records();
    const old = records.filter(({ removed, removedAt }) => removed && (removedAt ?? 0) < before);
    await this.#delete(old.map(({ id }) => id));
  }

  /** Forgets some of the removed episodes for good; others are left alone. */
  async forget(ids: readonly string[]): Promise<void> {
    const records = await this.#records();
    await this.#delete(records.filter(({ id, removed }) => removed && ids.includes(id)).map(({ id }) => id));
  }

  async usage(): Promise<LibraryUsage> {
    const records = await this.#records();
    const bytesOf = (some: EpisodeRecord[]) => some.reduce((sum, { bytes }) => sum + bytes, 0);
    const listed = records.filter(({ removed }) => !removed);
    const bin = records.filter(({ removed }) => removed).sort((a, b) => (b.removedAt ?? 0) - (a.removedAt ?? 0));
    return {
      episodes: listed.length,
      bytes: bytesOf(listed),
      bin: { ids: bin.map(({ id }) => id), bytes: bytesOf(bin) },
    };
  }

  /**
   * Pictures of raw frames: area averages below STORE_SIZE, the stored bytes at it, bilinear above.
   * @throws RangeError for frames that the episode does not have
   */
  async read(episode: Episode, frames: readonly number[], size: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = size * size * 3;
    const result = new Uint8Array(frames.length * bytes);
    // Chunk by chunk, so that each is fetched once however the frames are mixed.
    const places = frames.map((frame, place) => ({ frame, place })).sort((a, b) => a.frame - b.frame);
    for (const { frame, place } of places) {
      if (!Number.isInteger(frame) || frame < 0 || frame >= episode.frameCount) {
        throw new RangeError(m.engine_episode_no_frame({ name: episode.name, last: episode.frameCount - 1, frame }));
      }
      const key = `${episode.id} ${frame} ${size}`;
      let picture = this.#pictures.get(key);
      if (!picture) {
        const chunk = await this.#chunk(episode.id, Math.floor(frame / CHUNK_FRAMES));
        const at = (frame % CHUNK_FRAMES) * FRAME_BYTES;
        if (at + FRAME_BYTES > chunk.byteLength)
          throw new Error(m.engine_episode_frames_missing({ name: episode.name }));
        if (size === STORE_SIZE) picture = chunk.subarray(at, at + FRAME_BYTES);
        else picture = this.#reduce(episode, frame, chunk, size);
      }
      result.set(picture, place * bytes);
    }
    return result;
  }

  /**
   * Reduces a frame, and with it those of its chunk that downsampling keeps beside it: they will be asked for next, and
   * fetching the chunk costs far more than reducing them.
   */
  #reduce(episode: Episode, frame: number, chunk: Uint8Array, size: number): Uint8Array {
    const reduced = (at: number): Uint8Array => {
      const picture = new Uint8Array(size * size * 3);
      resizeToSquare(chunk, at * FRAME_BYTES, STORE_SIZE, STORE_SIZE, 3, size, picture, 0);
      return picture;
    };
    const asked = frame % CHUNK_FRAMES;
    const wanted = reduced(asked);
    if (size > STORE_SIZE) return wanted;
    const step = episode.downsample ?? USUAL_DOWNSAMPLE;
    const firstFrame = frame - asked;
    for (let at = asked % step; at < chunk.byteLength / FRAME_BYTES; at += step) {
      const key = `${episode.id} ${firstFrame + at} ${size}`;
      if (at !== asked && !this.#pictures.get(key)) this.#pictures.set(key, reduced(at));
    }
    this.#pictures.set(`${episode.id} ${frame} ${size}`, wanted);
    return wanted;
  }

  /** As segments say that carry a progress figure; between them it is not known. */
  progress(episode: Episode, frames: readonly number[]): Promise<Float32Array | null> {
    const told = episode.segments.filter((s) => s.progress !== undefined);
    const known = frames.map((frame) => coveringAt(told, frame)?.progress);
    return Promise.resolve(known.every((p) => p !== undefined) ? Float32Array.from(known) : null);
  }

  async signatures(episode: Episode, frames: readonly number[]): Promise<Float32Array[]> {
    const all = await this.#load(this.#signatures, episode.id, () =>
      this.#database.transact(['signatures'], 'read', (t) => t.objectStore('signatures').get(episode.id)),
    );
    return frames.map((frame) => signatureVector(all.subarray(frame * SIGNATURE_BYTES, (frame + 1) * SIGNATURE_BYTES)));
  }

  #chunk(id: string, number: number): Promise<Uint8Array> {
    return this.#load(this.#chunks, `${id} ${number}`, () =>
      this.#database.transact(['chunks'], 'read', (t) => t.objectStore('chunks').get([id, number])),
    );
  }

  async #load(recent: RecentBytes, key: string, fetch: () => Promise<ArrayBuffer | undefined>): Promise<Uint8Array> {
    const known = recent.get(key);
    if (known) return known;
    const name = `${recent === this.#signatures ? 'signatures' : 'chunk'} ${key}`;
    const running = this.#loading.get(name);
    if (running) return running;
    const loading = fetch()
      .then((buffer) => {
        if (!buffer) throw new Error(m.engine_episode_pictures_missing());
        const bytes = new Uint8Array(buffer);
        recent.set(key, bytes);
        return bytes;
      })
      .finally(() => this.#loading.delete(name));
    this.#loading.set(name, loading);
    return loading;
  }

  async #records(): Promise<EpisodeRecord[]> {
    const records = await this.#database.transact(['episodes'], 'read', (t) => t.objectStore('episodes').getAll());
    return records.sort((a, b) => a.order - b.order);
  }

  /**
   * @param removedAt null brings back
   * @returns how many are not there any more
   */
  async #mark(ids: readonly string[], removedAt: number | null): Promise<number> {
    let lost = 0;
    await this.#database.transact(['episodes'], 'strict', async (transaction) => {
      const store = transaction.objectStore('episodes');
      for (const id of ids) {
        const record = await store.get(id);
        if (!record) lost++;
        else if (removedAt === null) await store.put({ ...record, removed: false });
        else await store.put({ ...record, removed: true, removedAt });
      }
    });
    return lost;
  }

  async #delete(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    for (const id of ids) {
      this.#chunks.forget(`${id} `);
      this.#pictures.forget(`${id} `);
      this.#signatures.forget(id);
    }
    await this.#database.transact(['episodes', 'chunks', 'signatures'], 'strict', async (transaction) => {
      for (const id of ids) {
        await transaction.objectStore('episodes').delete(id);
        await transaction.objectStore('chunks').delete(chunksOf(id));
        await transaction.objectStore('signatures').delete(id);
      }
    });
  }

  async #sweep(): Promise<void> {
    const busy = await idsBeingImported();
    await this.#database.transact(['episodes', 'chunks', 'signatures'], 'relaxed', async (transaction) => {
      const known = new Set(await transaction.objectStore('episodes').getAllKeys());
      const chunks = transaction.objectStore('chunks');
      for (const key of await chunks.getAllKeys())
        if (!known.has(key[0]) && !busy.has(key[0])) await chunks.delete(key);
      const signatures = transaction.objectStore('signatures');
      for (const id of await signatures.getAllKeys()) if (!known.has(id)) await signatures.delete(id);
    });
  }
}

function changed(episode: Episode, changes: EpisodeChanges): Episode {
  const next = { ...episode, ...changes };
  if (changes.task !== undefined) {
    next.task = changes.task.trim();
    if (next.task === '') throw new RangeError(m.engine_task_needs_sentence());
    next.template = templateOf(next.task);
    if (!changes.taskGuessed) delete next.taskGuessed;
    // A category that was guessed from the old task follows the new one.
    if (changes.category === undefined && episode.category === categoryOf(episode.task)) {
      next.category = categoryOf(next.task);
    }
  }
  if (next.trim && !(0 <= next.trim.start && next.trim.start <= next.trim.end && next.trim.end < next.frameCount)) {
    throw new RangeError(m.engine_trim_outside({ last: next.frameCount - 1 }));
  }
  if (next.downsample !== null && !(Number.isInteger(next.downsample) && next.downsample >= 1)) {
    throw new RangeError(m.engine_downsample_whole());
  }
  return next;
}
