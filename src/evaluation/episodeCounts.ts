// What an evaluation keeps of each episode: four counts. They are enough to compare two models, or the seeds of one, on
// the same episodes long after the judgements themselves are gone, and they keep a report small.
import { cellOf, type Judgement } from './metrics';

/** Of one episode: pairs judged, pairs right in both orders, forward answers right, reverse answers right. */
export type EpisodeCounts = readonly [pairs: number, bothRight: number, forwardRight: number, reverseRight: number];

/** Counts by episode id. */
export type EpisodeTable = Readonly<Record<string, EpisodeCounts>>;

/** The figures that can be read off a table of counts. */
export type CountedFigure = 'bothRight' | 'average' | 'gap' | 'forward' | 'reverse' | 'lean';

/** Counts of the rows by episode, in order of the ids. */
export function countEpisodes(rows: readonly Judgement[]): EpisodeTable {
  const table = new Map<string, [number, number, number, number]>();
  for (const row of rows) {
    const counts = table.get(row.episode) ?? [0, 0, 0, 0];
    counts[0] += 1;
    counts[1] += Number(cellOf(row) === 'bothRight');
    counts[2] += Number(row.forward === 'img2');
    counts[3] += Number(row.reverse === 'img1');
    table.set(row.episode, counts);
  }
  return Object.fromEntries([...table].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A figure over all episodes of a table, in percent or points; `lean` is forward minus reverse. NaN without pairs. */
export function countedFigure(table: EpisodeTable, figure: CountedFigure): number {
  let [pairs, hits] = [0, 0];
  for (const counts of Object.values(table)) {
    pairs += counts[0];
    hits += figure === 'gap' ? counts[2] - counts[3] : hitsOf(counts, figure);
  }
  const share = (100 * hits) / pairs;
  return figure === 'gap' ? Math.abs(share) : share;
}

/** What an episode adds to a figure: divided by its pairs, its share. */
export function hitsOf(counts: EpisodeCounts, figure: Exclude<CountedFigure, 'gap'>): number {
  const [, bothRight, forward, reverse] = counts;
  switch (figure) {
    case 'bothRight':
      return bothRight;
    case 'forward':
      return forward;
    case 'reverse':
      return reverse;
    case 'average':
      return (forward + reverse) / 2;
    case 'lean':
      return forward - reverse;
  }
}
