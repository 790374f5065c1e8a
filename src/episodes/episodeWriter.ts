// Writes one episode while it is being decoded: frames gather to chunks of at most 4 MB and go to the database at once,
// so that no video is ever whole in memory. The record is written last, in one strict transaction: only then does the
// episode exist, and whatever is left of an interrupted import is swept when the library is next opened. A Web Lock
// tells other tabs that these chunks are not orphans.
import type { Episode } from './episode';
import { chunksOf } from './episodeDatabase';
import type { EpisodeDatabase } from './episodeDatabase';
import { SIGNATURE_BYTES, writeSignature } from './signature';
import { FRAME_BYTES } from './squarePicture';

export const CHUNK_FRAMES = Math.floor((4 * 2 ** 20) / FRAME_BYTES);
const LOCK = 'palindrome-import:';

/** Ids whose import is under way in any tab. */
export async function idsBeingImported(): Promise<Set<string>> {
  if (!('locks' in navigator)) return new Set();
  const { held } = await navigator.locks.query();
  return new Set((held ?? []).flatMap(({ name }) => (name?.startsWith(LOCK) ? [name.slice(LOCK.length)] : [])));
}

export class EpisodeWriter {
  readonly #database: EpisodeDatabase;
  readonly #id: string;
  readonly #fingerprint: string | undefined;
  #chunk = new Uint8Array(CHUNK_FRAMES * FRAME_BYTES);
  #inChunk = 0;
  #chunks = 0;
  #frames = 0;
  #signatures = new Uint8Array(64 * SIGNATURE_BYTES);
  #unlock: () => void = () => undefined;

  private constructor(database: EpisodeDatabase, id: string, fingerprint: string | undefined) {
    this.#database = database;
    this.#id = id;
    this.#fingerprint = fingerprint;
  }

  /** Waits until no other tab writes an episode with this id. */
  static async start(database: EpisodeDatabase, id: string, fingerprint?: string): Promise<EpisodeWriter> {
    const writer = new EpisodeWriter(database, id, fingerprint);
    if ('locks' in navigator) {
      await new Promise<void>((locked, failed) => {
        const held = navigator.locks.request(`${LOCK}${id}`, () => {
          locked();
          return new Promise<void>((unlock) => (writer.#unlock = unlock));
        });
        held.catch(failed);
      });
    }
    return writer;
  }

  get frames(): number {
    return this.#frames;
  }

  /** @param bytes [n, STORE_SIZE, STORE_SIZE, 3]; copied */
  async write(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.byteLength; at += FRAME_BYTES) {
      this.#chunk.set(bytes.subarray(at, at + FRAME_BYTES), this.#inChunk * FRAME_BYTES);
      this.#sign(bytes, at);
      this.#inChunk++;
      this.#frames++;
      if (this.#inChunk === CHUNK_FRAMES) await this.#flush();
    }
  }

  /** Writes out what is left and lets go of its room, for an episode that is committed later. */
  async seal(): Promise<void> {
    await this.#flush();
    this.#chunk = new Uint8Array(0);
  }

  /** Makes the episode exist. Its `id` and `frameCount` must be those written. */
  async commit(episode: Episode): Promise<void> {
    await this.#flush();
    const signatures = this.#signatures.slice(0, this.#frames * SIGNATURE_BYTES).buffer;
    const record = {
      id: this.#id,
      episode,
      chunks: this.#chunks,
      bytes: this.#frames * (FRAME_BYTES + SIGNATURE_BYTES),
      removed: false,
      ...(this.#fingerprint === undefined ? {} : { fingerprint: this.#fingerprint }),
    };
    await this.#database.transact(['episodes', 'signatures'], 'strict', async (transaction) => {
      const episodes = transaction.objectStore('episodes');
      const known = await episodes.getAll();
      const order = known.reduce((last, other) => Math.max(last, other.order), 0) + 1;
      await transaction.objectStore('signatures').put(signatures, this.#id);
      await episodes.put({ ...record, order });
    });
    this.#unlock();
  }

  /** Takes back what was written. */
  async abort(): Promise<void> {
    try {
      await this.#clear();
    } finally {
      this.#unlock();
    }
  }

  #sign(bytes: Uint8Array, at: number): void {
    const needed = (this.#frames + 1) * SIGNATURE_BYTES;
    if (needed > this.#signatures.byteLength) {
      const larger = new Uint8Array(this.#signatures.byteLength * 2);
      larger.set(this.#signatures);
      this.#signatures = larger;
    }
    writeSignature(bytes, at, this.#signatures, this.#frames * SIGNATURE_BYTES);
  }

  async #flush(): Promise<void> {
    if (this.#inChunk === 0) return;
    const bytes = this.#chunk.slice(0, this.#inChunk * FRAME_BYTES).buffer;
    const key: [string, number] = [this.#id, this.#chunks];
    await this.#database.transact(['chunks'], 'relaxed', (transaction) =>
      transaction.objectStore('chunks').put(bytes, key),
    );
    this.#chunks++;
    this.#inChunk = 0;
  }

  #clear(): Promise<void> {
    return this.#database.transact(['chunks'], 'relaxed', (transaction) =>
      transaction.objectStore('chunks').delete(chunksOf(this.#id)),
    );
  }
}
