// Where the two pictures of a judged pair matter: one cell of one picture at a time is covered with that picture's mean
// colour and the pair is judged again, in both orders. What the answer loses is what the cell had said. Any judge will do:
// this file knows no model. Zeiler and Fergus (2014) covered cells so.

/** Logits of img1 and img2 for a pair as it was given, and for the same pair swapped. */
export interface BothOrders {
  shown: readonly [number, number];
  swapped: readonly [number, number];
}

/** Two pictures [S, S, 3] of bytes, as given. */
export type PixelPair = readonly [Uint8Array, Uint8Array];

/** Judges pairs, each in both orders. */
export type JudgePairs = (pairs: readonly PixelPair[]) => Promise<BothOrders[]>;

/** What the pictures say, whatever their order: log-odds that the second given picture is closer to done. */
export function evidence({ shown, swapped }: BothOrders): number {
  return (shown[1] - shown[0] + swapped[0] - swapped[1]) / 2;
}

/** What the order says, whatever the pictures: log-odds for whichever is shown second. */
export function leanOf({ shown, swapped }: BothOrders): number {
  return (shown[1] - shown[0] + swapped[1] - swapped[0]) / 2;
}

export interface OcclusionMap {
  /** Cells along a side. */
  side: number;
  /** Evidence of the pair with nothing covered. */
  base: number;
  /** Log-odds of the pair's order (the lean) with nothing covered. */
  lean: number;
  /**
   * Of each given picture [side · side], row by row: how much the cell makes its own picture look closer to done, in
   * log-odds. Positive: toward done; negative: away from it.
   */
  effects: [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>];
}

/** Most cells along a side up to `most` that are made of whole patches of the vision encoder. */
export function cellsAcross(imageSize: number, patchSize: number, most: number): number {
  const patches = Math.max(1, Math.floor(imageSize / patchSize));
  for (let side = Math.min(most, patches); side > 1; side--) if (patches % side === 0) return side;
  return 1;
}

/** A copy of a picture [S, S, 3] with one cell in its mean colour. */
export function covered(picture: Uint8Array, size: number, side: number, cell: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(picture);
  const colour = meanColour(picture);
  const [row, column] = [Math.floor(cell / side), cell % side];
  const edge = (place: number) => Math.floor((place * size) / side);
  for (let y = edge(row); y < edge(row + 1); y++) {
    for (let x = edge(column); x < edge(column + 1); x++) copy.set(colour, (y * size + x) * 3);
  }
  return copy;
}

function meanColour(picture: Uint8Array): [number, number, number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let i = 0; i < picture.length; i++) sums[i % 3] = (sums[i % 3] ?? 0) + (picture[i] ?? 0);
  return sums.map((sum) => Math.round((3 * sum) / picture.length)) as [number, number, number];
}

export interface OcclusionOptions {
  /** Pixels along a side of the pictures. */
  size: number;
  /** Cells along a side. */
  side: number;
  /** Pairs judged in one go. */
  chunk: number;
  /** Told after every chunk how many covered pairs of how many were judged; a false answer ends early. */
  onJudged?: (done: number, all: number) => boolean;
}

/** The map of a pair, or null where it was ended early. The same pair and judge give the same map. */
export async function occlusionMap(
  pair: PixelPair,
  judge: JudgePairs,
  { size, side, chunk, onJudged = () => true }: OcclusionOptions,
): Promise<OcclusionMap | null> {
  const [plain] = await judge([pair]);
  if (!plain) throw new RangeError('the judge gave no answer');
  const base = evidence(plain);
  const cells = side * side;
  const effects: OcclusionMap['effects'] = [new Float32Array(cells), new Float32Array(cells)];
  const all = 2 * cells;
  for (let from = 0; from < all; from += chunk) {
    const numbers = Array.from({ length: Math.min(chunk, all - from) }, (_, i) => from + i);
    const judged = await judge(numbers.map((number) => coveredPair(pair, size, side, number)));
    numbers.forEach((number, i) => {
      const lost = base - evidence(judged[i] as BothOrders);
      // Evidence speaks for the second picture: what the first one's cells add to it counts against their own picture.
      if (number < cells) effects[0][number] = -lost;
      else effects[1][number - cells] = lost;
    });
    if (!onJudged(Math.min(all, from + chunk), all)) return null;
  }
  return { side, base, lean: leanOf(plain), effects };
}

/** Cells are numbered through both pictures. */
function coveredPair(pair: PixelPair, size: number, side: number, number: number): PixelPair {
  const cells = side * side;
  return number < cells
    ? [covered(pair[0], size, side, number), pair[1]]
    : [pair[0], covered(pair[1], size, side, number - cells)];
}

/** One cell of one of the two pictures. */
export interface Cell {
  picture: 0 | 1;
  /** Counted from 0, from the top left. */
  row: number;
  column: number;
  effect: number;
}

/** All cells of both pictures, row by row. */
export function cellsOf({ side, effects }: Pick<OcclusionMap, 'side' | 'effects'>): Cell[] {
  return effects.flatMap((of, picture) =>
    Array.from(of, (effect, cell) => ({
      picture: picture as 0 | 1,
      row: Math.floor(cell / side),
      column: cell % side,
      effect,
    })),
  );
}

const chance = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));

/** Probability that a cell's own picture is closer to done, with everything shown and with the cell covered. */
export function chances(base: number, { picture, effect }: Pick<Cell, 'picture' | 'effect'>): [number, number] {
  const own = picture === 1 ? base : -base;
  return [chance(own), chance(own - effect)];
}

/** Percentage points of that probability that a cell adds (positive) or takes away. */
export function pointsOf(base: number, cell: Pick<Cell, 'picture' | 'effect'>): number {
  const [shown, hidden] = chances(base, cell);
  return 100 * (shown - hidden);
}

const MOST = 12;
/** Points below which covering a cell is as good as not covering it. */
const LEAST_POINTS = 2;
/** Share of the strongest cell's points that others need. */
const LEAST_SHARE = 0.25;
/** The strongest must have as many times the points of the middle one: covering any cell at all does something. */
const APART = 3;

/** Places of the cells that stand out from the others, strongest first; none where no single place decided it. */
export function standingOut(points: readonly number[]): number[] {
  const places = points.map((_, i) => i).sort((a, b) => Math.abs(points[b] ?? 0) - Math.abs(points[a] ?? 0));
  const size = (place: number | undefined) => (place === undefined ? 0 : Math.abs(points[place] ?? 0));
  const [most, middle] = [size(places[0]), size(places[Math.floor(places.length / 2)])];
  if (most < LEAST_POINTS || most < APART * middle) return [];
  return places.slice(0, MOST).filter((place) => size(place) >= Math.max(LEAST_POINTS, LEAST_SHARE * most));
}
