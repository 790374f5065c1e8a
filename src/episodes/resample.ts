// Pictures from one size to another as plain arithmetic on bytes, the same in every browser: area averages when they
// get smaller (every source pixel counts by the area it covers, so that nothing small flickers in and out), bilinear
// when they get larger.

/** For each target place: first source place, and the weights of it and those that follow. */
interface Axis {
  first: Int32Array;
  count: Int32Array;
  weights: Float32Array;
  stride: number;
}

const axes = new Map<string, Axis>();

function axisOf(from: number, to: number): Axis {
  const key = `${from}:${to}`;
  const known = axes.get(key);
  if (known) return known;
  const stride = to <= from ? Math.ceil(from / to) + 1 : 2;
  const axis: Axis = {
    first: new Int32Array(to),
    count: new Int32Array(to),
    weights: new Float32Array(to * stride),
    stride,
  };
  for (let target = 0; target < to; target++) {
    if (to <= from) {
      const begin = (target * from) / to;
      const end = ((target + 1) * from) / to;
      const first = Math.floor(begin);
      const last = Math.min(from, Math.ceil(end - 1e-9));
      axis.first[target] = first;
      axis.count[target] = last - first;
      for (let source = first; source < last; source++) {
        const covered = Math.min(end, source + 1) - Math.max(begin, source);
        axis.weights[target * stride + source - first] = covered / (end - begin);
      }
    } else {
      const centre = ((target + 0.5) * from) / to - 0.5;
      const first = Math.min(Math.max(Math.floor(centre), 0), from - 1);
      const share = Math.min(Math.max(centre - first, 0), 1);
      const pair = first + 1 < from;
      axis.first[target] = first;
      axis.count[target] = pair ? 2 : 1;
      axis.weights[target * stride] = pair ? 1 - share : 1;
      if (pair) axis.weights[target * stride + 1] = share;
    }
  }
  if (axes.size > 64) axes.clear();
  axes.set(key, axis);
  return axis;
}

/**
 * Resizes one picture.
 * @param source at least [height, width, channels] bytes from `offset` on
 * @param channels values a pixel in the source; only the first three are read
 * @param target receives [size, size, 3] bytes from `targetOffset` on
 */
export function resizeToSquare(
  source: Uint8Array | Uint8ClampedArray,
  offset: number,
  width: number,
  height: number,
  channels: number,
  size: number,
  target: Uint8Array,
  targetOffset: number,
): void {
  const plane = new Float32Array(size * size);
  for (let channel = 0; channel < 3; channel++) {
    averagePlane(source, offset + channel, width * channels, channels, width, height, size, plane);
    for (let i = 0, to = targetOffset + channel; i < plane.length; i++, to += 3)
      target[to] = Math.round(plane[i] as number);
  }
}

/**
 * Resizes one plane of bytes: a plane of decoded video, or one channel of a picture.
 * @param stride bytes from row to row
 * @param step bytes from pixel to pixel
 * @param target receives [size, size] means in 0…255
 */
export function averagePlane(
  source: Uint8Array | Uint8ClampedArray,
  offset: number,
  stride: number,
  step: number,
  width: number,
  height: number,
  size: number,
  target: Float32Array,
): void {
  const across = axisOf(width, size);
  const down = axisOf(height, size);
  const line = new Float64Array(size);
  const sums = new Float64Array(size);
  let lineOf = -1;
  for (let y = 0; y < size; y++) {
    sums.fill(0);
    const firstRow = down.first[y] as number;
    const rows = down.count[y] as number;
    for (let i = 0; i < rows; i++) {
      // Neighbouring target rows share at most the source row between them, which was the last one averaged.
      if (lineOf !== firstRow + i) {
        lineOf = firstRow + i;
        averageLine(source, offset + lineOf * stride, step, across, line);
      }
      const weight = down.weights[y * down.stride + i] as number;
      for (let x = 0; x < size; x++) sums[x] = (sums[x] as number) + weight * (line[x] as number);
    }
    target.set(sums, y * size);
  }
}

/** One row; the inner pixels of an area weigh the same, so that most of the work is adding bytes. */
function averageLine(
  source: Uint8Array | Uint8ClampedArray,
  offset: number,
  step: number,
  across: Axis,
  line: Float64Array,
): void {
  const { first, count, weights, stride } = across;
  for (let x = 0; x < line.length; x++) {
    const columns = count[x] as number;
    const at = x * stride;
    let from = offset + (first[x] as number) * step;
    let sum = (weights[at] as number) * (source[from] as number);
    if (columns > 1) {
      let inner = 0;
      for (let i = columns - 2; i > 0; i--) inner += source[(from += step)] as number;
      sum +=
        (weights[at + 1] as number) * inner + (weights[at + columns - 1] as number) * (source[from + step] as number);
    }
    line[x] = sum;
  }
}
