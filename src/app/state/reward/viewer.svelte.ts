// The picture at the scrubber, and playing: an episode is walked along its raw frames, and the curve knows every tenth or
// so of them. Where pictures come slowly, some are left out.
import type { Episode } from '../../../episodes/episode';
import type { Picture } from '../../../workers/dataApi';
import type { Engine } from '../../clients/engine';
import { ScrubbedPicture } from '../scrubbedPicture.svelte';

/** Frames in a second where nobody knows. */
const USUAL_RATE = 10;

export class Viewer {
  readonly #shown: ScrubbedPicture;
  #episode = $state.raw<Episode | null>(null);
  #frames = $state.raw<readonly number[]>([]);
  #frame = $state(0);
  #playing = $state(false);
  #request = 0;
  #since = 0;
  #from = 0;
  readonly #place = $derived.by(() => {
    const before = this.#frames.findLastIndex((frame) => frame <= this.#frame);
    const [a, b] = [this.#frames[before], this.#frames[before + 1]];
    if (a === undefined) return 0;
    return b !== undefined && b - this.#frame < this.#frame - a ? before + 1 : before;
  });

  constructor(engine: Engine) {
    this.#shown = new ScrubbedPicture((id, frames, size) => engine.data.pictures(id, frames, size));
  }

  get picture(): Picture | null {
    return this.#shown.picture;
  }

  get trouble(): string | null {
    return this.#shown.trouble;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** The raw frame at the scrubber. */
  get frame(): number {
    return this.#frame;
  }

  get frames(): readonly number[] {
    return this.#frames;
  }

  /** The place among the frames of the curve that is nearest. */
  get place(): number {
    return this.#place;
  }

  /** A share of a place: where the scrubber stands between two. */
  get at(): number {
    const [first = 0, second = 1] = this.#frames;
    const step = Math.max(1, second - first);
    return Math.min(Math.max(0, (this.#frame - first) / step), Math.max(0, this.#frames.length - 1));
  }

  open(episode: Episode, frames: readonly number[]): void {
    this.pause();
    this.#episode = episode;
    this.#frames = frames;
    this.#shown.forgetTrouble();
    this.#seek(frames[0] ?? 0);
  }

  /** Moves the scrubber to a place of the curve. */
  goTo(place: number): void {
    this.pause();
    this.#seek(this.#frames[Math.min(Math.max(0, place), this.#frames.length - 1)] ?? 0);
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.#play();
  }

  pause(): void {
    cancelAnimationFrame(this.#request);
    this.#playing = false;
  }

  #play(): void {
    const last = this.#frames.at(-1);
    if (!this.#episode || last === undefined) return;
    if (this.#frame >= last) this.#seek(this.#frames[0] ?? 0);
    this.#playing = true;
    this.#since = performance.now();
    this.#from = this.#frame;
    this.#request = requestAnimationFrame((now) => this.#turn(now, last));
  }

  #turn(now: number, last: number): void {
    if (!this.#playing) return;
    const rate = this.#episode?.framesPerSecond ?? USUAL_RATE;
    const frame = Math.min(last, this.#from + Math.max(0, Math.floor(((now - this.#since) * rate) / 1000)));
    if (frame !== this.#frame) this.#seek(frame);
    if (frame >= last) return this.pause();
    this.#request = requestAnimationFrame((next) => this.#turn(next, last));
  }

  #seek(frame: number): void {
    this.#frame = frame;
    if (this.#episode) this.#shown.show(this.#episode.id, frame);
  }
}
