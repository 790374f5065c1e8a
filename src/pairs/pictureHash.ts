// Two measures of how alike pictures are, neither of which minds recompression, resizing or a little light. The
// difference hash (Krawetz 2013) has 64 bits: the picture is averaged to 9 × 8 cells of luminance, and each bit says
// whether a cell is brighter than its neighbour on the right. It is quick, but under a camera that never moves it takes
// one recording for another; a look of 18 × 18 cells, brought to one brightness and contrast, tells those apart.

/** Pictures are read at this size, which both 9 and 8 divide. */
export const HASHED_SIZE = 72;
const COLUMNS = 9;
const ROWS = 8;
const CELL_WIDTH = HASHED_SIZE / COLUMNS;
const CELL_HEIGHT = HASHED_SIZE / ROWS;
/** Rec. 709 luminance in 1/256, so that sums are whole numbers and the same everywhere. */
const LUMINANCE = [54, 183, 19] as const;

/**
 * @param picture [HASHED_SIZE, HASHED_SIZE, 3] bytes
 * @returns two words of 32 bits
 */
export function differenceHash(picture: Uint8Array): [number, number] {
  const cells = new Uint32Array(COLUMNS * ROWS);
  for (let y = 0, at = 0; y < HASHED_SIZE; y++) {
    const row = Math.floor(y / CELL_HEIGHT) * COLUMNS;
    for (let x = 0; x < HASHED_SIZE; x++, at += 3) {
      const [r, g, b] = [picture[at] as number, picture[at + 1] as number, picture[at + 2] as number];
      const cell = row + Math.floor(x / CELL_WIDTH);
      cells[cell] = (cells[cell] as number) + LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b;
    }
  }
  const words: [number, number] = [0, 0];
  for (let bit = 0; bit < 64; bit++) {
    const cell = Math.floor(bit / 8) * COLUMNS + (bit % 8);
    if ((cells[cell] as number) <= (cells[cell + 1] as number)) continue;
    const word = bit < 32 ? 0 : 1;
    words[word] = (words[word] | (1 << (bit % 32))) >>> 0;
  }
  return words;
}

const LOOK_SIDE = 18;
const LOOK_CELL = HASHED_SIZE / LOOK_SIDE;
/** Contrast that looks are brought to: standard deviation in grey levels. */
const LOOK_CONTRAST = 50;

/**
 * @param picture [HASHED_SIZE, HASHED_SIZE, 3] bytes
 * @returns [18, 18] grey levels around 0
 */
export function look(picture: Uint8Array): Float32Array {
  const cells = new Float32Array(LOOK_SIDE * LOOK_SIDE);
  for (let y = 0, at = 0; y < HASHED_SIZE; y++) {
    const row = Math.floor(y / LOOK_CELL) * LOOK_SIDE;
    for (let x = 0; x < HASHED_SIZE; x++, at += 3) {
      const [r, g, b] = [picture[at] as number, picture[at + 1] as number, picture[at + 2] as number];
      const cell = row + Math.floor(x / LOOK_CELL);
      cells[cell] = (cells[cell] as number) + LUMINANCE[0] * r + LUMINANCE[1] * g + LUMINANCE[2] * b;
    }
  }
  const mean = cells.reduce((sum, c) => sum + c, 0) / cells.length;
  const spread = Math.sqrt(cells.reduce((sum, c) => sum + (c - mean) ** 2, 0) / cells.length);
  return cells.map((c) => (spread > 0 ? ((c - mean) / spread) * LOOK_CONTRAST : 0));
}

/** Root-mean-square difference of two looks, in grey levels. */
export function lookDifference(a: Float32Array, b: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < a.length; i++) squares += ((a[i] as number) - (b[i] as number)) ** 2;
  return Math.sqrt(squares / a.length);
}

/** Bits in which two words differ. */
export function differingBits(a: number, b: number): number {
  let x = a ^ b;
  x -= (x >>> 1) & 0x5555_5555;
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
