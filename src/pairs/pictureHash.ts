// A picture in 64 bits that survive recompression, resizing and a little light, but not a moved arm: the difference hash
// (Krawetz 2013). The picture is averaged to 9 × 8 cells of luminance, and each bit says whether a cell is brighter than
// its neighbour on the right.

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

/** Bits in which two words differ. */
export function differingBits(a: number, b: number): number {
  let x = a ^ b;
  x -= (x >>> 1) & 0x5555_5555;
  x = (x & 0x3333_3333) + ((x >>> 2) & 0x3333_3333);
  return Math.imul((x + (x >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}
