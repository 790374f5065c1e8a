// Imported episodes on their way out of this studio and into another: their facts and their stored pictures. Episodes that
// come in are written beside the library and join it together, when all of them are whole.
import { crc32 } from '../base/crc32';
import type { Episode } from '../episodes/episode';
import type { EpisodeWriter } from '../episodes/episodeWriter';
import type { EpisodeLibrary, KeptEpisode } from '../episodes/library';
import { FRAME_BYTES } from '../episodes/squarePicture';
import * as m from '../words/messages';

interface Arriving {
  writer: EpisodeWriter;
  episode: Episode;
}

export class EpisodeArrivals {
  readonly #open: () => Promise<EpisodeLibrary>;
  readonly #arriving = new Map<string, Arriving>();

  constructor(open: () => Promise<EpisodeLibrary>) {
    this.#open = open;
  }

  async kept(): Promise<KeptEpisode[]> {
    return (await this.#open()).kept();
  }

  async frames(id: string, chunk: number): Promise<ArrayBuffer> {
    return (await this.#open()).storedChunk(id, chunk);
  }

  async take(episode: Episode, fingerprint: string | null): Promise<void> {
    const library = await this.#open();
    const known = await library.kept();
    // Writing replaces an episode of this id; what is here must stay as it is.
    if (known.some((other) => other.episode.id === episode.id)) {
      throw new Error(m.engine_arriving_episode_known({ name: episode.name }));
    }
    const writer = await library.write(episode.id, fingerprint ?? undefined);
    this.#arriving.set(episode.id, { writer, episode });
  }

  /** @param sum CRC-32 of the frames, as the file states it */
  async takeFrames(id: string, file: Blob, sum: number): Promise<void> {
    const arriving = this.#of(id);
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (bytes.length % FRAME_BYTES !== 0 || crc32(bytes) !== sum) {
      throw new Error(m.engine_arriving_pictures_damaged({ name: arriving.episode.name }));
    }
    await arriving.writer.write(bytes);
  }

  /** All its frames are here. */
  async seal(id: string): Promise<void> {
    const arriving = this.#of(id);
    if (arriving.writer.frames !== arriving.episode.frameCount) {
      throw new Error(m.engine_arriving_pictures_missing({ name: arriving.episode.name }));
    }
    await arriving.writer.seal();
  }

  async keep(): Promise<void> {
    for (const [id, { writer, episode }] of this.#arriving) {
      await writer.commit(episode);
      this.#arriving.delete(id);
    }
  }

  async drop(): Promise<void> {
    for (const [id, { writer }] of this.#arriving) {
      this.#arriving.delete(id);
      await writer.abort();
    }
  }

  #of(id: string): Arriving {
    const arriving = this.#arriving.get(id);
    if (!arriving) throw new Error(m.engine_arriving_pictures_of_none());
    return arriving;
  }
}
