// The two kinds of refusal this folder speaks: a file that must not be trusted, and storage that did not do what was
// asked. Both carry a sentence for people. The kind is in `name`, because that is what survives the way from a worker
// to the page.

/** A file from outside was refused; the message says what is wrong with it. Nothing was changed. */
export class BadFile extends Error {
  override readonly name = 'BadFile';
}

export type StorageProblemKind =
  /** No room on the disk or in the browser's quota, even after old checkpoints were dropped. */
  | 'StorageFull'
  /** Another tab holds the run. */
  | 'RunBusy'
  /** Another tab took the run over, or deleted it: this one may not write any more. */
  | 'RunTaken'
  | 'RunMissing'
  | 'RunExists'
  | 'NoCheckpoint'
  | 'DamagedCheckpoint'
  /** NaN, infinity or parts that do not fit the parameter table: never written. */
  | 'BadSnapshot'
  /** The database was written by a newer version, or another tab waits to update it. */
  | 'UpdateNeeded'
  /** The browser's storage cannot be opened or died twice. */
  | 'StorageBroken';

export class StorageProblem extends Error {
  override readonly name: StorageProblemKind;

  constructor(kind: StorageProblemKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = kind;
  }
}

/** True for a StorageProblem of that kind, also after it crossed a worker boundary as a plain Error. */
export function isProblem(error: unknown, kind: StorageProblemKind): boolean {
  return error instanceof Error && error.name === kind;
}
