// Cheap features of pictures, for judges that do not look at what is done. Pictures are [size, size, 3] bytes, sRGB.

/** Mean red, green and blue of [size, size, 3] bytes, in [0, 1]. */
export function brightness(picture: Uint8Array): number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < picture.length; i++) sums[i % 3] = (sums[i % 3] ?? 0) + (picture[i] ?? 0);
  return sums.map((sum) => (3 * sum) / (255 * picture.length));
}

/** Bytes that a picture takes as deflated differences between neighbouring pixels, as a PNG stores it. */
export async function fileSize(picture: Uint8Array, size: number): Promise<number> {
  const differences = picture.map((value, i) => value - (i % (size * 3) < 3 ? 0 : (picture[i - 3] ?? 0)));
  const stream = new Blob([differences]).stream().pipeThrough(new CompressionStream('deflate'));
  return (await new Response(stream).arrayBuffer()).byteLength;
}

const BLOCK = 8;
const REACH = 4;
/** A block with less contrast than this (mean absolute deviation in grey levels) has no direction to find. */
const FLAT = 3;

/**
 * Mean optical flow from one [size, size, 3] picture to another by block matching, in pixels: to the right, downwards,
 * and outwards from the middle.
 */
export function meanFlow(from: Uint8Array, to: Uint8Array, size: number): [number, number, number] {
  const [a, b] = [grey(from), grey(to)];
  let [right, down, out, blocks] = [0, 0, 0, 0];
  for (let y = 0; y + BLOCK <= size; y += BLOCK) {
    for (let x = 0; x + BLOCK <= size; x += BLOCK) {
      if (contrast(a, size, x, y) < FLAT) continue;
      const [dx, dy] = match(a, b, size, x, y);
      const [cx, cy] = [(2 * (x + BLOCK / 2)) / size - 1, (2 * (y + BLOCK / 2)) / size - 1];
      right += dx;
      down += dy;
      out += dx * cx + dy * cy;
      blocks++;
    }
  }
  const many = Math.max(1, blocks);
  return [right / many, down / many, out / many];
}

function grey(picture: Uint8Array): Float32Array {
  const plane = new Float32Array(picture.length / 3);
  for (let i = 0; i < plane.length; i++) {
    plane[i] = ((picture[3 * i] ?? 0) + 2 * (picture[3 * i + 1] ?? 0) + (picture[3 * i + 2] ?? 0)) / 4;
  }
  return plane;
}

function contrast(plane: Float32Array, size: number, x: number, y: number): number {
  let [sum, spread] = [0, 0];
  for (let i = 0; i < BLOCK * BLOCK; i++) sum += plane[(y + (i >> 3)) * size + x + (i & 7)] ?? 0;
  const mean = sum / (BLOCK * BLOCK);
  for (let i = 0; i < BLOCK * BLOCK; i++) spread += Math.abs((plane[(y + (i >> 3)) * size + x + (i & 7)] ?? 0) - mean);
  return spread / (BLOCK * BLOCK);
}

/** The shift under which a block is found again; the shorter one where two fit equally well. */
function match(a: Float32Array, b: Float32Array, size: number, x: number, y: number): [number, number] {
  let best: [number, number] = [0, 0];
  let least = Infinity;
  for (let dy = -REACH; dy <= REACH; dy++) {
    for (let dx = -REACH; dx <= REACH; dx++) {
      if (x + dx < 0 || y + dy < 0 || x + dx + BLOCK > size || y + dy + BLOCK > size) continue;
      let cost = 0.01 * (dx * dx + dy * dy);
      for (let i = 0; i < BLOCK * BLOCK && cost < least; i++) {
        const place = (y + (i >> 3)) * size + x + (i & 7);
        cost += Math.abs((a[place] ?? 0) - (b[place + dy * size + dx] ?? 0));
      }
      if (cost < least) [least, best] = [cost, [dx, dy]];
    }
  }
  return best;
}
