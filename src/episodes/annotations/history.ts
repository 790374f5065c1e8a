// What was edited, so that every edit can be taken back and done again. A step may change several episodes, as reading
// a file does; steps with the same key run together, as the letters of one description do.
import type { Segment } from '../episode';

export interface Change {
  episode: string;
  before: readonly Segment[];
  after: readonly Segment[];
}

export interface Step {
  /** What was done, to be read after "Undo:". */
  what: string;
  changes: readonly Change[];
  /** Steps that follow each other with the same key are one; null never joins. */
  key: string | null;
}

export interface History {
  past: readonly Step[];
  future: readonly Step[];
}

export const NO_HISTORY: History = { past: [], future: [] };

const MOST_STEPS = 500;

/** The history after a new step; what was taken back before it can no longer be done again. */
export function did(history: History, step: Step): History {
  const last = history.past.at(-1);
  if (last && step.key !== null && last.key === step.key) {
    return { past: [...history.past.slice(0, -1), joined(last, step)], future: [] };
  }
  return { past: [...history.past, step].slice(-MOST_STEPS), future: [] };
}

/** The history without its last step, and the episodes' stretches as they were before it; null where nothing is left. */
export function undone(history: History): { history: History; step: Step; restore: Change[] } | null {
  const step = history.past.at(-1);
  if (!step) return null;
  const restore = step.changes.map(({ episode, before, after }) => ({ episode, before: after, after: before }));
  return { history: { past: history.past.slice(0, -1), future: [...history.future, step] }, step, restore };
}

/** The opposite of `undone`. */
export function redone(history: History): { history: History; step: Step; restore: Change[] } | null {
  const step = history.future.at(-1);
  if (!step) return null;
  // Taken back and done again, a step has an end: what is typed next is a step of its own.
  const past = [...history.past, { ...step, key: null }];
  return { history: { past, future: history.future.slice(0, -1) }, step, restore: [...step.changes] };
}

function joined(first: Step, second: Step): Step {
  const changes = second.changes.map((change) => {
    const earlier = first.changes.find(({ episode }) => episode === change.episode);
    return earlier ? { ...change, before: earlier.before } : change;
  });
  return { ...second, changes };
}
