// A judgement of two pictures that someone gives: files, a paste, or two moments of an episode.
import { transfer } from 'comlink';
import type { Picture } from '../../workers/dataApi';
import type { JudgeVerdict, ModelChoice } from '../../workers/gpuApi';
import type { Engine } from '../clients/engine';
import type { Notices } from './notices.svelte';

export interface GivenPicture {
  picture: Picture;
  /** "photo.jpg", "Episode 3, frame 120". */
  name: string;
}

type Slots = readonly [GivenPicture | null, GivenPicture | null];

const largestSide = 768;

export class Judging {
  readonly #engine: Engine;
  readonly #notices: Notices;
  #slots = $state.raw<Slots>([null, null]);
  #verdict = $state.raw<JudgeVerdict | null>(null);
  #working = $state(false);
  task = $state('');

  constructor(engine: Engine, notices: Notices) {
    this.#engine = engine;
    this.#notices = notices;
  }

  get slots(): Slots {
    return this.#slots;
  }

  get verdict(): JudgeVerdict | null {
    return this.#verdict;
  }

  get working(): boolean {
    return this.#working;
  }

  get ready(): boolean {
    return this.#slots[0] !== null && this.#slots[1] !== null && this.task.trim() !== '' && !this.#working;
  }

  /** Takes a picture file into the first (0) or second (1) place. */
  async takeFile(slot: 0 | 1, file: File): Promise<void> {
    const todo = 'Choose a JPEG, PNG or WebP picture.';
    await this.#notices.attempt(`“${file.name}” is not a picture that this browser can read.`, todo, async () => {
      const whole = await createImageBitmap(file);
      const scale = Math.min(1, largestSide / Math.max(whole.width, whole.height));
      const bitmap = await createImageBitmap(whole, {
        resizeWidth: Math.max(1, Math.round(whole.width * scale)),
        resizeHeight: Math.max(1, Math.round(whole.height * scale)),
        resizeQuality: 'high',
      });
      const aspect = whole.width / whole.height;
      whole.close();
      this.#put(slot, { picture: { bitmap, aspect }, name: file.name || 'pasted picture' });
    });
  }

  /** The first free place, else the second. */
  get nextSlot(): 0 | 1 {
    return this.#slots[0] === null ? 0 : 1;
  }

  async takeMoment(slot: 0 | 1, episodeId: string, name: string, frame: number): Promise<void> {
    await this.#notices.attempt('This moment could not be read.', 'Choose another moment.', async () => {
      const [picture] = await this.#engine.data.pictures(episodeId, [frame], 384);
      if (picture) this.#put(slot, { picture, name: `${name}, frame ${frame}` });
    });
  }

  clear(slot: 0 | 1): void {
    this.#put(slot, null);
  }

  swap(): void {
    this.#slots = [this.#slots[1], this.#slots[0]];
    this.#verdict = null;
  }

  async judge(model: ModelChoice, kind: 'cot' | 'tag'): Promise<void> {
    const [first, second] = this.#slots;
    if (!first || !second || this.#working) return;
    this.#working = true;
    this.#verdict = null;
    const todo = 'Choose another model, or try again when the run has moved on.';
    this.#verdict = await this.#notices.attempt('The model gave no answer.', todo, async () => {
      const pictures: [ImageBitmap, ImageBitmap] = await Promise.all([
        createImageBitmap(first.picture.bitmap),
        createImageBitmap(second.picture.bitmap),
      ]);
      await this.#engine.connected;
      const request = { model, task: this.task.trim(), pictures, kind };
      return this.#engine.gpu.judge(transfer(request, pictures));
    });
    this.#working = false;
  }

  #put(slot: 0 | 1, given: GivenPicture | null): void {
    this.#slots[slot]?.picture.bitmap.close();
    this.#slots = slot === 0 ? [given, this.#slots[1]] : [this.#slots[0], given];
    this.#verdict = null;
  }
}
