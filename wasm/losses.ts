// Softmax cross-entropy of rows of logits: each row's highest logit and log-sum-exp above it, and from these the slopes.
import { exp4, log, max4, sum4 } from './maths';
import { argument, setArgument, share } from './pool';
import { SOFTMAX_SLOPES, SOFTMAX_STATISTICS } from './jobNames';

/** statistics[m] = (highest, log Σ exp(logit − highest)) of [M, V] logits. */
export function softmaxStatistics(logits: usize, statistics: usize, rows: i32, classes: i32): void {
  setArgument(0, <i32>logits);
  setArgument(1, <i32>statistics);
  setArgument(2, classes);
  share(SOFTMAX_STATISTICS, rows, 8192 / (classes + 1) + 1);
}

/** slopes[m, v] = (softmax − one-hot)·scale[m]; out may be the logits themselves. */
export function softmaxSlopes(
  logits: usize,
  statistics: usize,
  labels: usize,
  scales: usize,
  slopes: usize,
  rows: i32,
  classes: i32,
): void {
  setArgument(0, <i32>logits);
  setArgument(1, <i32>statistics);
  setArgument(2, classes);
  setArgument(3, <i32>labels);
  setArgument(4, <i32>scales);
  setArgument(5, <i32>slopes);
  share(SOFTMAX_SLOPES, rows, 8192 / (classes + 1) + 1);
}

export function statisticsOfRows(from: i32, to: i32): void {
  const classes = argument(2);
  for (let row = from; row < to; row++) {
    const x = <usize>argument(0) + ((<usize>(row * classes)) << 2);
    let highest4 = f32x4.splat(-Infinity);
    let i = 0;
    for (; i + 4 <= classes; i += 4) highest4 = f32x4.pmax(highest4, v128.load(x + ((<usize>i) << 2)));
    let highest = max4(highest4);
    for (; i < classes; i++) highest = max(highest, load<f32>(x + ((<usize>i) << 2)));
    const shift4 = f32x4.splat(highest);
    let total4 = f32x4.splat(0);
    for (i = 0; i + 4 <= classes; i += 4) {
      total4 = f32x4.add(total4, exp4(f32x4.sub(v128.load(x + ((<usize>i) << 2)), shift4)));
    }
    let total = sum4(total4);
    for (; i < classes; i++) total += exp1(load<f32>(x + ((<usize>i) << 2)) - highest);
    const out = <usize>argument(1) + ((<usize>row) << 3);
    store<f32>(out, highest);
    store<f32>(out, <f32>log(<f64>total), 4);
  }
}

export function slopesOfRows(from: i32, to: i32): void {
  const classes = argument(2);
  for (let row = from; row < to; row++) {
    const at = (<usize>(row * classes)) << 2;
    const x = <usize>argument(0) + at;
    const out = <usize>argument(5) + at;
    const statistics = <usize>argument(1) + ((<usize>row) << 3);
    const shift = load<f32>(statistics) + load<f32>(statistics, 4);
    const scale = load<f32>(<usize>argument(4) + ((<usize>row) << 2));
    const label = load<i32>(<usize>argument(3) + ((<usize>row) << 2));
    const shift4 = f32x4.splat(shift);
    const scale4 = f32x4.splat(scale);
    let i = 0;
    for (; i + 4 <= classes; i += 4) {
      const place = (<usize>i) << 2;
      v128.store(out + place, f32x4.mul(exp4(f32x4.sub(v128.load(x + place), shift4)), scale4));
    }
    for (; i < classes; i++) {
      const place = (<usize>i) << 2;
      store<f32>(out + place, exp1(load<f32>(x + place) - shift) * scale);
    }
    if (label >= 0 && label < classes) {
      const place = out + ((<usize>label) << 2);
      store<f32>(place, load<f32>(place) - scale);
    }
  }
}

function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}
