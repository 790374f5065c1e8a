// Why a file was not taken in, in one word for code and one sentence for people. Reading code throws a Refusal; the
// importer turns it into a result, so that one bad file never stops the others.

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

  /** @param sentence what happened, why, and what to do; shown as it is */
  constructor(reason: RefusalReason, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.reason = reason;
  }
}

/** Throws the refusal `cancelled` once the signal was raised. */
export function refuseIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new Refusal('cancelled', 'The import was cancelled; nothing of this file was kept.');
}

/** "1 frame", "12 frames". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** Seconds as people read them: "0.3 s", "9.8 s", "71 s". */
export function inSeconds(seconds: number): string {
  return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
}
