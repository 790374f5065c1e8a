// How far a piece of work is, and how long it still takes.

export interface Work {
  /** In [0, 1]. */
  share: number;
  secondsLeft: number | null;
  isCancelled: boolean;
}

export const BEGUN: Work = { share: 0, secondsLeft: null, isCancelled: false };

/** Before so many seconds nothing can be said. */
const SOON = 2;

/** @param began in ms, as `performance.now()` has it */
export function workAt(work: Work, share: number, began: number): Work {
  const seconds = (performance.now() - began) / 1000;
  return { ...work, share, secondsLeft: seconds > SOON && share > 0 ? (seconds * (1 - share)) / share : null };
}
