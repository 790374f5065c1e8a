// Stretches of an episode in which it goes backwards or nowhere: as the judge sees them, and as they are known to be.

/** Steps `from` … `until` (until not included); step k leads from frame k to frame k + 1. */
export interface Stretch {
  from: number;
  until: number;
}

/**
 * A stretch of steps back is marked from this sum of their certainties on, about as many steps that are quite certain. Chosen
 * on validation episodes of the simulator (`lostOf`); docs/reward.md has what it reaches on others.
 */
export const LOST = 11.5;

/** Stretches that the judge takes for steps back. @param critic [T − 1] signed certainty of each step */
export function seenRegressions(critic: ArrayLike<number>, lost = LOST): Stretch[] {
  return stretches(critic.length, (k) => (critic[k] ?? 0) < 0).filter(({ from, until }) => {
    let sum = 0;
    for (let k = from; k < until; k++) sum -= critic[k] ?? 0;
    return sum >= lost;
  });
}

/** Flat steps between two falls of the truth that belong to one undoing: the hand comes for the thing again. */
const KNOWN_GAP = 8;
/** Rounding is no fall. */
const FALL = 1e-6;

/** Stretches in which true progress falls. @param truth [T] @param shortest steps */
export function knownRegressions(truth: ArrayLike<number>, shortest: number): Stretch[] {
  const change = (k: number) => (truth[k + 1] ?? 0) - (truth[k] ?? 0);
  const found: Stretch[] = [];
  for (const one of stretches(truth.length - 1, (k) => change(k) < -FALL)) {
    const last = found.at(-1);
    const between = last && Array.from({ length: one.from - last.until }, (_, i) => change(last.until + i));
    if (last && between && between.length <= KNOWN_GAP && between.every((rise) => rise <= FALL)) last.until = one.until;
    else found.push(one);
  }
  return found.filter(({ from, until }) => until - from >= shortest);
}

/** Stretches of at least `shortest` steps in which the truth does not change, before it is 1. */
export function knownStalls(truth: ArrayLike<number>, shortest: number): Stretch[] {
  const still = (k: number) => Math.abs((truth[k + 1] ?? 0) - (truth[k] ?? 0)) <= FALL && (truth[k] ?? 0) < 1;
  return stretches(truth.length - 1, still).filter(({ from, until }) => until - from >= shortest);
}

function stretches(steps: number, isIn: (k: number) => boolean): Stretch[] {
  const found: Stretch[] = [];
  for (let k = 0; k < steps; k++) {
    if (!isIn(k)) continue;
    const last = found.at(-1);
    if (last?.until === k) last.until = k + 1;
    else found.push({ from: k, until: k + 1 });
  }
  return found;
}

/** What a search found of what there is. */
export interface Found {
  /** Of what there is, how many were found. */
  known: number;
  found: number;
  /** Of what was marked, how many are there. */
  marked: number;
  right: number;
}

/** Steps that a mark may lie off: windows blur their ends. */
const SLACK = 2;

/** A mark and what there is belong together where they share at least a step, within two steps. */
export function matched(marks: readonly Stretch[], known: readonly Stretch[]): Found {
  const meet = (a: Stretch, b: Stretch) => a.from < b.until + SLACK && b.from < a.until + SLACK;
  return {
    known: known.length,
    found: known.filter((one) => marks.some((mark) => meet(mark, one))).length,
    marked: marks.length,
    right: marks.filter((mark) => known.some((one) => meet(mark, one))).length,
  };
}
