// One line of the import list: its state, its rate and time left (pauses do not count), and its reports in good time.
import type { EpisodeChange } from './episode';
import { Refusal } from './refusal';
import type { RefusalReason } from './refusal';
import type { ReadProgress } from './video';
import * as m from '../words/messages';
import { many } from '../base/numbers';

export interface ImportEntry {
  /** Names the line within its import; paths may come twice. */
  number: number;
  /** Path of the file, or of the folder of an image episode. */
  path: string;
  state: 'queued' | 'reading' | 'paused' | 'done' | 'refused' | 'ignored' | 'duplicate';
  /** Size of what is to be read, by which shares of a whole import are weighed. */
  bytes: number;
  /** Share done in [0, 1], null where the length is not known. */
  progress: number | null;
  /** Frames decoded in a second of this import. */
  framesPerSecond: number | null;
  secondsLeft: number | null;
  /** What happened, in words; for refused files why and what to do. */
  sentence: string;
  episodeId: string | null;
  reason: RefusalReason | null;
  /** What a list says of episodes that were here already. */
  changes: EpisodeChange[];
  /** Frames of a damaged recording that can be read all the same; null where there are none. */
  readable: number | null;
}

const REPORT_MS = 100;

export class ImportLine {
  readonly entry: ImportEntry;
  readonly #onEntry: ((entry: ImportEntry) => void) | undefined;
  #started = 0;
  #reported = 0;
  #pausedAt = 0;

  constructor(number: number, path: string, bytes: number, onEntry: ((entry: ImportEntry) => void) | undefined) {
    this.#onEntry = onEntry;
    this.entry = {
      number,
      path,
      state: 'queued',
      bytes,
      progress: null,
      framesPerSecond: null,
      secondsLeft: null,
      sentence: m.engine_import_waiting(),
      episodeId: null,
      reason: null,
      changes: [],
      readable: null,
    };
    this.#send();
  }

  start(): void {
    this.#started = performance.now();
    Object.assign(this.entry, { state: 'reading', progress: 0, reason: null, sentence: m.engine_import_reading() });
    this.#send();
  }

  report({ done, total }: ReadProgress): void {
    const now = performance.now();
    if (now - this.#reported < REPORT_MS) return;
    this.#reported = now;
    const rate = done / Math.max((now - this.#started) / 1000, 1e-3);
    this.entry.progress = total === null ? null : done / total;
    this.entry.framesPerSecond = rate;
    this.entry.secondsLeft = total === null ? null : (total - done) / rate;
    const frames = total === null ? m.engine_import_unknown_frames() : m.engine_of_frames(many(total));
    this.entry.sentence = m.engine_import_done_of({ done, frames });
    this.#send();
  }

  /** @param why where it was not the visitor who paused */
  pause(why: Refusal | null): void {
    this.#pausedAt = performance.now();
    Object.assign(this.entry, { state: 'paused', framesPerSecond: null, secondsLeft: null });
    if (why) Object.assign(this.entry, { sentence: why.message, reason: why.reason });
    this.#send();
  }

  resume(): void {
    this.#started += performance.now() - this.#pausedAt;
    Object.assign(this.entry, { state: 'reading', reason: null });
    this.#send();
  }

  end(state: 'done' | 'ignored' | 'duplicate', sentence: string, episodeId: string | null = null): void {
    Object.assign(this.entry, { state, sentence, episodeId, progress: 1, secondsLeft: 0 });
    this.#send();
  }

  endList(sentence: string, changes: EpisodeChange[]): void {
    this.entry.changes = changes;
    this.end('done', sentence);
  }

  refuse(error: unknown): void {
    const known = error instanceof Refusal;
    Object.assign(this.entry, {
      state: 'refused',
      reason: known ? error.reason : 'unreadable',
      episodeId: null,
      sentence: known ? error.message : m.engine_import_unread({ error: String(error) }),
      secondsLeft: null,
      readable: known ? error.readable : null,
    });
    this.#send();
  }

  #send(): void {
    this.#onEntry?.({ ...this.entry });
  }
}
