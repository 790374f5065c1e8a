// The episode that is open in Data: its filmstrip, the picture under the scrubber, and its trim.
import type { EpisodePatch, EpisodeSampling, Picture } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import { drafted, forgetDraft, readDraft } from './annotationDraft';
import type { Library } from './library.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';

const stripFrames = 12;

export interface StripFrame {
  frame: number;
  picture: Picture;
}

export class OpenEpisode {
  readonly #engine: Engine;
  readonly #library: Library;
  readonly #draft: RecipeDraft;
  #id = $state<string | null>(null);
  #sampling = $state.raw<EpisodeSampling | null>(null);
  #strip = $state.raw<readonly StripFrame[]>([]);
  #frame = $state(0);
  #picture = $state.raw<Picture | null>(null);
  #trouble = $state<string | null>(null);
  #wanted: number | null = null;
  #fetching = false;

  constructor(engine: Engine, library: Library, draft: RecipeDraft) {
    this.#engine = engine;
    this.#library = library;
    this.#draft = draft;
  }

  get id(): string | null {
    return this.#id;
  }

  get sampling(): EpisodeSampling | null {
    return this.#sampling;
  }

  get strip(): readonly StripFrame[] {
    return this.#strip;
  }

  /** The raw frame under the scrubber. */
  get frame(): number {
    return this.#frame;
  }

  get picture(): Picture | null {
    return this.#picture;
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  /** What is known about the scene at the scrubber, in words; null for most videos. */
  get details(): string | null {
    const sampling = this.#sampling;
    if (!sampling) return null;
    const kept = sampling.keptFrames.findLastIndex((frame) => frame <= this.#frame);
    return sampling.details[kept] ?? null;
  }

  async open(id: string): Promise<void> {
    this.#id = id;
    this.#sampling = null;
    this.#trouble = null;
    this.#setStrip([]);
    try {
      await this.#recoverWords(id);
      const sampling = await this.#engine.data.episodeSampling(id, this.#draft.recipe);
      if (this.#id !== id) return;
      this.#sampling = sampling;
      this.seek(sampling.trim.start);
      await this.#fetchStrip(id, sampling.episode.frameCount);
    } catch (error) {
      if (this.#id === id) this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  close(): void {
    this.#id = null;
    this.#sampling = null;
    this.#setStrip([]);
  }

  /** Moves the scrubber; of several quick moves only the last is drawn. */
  seek(frame: number): void {
    this.#frame = frame;
    this.#wanted = frame;
    if (!this.#fetching) void this.#fetch();
  }

  /** Null gives the trim back to the automatic. */
  async setTrim(trim: { start: number; end: number } | null): Promise<void> {
    await this.change({ trim });
  }

  async change(patch: EpisodePatch): Promise<void> {
    const id = this.#id;
    if (!id || !(await this.#library.change(id, patch))) return;
    await this.refresh();
  }

  /** Asks again how the recipe's sampling falls on this episode. */
  async refresh(): Promise<void> {
    const id = this.#id;
    if (!id) return;
    const sampling = await this.#engine.data.episodeSampling(id, this.#draft.recipe).catch(() => null);
    if (sampling && this.#id === id) this.#sampling = sampling;
  }

  /** Descriptions that a closing tab could only keep as a draft go into the library first. */
  async #recoverWords(id: string): Promise<void> {
    const draft = readDraft(id);
    if (!draft) return;
    const { episode } = await this.#engine.data.episodeSampling(id, this.#draft.recipe);
    if (await this.#library.change(id, { segments: drafted(episode.segments, draft) })) forgetDraft(id);
  }

  async #fetchStrip(id: string, frameCount: number): Promise<void> {
    const share = (i: number) =>
      Math.round(((frameCount - 1) * i) / Math.max(1, Math.min(stripFrames, frameCount) - 1));
    // Short clips have fewer frames than the strip has places.
    const frames = Array.from({ length: Math.min(stripFrames, frameCount) }, (_, i) => share(i));
    const pictures = await this.#engine.data.pictures(id, frames, 128);
    if (this.#id !== id) return pictures.forEach((picture) => picture.bitmap.close());
    this.#setStrip(pictures.map((picture, i) => ({ picture, frame: frames[i] ?? 0 })));
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    while (this.#wanted !== null && this.#id !== null) {
      const frame = this.#wanted;
      const id = this.#id;
      this.#wanted = null;
      const [picture] = await this.#engine.data.pictures(id, [frame], 384).catch(() => []);
      if (!picture) continue;
      const old = this.#picture;
      this.#picture = picture;
      old?.bitmap.close();
    }
    this.#fetching = false;
  }

  #setStrip(strip: readonly StripFrame[]): void {
    const old = this.#strip;
    this.#strip = strip;
    old.forEach(({ picture }) => picture.bitmap.close());
  }
}
