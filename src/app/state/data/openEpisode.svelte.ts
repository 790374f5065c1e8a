// The episode that is open in Data: the picture under the scrubber, how it is sampled, and its trim.
import type { EpisodePatch, EpisodeSampling, Picture } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import { drafted, forgetDraft, readDraft } from './annotationDraft';
import type { Library } from './library.svelte';
import type { RecipeDraft } from '../recipeDraft.svelte';
import { ScrubbedPicture } from '../scrubbedPicture.svelte';

export class OpenEpisode {
  readonly #engine: Engine;
  readonly #shown: ScrubbedPicture;
  readonly #library: Library;
  readonly #draft: RecipeDraft;
  #id = $state<string | null>(null);
  #sampling = $state.raw<EpisodeSampling | null>(null);
  #frame = $state(0);
  #trouble = $state<string | null>(null);

  constructor(engine: Engine, library: Library, draft: RecipeDraft) {
    this.#engine = engine;
    this.#shown = new ScrubbedPicture((id, frames, size) => engine.data.pictures(id, frames, size));
    this.#library = library;
    this.#draft = draft;
  }

  get id(): string | null {
    return this.#id;
  }

  get sampling(): EpisodeSampling | null {
    return this.#sampling;
  }

  /** The raw frame under the scrubber. */
  get frame(): number {
    return this.#frame;
  }

  get picture(): Picture | null {
    return this.#shown.picture;
  }

  get trouble(): string | null {
    return this.#trouble ?? this.#shown.trouble;
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
    this.#shown.forgetTrouble();
    try {
      await this.#recoverWords(id);
      const sampling = await this.#engine.data.episodeSampling(id, this.#draft.recipe);
      if (this.#id !== id) return;
      this.#sampling = sampling;
      this.seek(sampling.trim.start);
    } catch (error) {
      if (this.#id === id) this.#trouble = error instanceof Error ? error.message : String(error);
    }
  }

  close(): void {
    this.#id = null;
    this.#sampling = null;
  }

  /** Moves the scrubber; of several quick moves only the last is drawn. */
  seek(frame: number): void {
    this.#frame = frame;
    if (this.#id !== null) this.#shown.show(this.#id, frame);
  }

  /** Null gives the trim back to the automatic. */
  async setTrim(trim: { start: number; end: number } | null): Promise<void> {
    await this.change({ trim });
  }

  async change(patch: EpisodePatch): Promise<void> {
    const id = this.#id;
    const episode = this.#sampling?.episode;
    if (!id || episode?.id !== id) return;
    // Descriptions have a history of their own.
    if ('segments' in patch) {
      if (await this.#library.change(id, patch)) await this.refresh();
      return;
    }
    await this.#library.edit(episode, patch, async () => {
      if (this.#id === id) await this.refresh();
    });
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
}
