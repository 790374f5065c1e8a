// What happens to the flat vectors once a step: the gradient's norm, the sum over micro-steps, AdamW.
import { argument, argumentFloat, setArgument, setArgumentFloat, share } from './pool';
import { ACCUMULATE, ADAMW, SQUARES } from './jobNames';
import { loadSome, storeSome } from './some';

/** Numbers in an item. The norm is a sum over items in order, so this decides its rounding. */
export const BLOCK: i32 = 8192;

/** Σ x². @param partial room for ⌈count / BLOCK⌉ doubles */
export function squareSum(x: usize, count: i32, partial: usize): f64 {
  setArgument(0, <i32>x);
  setArgument(1, count);
  setArgument(2, <i32>partial);
  const blocks = (count + BLOCK - 1) / BLOCK;
  share(SQUARES, blocks, 4);
  let total: f64 = 0;
  for (let block = 0; block < blocks; block++) total += load<f64>(partial + ((<usize>block) << 3));
  return total;
}

export function squaresOfBlocks(from: i32, to: i32): void {
  const count = argument(1);
  for (let block = from; block < to; block++) {
    const end = min((block + 1) * BLOCK, count);
    let sums = f64x2.splat(0);
    let i = block * BLOCK;
    for (; i + 4 <= end; i += 4) {
      const x = v128.load(<usize>argument(0) + ((<usize>i) << 2));
      const low = f64x2.promote_low_f32x4(x);
      const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1));
      sums = f64x2.add(sums, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    }
    let total = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    for (; i < end; i++) {
      const x = <f64>load<f32>(<usize>argument(0) + ((<usize>i) << 2));
      total += x * x;
    }
    store<f64>(<usize>argument(2) + ((<usize>block) << 3), total);
  }
}

/** sum = keep·sum + part·gradient; what the sum held is not looked at where keep is 0. */
export function accumulate(sum: usize, gradient: usize, count: i32, keep: i32, part: f32): void {
  setArgument(0, <i32>sum);
  setArgument(1, <i32>gradient);
  setArgument(2, count);
  setArgument(3, keep);
  setArgumentFloat(4, part);
  share(ACCUMULATE, (count + BLOCK - 1) / BLOCK, 4);
}

export function accumulateBlocks(from: i32, to: i32): void {
  const sum = <usize>argument(0);
  const gradient = <usize>argument(1);
  const keep = argument(3) !== 0;
  const part = argumentFloat(4);
  const part4 = f32x4.splat(part);
  const end = min(to * BLOCK, argument(2));
  let i = from * BLOCK;
  for (; i + 4 <= end; i += 4) {
    const at = (<usize>i) << 2;
    let value = f32x4.mul(v128.load(gradient + at), part4);
    if (keep) value = f32x4.add(v128.load(sum + at), value);
    v128.store(sum + at, value);
  }
  for (; i < end; i++) {
    const at = (<usize>i) << 2;
    let value = load<f32>(gradient + at) * part;
    if (keep) value += load<f32>(sum + at);
    store<f32>(sum + at, value);
  }
}

/**
 * AdamW in place.
 * @param control the numbers of control.ts: step size, inverse root, beta1, beta2, epsilon, decay rate
 * @param factor what the gradient is multiplied by first
 */
export function adamW(
  parameters: usize,
  moment1: usize,
  moment2: usize,
  gradient: usize,
  decay: usize,
  count: i32,
  control: usize,
  factor: f32,
): void {
  setArgument(0, <i32>parameters);
  setArgument(1, <i32>moment1);
  setArgument(2, <i32>moment2);
  setArgument(3, <i32>gradient);
  setArgument(4, <i32>decay);
  setArgument(5, count);
  setArgument(6, <i32>control);
  setArgumentFloat(7, factor);
  share(ADAMW, (count + BLOCK - 1) / BLOCK, 2);
}

export function adamWBlocks(from: i32, to: i32): void {
  const control = <usize>argument(6);
  const parameters = <usize>argument(0);
  const moment1 = <usize>argument(1);
  const moment2 = <usize>argument(2);
  const gradient = <usize>argument(3);
  const decay = <usize>argument(4);
  const one = f32x4.splat(1);
  const factor = f32x4.splat(argumentFloat(7));
  const stepSize = v128.load32_splat(control);
  const inverseRoot = v128.load32_splat(control, 4);
  const beta1 = v128.load32_splat(control, 8);
  const beta2 = v128.load32_splat(control, 12);
  const epsilon = v128.load32_splat(control, 16);
  const decayRate = v128.load32_splat(control, 20);
  const other1 = f32x4.sub(one, beta1);
  const other2 = f32x4.sub(one, beta2);
  const end = min(to * BLOCK, argument(5));
  for (let i = from * BLOCK; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const g = f32x4.mul(loadSome(gradient + at, left), factor);
    const m = f32x4.add(f32x4.mul(loadSome(moment1 + at, left), beta1), f32x4.mul(g, other1));
    const v = f32x4.add(f32x4.mul(loadSome(moment2 + at, left), beta2), f32x4.mul(f32x4.mul(g, g), other2));
    const under = f32x4.add(f32x4.mul(f32x4.sqrt(v), inverseRoot), epsilon);
    const change = f32x4.mul(f32x4.div(m, under), stepSize);
    const kept = f32x4.sub(one, f32x4.mul(loadSome(decay + at, left), decayRate));
    const moved = f32x4.sub(f32x4.mul(loadSome(parameters + at, left), kept), change);
    storeSome(moment1 + at, m, left);
    storeSome(moment2 + at, v, left);
    storeSome(parameters + at, moved, left);
  }
}
