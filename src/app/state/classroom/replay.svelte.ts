// A recorded lesson as it is played: loaded when it is first asked for, then moved on ten times a second at its own pace or
// ten times as fast.
import * as m from '../../../words/messages';
import { parseRecording, pointAt, type RecordedPoint, type Recording } from '../../recipes/recording';
import { sentenceOf } from '../notices.svelte';

export const SPEEDS = [1, 10] as const;
export type Speed = (typeof SPEEDS)[number];

const tickMs = 100;

export class Replay {
  #recording = $state.raw<Recording | null>(null);
  #trouble = $state.raw<(() => string) | null>(null);
  #loading = $state(false);
  #playing = $state(false);
  #speed = $state<Speed>(10);
  #seconds = $state(0);
  #begun = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #index = $derived(this.#recording ? pointAt(this.#recording.points, this.#seconds) : 0);

  /** Null until it was first played. */
  get recording(): Recording | null {
    return this.#recording;
  }

  /** Why it cannot be played, in words. */
  get trouble(): string | null {
    return this.#trouble?.() ?? null;
  }

  get loading(): boolean {
    return this.#loading;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** It has been played, be it to its end; false again once it was put away. */
  get begun(): boolean {
    return this.#begun;
  }

  get atEnd(): boolean {
    return this.#begun && this.#seconds >= this.length;
  }

  get speed(): Speed {
    return this.#speed;
  }

  set speed(speed: Speed) {
    this.#speed = speed;
  }

  /** Place in the recording, in its own seconds. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Length of the recording in its own seconds. */
  get length(): number {
    return this.#recording?.points.at(-1)?.seconds ?? 0;
  }

  /** What has been played of it so far. */
  get points(): readonly RecordedPoint[] {
    return this.#begun ? (this.#recording?.points.slice(0, this.#index + 1) ?? []) : [];
  }

  /** The look that is shown; null before it was played. */
  get point(): RecordedPoint | null {
    return this.points.at(-1) ?? null;
  }

  /** Plays on, or from the beginning where it had ended; pauses where it plays. */
  async toggle(): Promise<void> {
    if (this.#playing) return this.pause();
    await this.#load();
    if (!this.#recording) return;
    if (this.atEnd) this.#seconds = 0;
    this.#begun = true;
    this.#playing = true;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#move((tickMs / 1000) * this.#speed), tickMs);
  }

  pause(): void {
    this.#playing = false;
    clearInterval(this.#timer);
  }

  /** To a moment of the recording, in its own seconds. */
  goTo(seconds: number): void {
    this.#seconds = Math.max(0, Math.min(this.length, seconds));
  }

  /** Puts it away: nothing recorded is shown any more. */
  close(): void {
    this.pause();
    this.#begun = false;
    this.#seconds = 0;
  }

  #move(seconds: number): void {
    this.goTo(this.#seconds + seconds);
    if (this.atEnd) this.pause();
  }

  async #load(): Promise<void> {
    if (this.#recording || this.#loading) return;
    this.#loading = true;
    this.#trouble = null;
    try {
      const response = await fetch('recorded/cure.json');
      const { status } = response;
      if (response.ok) this.#recording = parseRecording(await response.json());
      else this.#trouble = () => m.start_recording_missing({ status });
    } catch (error) {
      this.#trouble = () => sentenceOf(error);
    } finally {
      this.#loading = false;
    }
  }
}
