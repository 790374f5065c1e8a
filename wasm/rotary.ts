// Rotary positions on packed rows: the leading heads turn, the rest of a row is copied.
import { argument, argumentFloat, setArgument, setArgumentFloat, share } from './pool';
import { ROTARY } from './jobNames';

/**
 * @param positions [rows] int32
 * @param table for each position the cosines of the turns of a head's feature pairs, then their sines
 * @param direction 1 turns forwards, −1 back
 */
export function rotate(
  x: usize,
  positions: usize,
  table: usize,
  out: usize,
  rows: i32,
  width: i32,
  turned: i32,
  headWidth: i32,
  direction: f32,
): void {
  setArgument(0, <i32>x);
  setArgument(1, <i32>positions);
  setArgument(2, <i32>table);
  setArgument(3, <i32>out);
  setArgument(4, width);
  setArgument(5, turned);
  setArgument(6, headWidth);
  setArgumentFloat(7, direction);
  share(ROTARY, rows, 16384 / (width + 1) + 1);
}

export function rotateRows(from: i32, to: i32): void {
  const width = argument(4);
  const turned = argument(5);
  const headWidth = argument(6);
  const direction = argumentFloat(7);
  const half = headWidth >> 1;
  const halfBytes = (<usize>half) << 2;
  for (let row = from; row < to; row++) {
    const position = load<i32>(<usize>argument(1) + ((<usize>row) << 2));
    const cosines = <usize>argument(2) + ((<usize>(position * headWidth)) << 2);
    let x = <usize>argument(0) + ((<usize>(row * width)) << 2);
    let y = <usize>argument(3) + ((<usize>(row * width)) << 2);
    for (let head = 0; head < turned; head++) {
      turnHead(x, y, cosines, half, halfBytes, direction);
      x += halfBytes * 2;
      y += halfBytes * 2;
    }
    memory.copy(y, x, (<usize>(width - turned * headWidth)) << 2);
  }
}

function turnHead(x: usize, y: usize, cosines: usize, half: i32, halfBytes: usize, direction: f32): void {
  const direction4 = f32x4.splat(direction);
  let i = 0;
  for (; i + 4 <= half; i += 4) {
    const at = (<usize>i) << 2;
    const cos = v128.load(cosines + at);
    const sin = f32x4.mul(v128.load(cosines + halfBytes + at), direction4);
    const first = v128.load(x + at);
    const second = v128.load(x + halfBytes + at);
    v128.store(y + at, f32x4.sub(f32x4.mul(first, cos), f32x4.mul(second, sin)));
    v128.store(y + halfBytes + at, f32x4.add(f32x4.mul(second, cos), f32x4.mul(first, sin)));
  }
  for (; i < half; i++) {
    const at = (<usize>i) << 2;
    const cos = load<f32>(cosines + at);
    const sin = load<f32>(cosines + halfBytes + at) * direction;
    const first = load<f32>(x + at);
    const second = load<f32>(x + halfBytes + at);
    store<f32>(y + at, first * cos - second * sin);
    store<f32>(y + halfBytes + at, second * cos + first * sin);
  }
}
