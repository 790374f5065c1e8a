// Why a file was not taken in, in one word for code and one sentence for people. Reading code throws a Refusal; the
// importer turns it into a result, so that one bad file never stops the others.
import * as m from '../words/messages';
import { decimal } from '../base/numbers';

export const REFUSAL_REASONS = [
  'unsupported codec',
  'unreadable',
  'too short',
  'truncated',
  'cancelled',
  'full',
] as const;

export type RefusalReason = (typeof REFUSAL_REASONS)[number];

export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;
  /** Frames that can be read all the same; null where there are none, or too few. */
  readonly readable: number | null;

  /** @param sentence what happened, why, and what to do; shown as it is */
  constructor(reason: RefusalReason, sentence: string, cause?: unknown, readable: number | null = null) {
    super(sentence, { cause });
    this.reason = reason;
    this.readable = readable;
  }
}

/** Throws the refusal `cancelled` once the signal was raised. */
export function refuseIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Refusal('cancelled', m.engine_import_cancelled());
}

/** Bytes as people read them: "3.4 MB", "531 MB", "2.1 GB". */
export function inBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** power;
  return `${power === 0 || scaled >= 100 ? Math.round(scaled) : decimal(scaled.toFixed(1))} ${units[power]}`;
}

/** Seconds as people read them: "0.3 s", "9.8 s", "71 s", "60 min". */
export function inSeconds(seconds: number): string {
  if (seconds >= 600) return `${Math.round(seconds / 60)} min`;
  return `${seconds < 10 ? decimal(Number(seconds.toFixed(1))) : Math.round(seconds)} s`;
}
