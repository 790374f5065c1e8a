// Stretches of an episode in which it goes backwards or nowhere: as the judge sees them, and as they are known to be.

/** Steps `from` … `until` (until not included); step k leads from frame k to frame k + 1. */
export interface Stretch {
  from: number;
  until: number;
}

export interface RegressionRule {
  /** Steps whose signed certainty lies below minus this count as counterproductive. */
  certainty: number;
  /** So many steps in between that do not count are passed over. */
  gap: number;
  /** Shorter stretches are not marked. */
  shortest: number;
}

/** Chosen on validation episodes of the simulator; docs/experiments.md has the figures. */
export const REGRESSION_RULE: RegressionRule = { certainty: 0.6, gap: 3, shortest: 10 };

/** Stretches that the judge takes for steps back. @param critic [T − 1] signed certainty of each step */
export function seenRegressions(critic: ArrayLike<number>, rule: RegressionRule = REGRESSION_RULE): Stretch[] {
  const back = (k: number) => (critic[k] ?? 0) < -rule.certainty;
  return stretches(critic.length, back, rule.gap).filter(({ from, until }) => until - from >= rule.shortest);
}

/** Flat steps between two falls of the truth that belong to one undoing: the hand comes for the thing again. */
const KNOWN_GAP = 8;
/** Rounding is no fall. */
const FALL = 1e-6;

/** Stretches in which true progress falls. @param truth [T] @param shortest steps */
export function knownRegressions(truth: ArrayLike<number>, shortest: number): Stretch[] {
  const change = (k: number) => (truth[k + 1] ?? 0) - (truth[k] ?? 0);
  const found: Stretch[] = [];
  for (const one of stretches(truth.length - 1, (k) => change(k) < -FALL, 0)) {
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
  return stretches(truth.length - 1, still, 0).filter(({ from, until }) => until - from >= shortest);
}

function stretches(steps: number, isIn: (k: number) => boolean, gap: number): Stretch[] {
  const found: Stretch[] = [];
  for (let k = 0; k < steps; k++) {
    if (!isIn(k)) continue;
    const last = found.at(-1);
    if (last && k - last.until <= gap) last.until = k + 1;
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
