// Residual addition and normalisation of rows, forward and backward. The gradients of weight and bias are sums over all
// rows: a fixed number of stretches is summed by whoever is free, then the stretches in order.
import { sum4 } from './maths';
import { argument, argumentFloat, grainOf, setArgument, setArgumentFloat, share } from './pool';
import { NORM, NORM_GRAD } from './jobNames';

/** Stretches of rows whose column sums are kept apart. */
export const STRETCHES: i32 = 16;

/**
 * sum = x + delta; out = (sum − mean)·inverse·weight + bias; statistics[row] = (mean, inverse).
 * @param delta 0 for none; then sum is not written and x is normalised
 * @param bias 0 for none
 */
export function addNorm(
  x: usize,
  delta: usize,
  sum: usize,
  weight: usize,
  bias: usize,
  out: usize,
  statistics: usize,
  rows: i32,
  width: i32,
  centred: i32,
  epsilon: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>delta);
  setArgument(2, <i32>sum);
  setArgument(3, <i32>weight);
  setArgument(4, <i32>bias);
  setArgument(5, <i32>out);
  setArgument(6, width);
  setArgument(7, centred);
  setArgumentFloat(8, epsilon);
  setArgument(9, <i32>statistics);
  share(NORM, rows, max(grainOf(rows, 1), 8192 / (width + 1) + 1));
}

/**
 * dx = dSum + the norm's own gradient; dWeight, dBias the sums over rows.
 * @param x the sum of the forward pass
 * @param dSum 0 for none
 * @param partial room for STRETCHES·2·width floats
 * @param dBias 0 for none
 */
export function addNormGrad(
  x: usize,
  statistics: usize,
  weight: usize,
  dSum: usize,
  dNormed: usize,
  dx: usize,
  dWeight: usize,
  dBias: usize,
  partial: usize,
  rows: i32,
  width: i32,
  centred: i32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>weight);
  setArgument(2, <i32>dSum);
  setArgument(3, <i32>dNormed);
  setArgument(4, <i32>dx);
  setArgument(5, <i32>partial);
  setArgument(6, width);
  setArgument(7, centred);
  setArgument(8, rows);
  setArgument(9, <i32>statistics);
  share(NORM_GRAD, STRETCHES, rows * width < 16384 ? STRETCHES : 1);
  addStretches(partial, (<usize>width) << 3, width, dWeight);
  if (dBias !== 0) addStretches(partial + ((<usize>width) << 2), (<usize>width) << 3, width, dBias);
}

function addStretches(partial: usize, step: usize, width: i32, out: usize): void {
  for (let i = 0; i < width; i++) {
    let total: f32 = 0;
    for (let s = 0; s < STRETCHES; s++) total += load<f32>(partial + <usize>s * step + ((<usize>i) << 2));
    store<f32>(out + ((<usize>i) << 2), total);
  }
}

function total(x: usize, width: i32): f32 {
  let total4 = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) total4 = f32x4.add(total4, v128.load(x + ((<usize>i) << 2)));
  let result = sum4(total4);
  for (; i < width; i++) result += load<f32>(x + ((<usize>i) << 2));
  return result;
}

function squares(x: usize, width: i32, mean: f32): f32 {
  const mean4 = f32x4.splat(mean);
  let total4 = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const offset = f32x4.sub(v128.load(x + ((<usize>i) << 2)), mean4);
    total4 = f32x4.add(total4, f32x4.mul(offset, offset));
  }
  let result = sum4(total4);
  for (; i < width; i++) {
    const offset = load<f32>(x + ((<usize>i) << 2)) - mean;
    result += offset * offset;
  }
  return result;
}

function addRow(a: usize, b: usize, out: usize, width: i32): void {
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
  for (; i < width; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(a + at) + load<f32>(b + at));
  }
}

export function normRows(from: i32, to: i32): void {
  const delta = <usize>argument(1);
  const weight = <usize>argument(3);
  const bias = <usize>argument(4);
  const width = argument(6);
  const centred = argument(7) !== 0;
  const epsilon = argumentFloat(8);
  const step = (<usize>width) << 2;
  for (let row = from; row < to; row++) {
    const at = <usize>row * step;
    let x = <usize>argument(0) + at;
    if (delta !== 0) {
      addRow(x, delta + at, <usize>argument(2) + at, width);
      x = <usize>argument(2) + at;
    }
    const mean: f32 = centred ? total(x, width) / <f32>width : 0;
    const inverse: f32 = 1 / Mathf.sqrt(squares(x, width, mean) / <f32>width + epsilon);
    const statistics = <usize>argument(9) + ((<usize>row) << 3);
    store<f32>(statistics, mean);
    store<f32>(statistics, inverse, 4);
    const out = <usize>argument(5) + at;
    const mean4 = f32x4.splat(mean);
    const inverse4 = f32x4.splat(inverse);
    let i = 0;
    for (; i + 4 <= width; i += 4) {
      const place = (<usize>i) << 2;
      const normed = f32x4.mul(f32x4.sub(v128.load(x + place), mean4), inverse4);
      let y = f32x4.mul(normed, v128.load(weight + place));
      if (bias !== 0) y = f32x4.add(y, v128.load(bias + place));
      v128.store(out + place, y);
    }
    for (; i < width; i++) {
      const place = (<usize>i) << 2;
      let y = (load<f32>(x + place) - mean) * inverse * load<f32>(weight + place);
      if (bias !== 0) y += load<f32>(bias + place);
      store<f32>(out + place, y);
    }
  }
}

export function normGradStretches(from: i32, to: i32): void {
  const width = argument(6);
  const rows = argument(8);
  for (let stretch = from; stretch < to; stretch++) {
    const partial = <usize>argument(5) + <usize>stretch * ((<usize>width) << 3);
    memory.fill(partial, 0, (<usize>width) << 3);
    const first = <i32>((<i64>rows * stretch) / STRETCHES);
    const end = <i32>((<i64>rows * (stretch + 1)) / STRETCHES);
    for (let row = first; row < end; row++) gradRow(row, width, partial);
  }
}

function gradRow(row: i32, width: i32, partial: usize): void {
  const at = <usize>row * ((<usize>width) << 2);
  const x = <usize>argument(0) + at;
  const weight = <usize>argument(1);
  const dSum = <usize>argument(2);
  const g = <usize>argument(3) + at;
  const dx = <usize>argument(4) + at;
  const centred = argument(7) !== 0;
  const count = <f32>width;
  const statistics = <usize>argument(9) + ((<usize>row) << 3);
  const mean = load<f32>(statistics);
  const inverse = load<f32>(statistics, 4);
  const mean4 = f32x4.splat(mean);
  const inverse4 = f32x4.splat(inverse);
  let slopes4 = f32x4.splat(0);
  let along4 = f32x4.splat(0);
  let i = 0;
  for (; i + 4 <= width; i += 4) {
    const place = (<usize>i) << 2;
    const slope = f32x4.mul(v128.load(g + place), v128.load(weight + place));
    const normed = f32x4.mul(f32x4.sub(v128.load(x + place), mean4), inverse4);
    slopes4 = f32x4.add(slopes4, slope);
    along4 = f32x4.add(along4, f32x4.mul(slope, normed));
  }
  let slopes = sum4(slopes4);
  let along = sum4(along4);
  for (; i < width; i++) {
    const place = (<usize>i) << 2;
    const slope = load<f32>(g + place) * load<f32>(weight + place);
    slopes += slope;
    along += slope * (load<f32>(x + place) - mean) * inverse;
  }
  const level: f32 = centred ? slopes / count : 0;
  along /= count;
  const level4 = f32x4.splat(level);
  const alongs4 = f32x4.splat(along);
  const biases = partial + ((<usize>width) << 2);
  i = 0;
  for (; i + 4 <= width; i += 4) {
    const place = (<usize>i) << 2;
    const dy = v128.load(g + place);
    const normed = f32x4.mul(f32x4.sub(v128.load(x + place), mean4), inverse4);
    const slope = f32x4.sub(f32x4.mul(dy, v128.load(weight + place)), level4);
    let own = f32x4.mul(f32x4.sub(slope, f32x4.mul(normed, alongs4)), inverse4);
    if (dSum !== 0) own = f32x4.add(own, v128.load(dSum + at + place));
    v128.store(dx + place, own);
    v128.store(partial + place, f32x4.add(v128.load(partial + place), f32x4.mul(dy, normed)));
    v128.store(biases + place, f32x4.add(v128.load(biases + place), dy));
  }
  for (; i < width; i++) {
    const place = (<usize>i) << 2;
    const dy = load<f32>(g + place);
    const normed = (load<f32>(x + place) - mean) * inverse;
    let own = (dy * load<f32>(weight + place) - level - normed * along) * inverse;
    if (dSum !== 0) own += load<f32>(dSum + at + place);
    store<f32>(dx + place, own);
    store<f32>(partial + place, load<f32>(partial + place) + dy * normed);
    store<f32>(biases + place, load<f32>(biases + place) + dy);
  }
}
