// The same frames under a task and under its opposite. Whoever reads the task turns the answer with it; whoever only
// knows what usually comes later names the same picture under both.
import { shareInterval, type Interval } from './intervals';
import type { Answer, Judgement } from './metrics';

/** Percentages of all showings: each pair is shown in both orders, and each showing is asked under both instructions. */
export interface CrossedInstructions {
  pairs: number;
  episodes: number;
  rightUnderBoth: number;
  /** The same picture is named under both: right under the own instruction, wrong under the opposite one. */
  ownOnly: number;
  /** The same picture is named under both: wrong under the own instruction, right under the opposite one. */
  counterOnly: number;
  wrongUnderBoth: number;
  /** Showings with at least one unreadable answer. */
  invalid: number;
  /** Percentage of pairs that are right in both orders under both instructions. */
  allFour: number;
  /** 95 % intervals with episodes as clusters; `ignoring` is `ownOnly` and `counterOnly` together. */
  intervals: { rightUnderBoth: Interval; ignoring: Interval; allFour: Interval };
}

type Cell = 'rightUnderBoth' | 'ownOnly' | 'counterOnly' | 'wrongUnderBoth' | 'invalid';

/**
 * Crosses judgements of the same pairs in the same order under both instructions; null without any.
 * @param counter forward shows the less complete frame first, which here is the later one
 * @throws RangeError where the two are not about the same pairs
 */
export function crossInstructions(
  own: readonly Judgement[],
  counter: readonly Judgement[],
): CrossedInstructions | null {
  if (own.length !== counter.length) throw new RangeError(DIFFERENT);
  if (own.length === 0) return null;
  const showings = own.map((row, i) => {
    const other = counter[i];
    if (other?.episode !== row.episode || other.window !== row.window) throw new RangeError(DIFFERENT);
    // The counter-task's reverse order shows the frames as the own task's forward order does.
    const cells = [cellOf(row.forward, other.reverse, 'img2'), cellOf(row.reverse, other.forward, 'img1')] as const;
    return { episode: row.episode, cells };
  });
  const all = showings.flatMap(({ episode, cells }) => cells.map((cell) => ({ episode, cell })));
  const share = (cell: Cell) => (100 * all.filter((showing) => showing.cell === cell).length) / all.length;
  const interval = (hit: (cell: Cell) => boolean) =>
    shareInterval(all.map(({ episode, cell }) => ({ episode, hit: hit(cell) })));
  const four = shareInterval(
    showings.map(({ episode, cells }) => ({ episode, hit: cells.every((cell) => cell === 'rightUnderBoth') })),
  );
  return {
    pairs: own.length,
    episodes: new Set(own.map((row) => row.episode)).size,
    rightUnderBoth: share('rightUnderBoth'),
    ownOnly: share('ownOnly'),
    counterOnly: share('counterOnly'),
    wrongUnderBoth: share('wrongUnderBoth'),
    invalid: share('invalid'),
    allFour: four.estimate ?? 0,
    intervals: {
      rightUnderBoth: interval((cell) => cell === 'rightUnderBoth'),
      ignoring: interval((cell) => cell === 'ownOnly' || cell === 'counterOnly'),
      allFour: four,
    },
  };
}

const DIFFERENT = 'both instructions must be judged on the same pairs in the same order';

/** @param right the answer that is right under the own instruction, and wrong under the opposite one */
function cellOf(own: Answer, counter: Answer, right: 'img1' | 'img2'): Cell {
  if (own === 'invalid' || counter === 'invalid') return 'invalid';
  if (own === right) return counter === right ? 'ownOnly' : 'rightUnderBoth';
  return counter === right ? 'wrongUnderBoth' : 'counterOnly';
}
