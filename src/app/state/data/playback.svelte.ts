// Plays the open episode at the speed at which it was recorded. Where pictures come slower than that, some are left out
// and the speed stays.
import type { EpisodeSampling } from '../../../workers/dataApi';
import type { OpenEpisode } from './openEpisode.svelte';

/** Pictures without a known speed. */
const USUAL_RATE = 10;

export class Playback {
  readonly #open: OpenEpisode;
  #playing = $state(false);
  #episode: string | null = null;
  #request = 0;
  /** Moment at which the frame `#from` was due, in ms. */
  #since = 0;
  #from = 0;
  #last = 0;
  /** Where a stretch that was asked for ends; null plays on. */
  #until: number | null = null;

  constructor(open: OpenEpisode) {
    this.#open = open;
  }

  get playing(): boolean {
    return this.#playing && this.#open.id === this.#episode;
  }

  /** Plays from the scrubber on, or from the beginning where it stands at the end. */
  play(): void {
    const sampling = this.#open.sampling;
    if (!sampling || this.playing) return;
    this.#until = null;
    if (this.#open.frame >= this.#end(sampling, this.#open.frame)) this.#open.seek(sampling.trim.start);
    this.#begin(sampling);
  }

  /** Plays some frames and no more. */
  playStretch(from: number, to: number): void {
    const sampling = this.#open.sampling;
    if (!sampling) return;
    this.pause();
    this.#until = to;
    this.#open.seek(from);
    this.#begin(sampling);
  }

  pause(): void {
    cancelAnimationFrame(this.#request);
    this.#playing = false;
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  #begin({ episode }: EpisodeSampling): void {
    this.#episode = episode.id;
    this.#playing = true;
    this.#start(performance.now());
    this.#request = requestAnimationFrame((now) => this.#turn(now));
  }

  #end({ trim, episode }: EpisodeSampling, from: number): number {
    return this.#until ?? (from < trim.end ? trim.end : episode.frameCount - 1);
  }

  #start(now: number): void {
    this.#since = now;
    this.#from = this.#open.frame;
    this.#last = this.#from;
  }

  #turn(now: number): void {
    const sampling = this.#open.sampling;
    if (!sampling || !this.playing) return this.pause();
    // Somebody moved the scrubber meanwhile: it goes on from there.
    if (this.#open.frame !== this.#last) this.#start(now);
    const end = this.#end(sampling, this.#from);
    const rate = sampling.episode.framesPerSecond ?? USUAL_RATE;
    const frame = Math.min(end, this.#from + Math.max(0, Math.floor(((now - this.#since) * rate) / 1000)));
    if (frame !== this.#last) this.#open.seek(frame);
    this.#last = frame;
    if (frame >= end) return this.pause();
    this.#request = requestAnimationFrame((next) => this.#turn(next));
  }
}
