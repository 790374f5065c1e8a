// One or two rollouts under one scrubber: the picture of each at the tick that is shown, and playing.
import type { Picture } from '../../../workers/dataApi';
import { sentenceOf } from '../notices.svelte';
import { TICKS_PER_SECOND } from './outcome';
import type { SafetyPort } from './port';

/** Pixels in a row of a picture. */
const pictureSize = 384;
/** It plays so many times as fast as the world goes. */
export const SPEED = 2;

/** A rollout's pictures; of several quick moves only the last is drawn. */
export class Reel {
  readonly id: string;
  readonly ticks: number;
  readonly #pictures: SafetyPort['pictures'];
  #picture = $state.raw<Picture | null>(null);
  #trouble = $state<string | null>(null);
  #wanted: number | null = null;
  #fetching = false;
  #closed = false;

  constructor(pictures: SafetyPort['pictures'], id: string, ticks: number) {
    this.#pictures = pictures;
    this.id = id;
    this.ticks = ticks;
  }

  get picture(): Picture | null {
    return this.#picture;
  }

  /** Why there is no picture, in words. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** After its end a rollout stands still. */
  show(tick: number): void {
    this.#wanted = Math.min(tick, this.ticks - 1);
    if (!this.#fetching) void this.#fetch();
  }

  close(): void {
    this.#closed = true;
    this.#take(null);
  }

  async #fetch(): Promise<void> {
    this.#fetching = true;
    while (this.#wanted !== null && !this.#closed) {
      const tick = this.#wanted;
      this.#wanted = null;
      try {
        const [picture] = await this.#pictures(this.id, [tick], pictureSize);
        if (this.#closed) picture?.bitmap.close();
        else if (picture) this.#take(picture);
        this.#trouble = null;
      } catch (error) {
        this.#trouble = sentenceOf(error);
      }
    }
    this.#fetching = false;
  }

  #take(picture: Picture | null): void {
    const old = this.#picture;
    this.#picture = picture;
    old?.bitmap.close();
  }
}

export class Film {
  readonly #pictures: SafetyPort['pictures'];
  #reels = $state.raw<readonly Reel[]>([]);
  #tick = $state(0);
  #playing = $state(false);
  readonly #last = $derived(Math.max(0, ...this.#reels.map(({ ticks }) => ticks - 1)));
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(pictures: SafetyPort['pictures']) {
    this.#pictures = pictures;
  }

  get reels(): readonly Reel[] {
    return this.#reels;
  }

  get tick(): number {
    return this.#tick;
  }

  /** The last tick of the longer rollout. */
  get last(): number {
    return this.#last;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Shows these rollouts; what was shown already stays. */
  load(rollouts: readonly { id: string; ticks: number }[]): void {
    const kept = rollouts.map(
      ({ id, ticks }) => this.#reels.find((reel) => reel.id === id) ?? new Reel(this.#pictures, id, ticks),
    );
    for (const reel of this.#reels) if (!kept.includes(reel)) reel.close();
    this.#reels = kept;
    this.#move(Math.min(this.#tick, this.#last));
  }

  /** Moves the scrubber; it plays no longer. */
  seek(tick: number): void {
    this.pause();
    this.#move(Math.min(Math.max(0, tick), this.#last));
  }

  play(): void {
    if (this.#playing || this.#last === 0) return;
    if (this.#tick >= this.#last) this.#move(0);
    this.#playing = true;
    this.#timer = setInterval(() => this.#turn(), 1000 / (TICKS_PER_SECOND * SPEED));
  }

  pause(): void {
    clearInterval(this.#timer);
    this.#playing = false;
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  #turn(): void {
    this.#move(Math.min(this.#last, this.#tick + 1));
    if (this.#tick >= this.#last) this.pause();
  }

  #move(tick: number): void {
    this.#tick = tick;
    for (const reel of this.#reels) reel.show(tick);
  }
}
