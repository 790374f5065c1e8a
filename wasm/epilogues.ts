// What happens to the rows of a product while they are still in the first cache: activations and their slopes.
import { sigmoid4 } from './maths';
import { loadSome, storeSome } from './some';

/** first = gelu(c) */
export const GELU: i32 = 1;
/** c = c · gelu'(first) */
export const GELU_SLOPE: i32 = 2;
/** c holds a gate beside a value of half its width; first = silu(gate) · value */
export const GATED: i32 = 3;
/** c is the gradient of a gated product whose gate and value stand side by side in first; second = their gradients */
export const GATED_GRAD: i32 = 4;

// 2·√(2/π): ½(1 + tanh u) is sigmoid(2u).
const SCALE: f32 = 1.5957691216057308;
const CUBIC: f32 = 0.044715;

/* inline */ function geluGate(x: v128, square: v128): v128 {
  const inner = f32x4.add(f32x4.mul(square, f32x4.splat(SCALE * CUBIC)), f32x4.splat(SCALE));
  return sigmoid4(f32x4.mul(x, inner));
}

function gelu4(x: v128): v128 {
  return f32x4.mul(x, geluGate(x, f32x4.mul(x, x)));
}

/** s·(1 + 2·inner·(1 − s)) with inner = √(2/π)·(x + 3·0.044715·x³) */
function geluSlope4(x: v128): v128 {
  const square = f32x4.mul(x, x);
  const s = geluGate(x, square);
  const one = f32x4.splat(1);
  const inner = f32x4.mul(x, f32x4.add(f32x4.mul(square, f32x4.splat(3 * SCALE * CUBIC)), f32x4.splat(SCALE)));
  return f32x4.mul(s, f32x4.add(f32x4.mul(inner, f32x4.sub(one, s)), one));
}

export function finishRows(kind: i32, from: i32, to: i32, n: i32, c: usize, first: usize, second: usize): void {
  if (kind === 0) return;
  const width = (<usize>n) << 2;
  for (let row = from; row < to; row++) {
    const at = c + <usize>row * width;
    if (kind === GELU) geluRow(at, first + <usize>row * width, n);
    else if (kind === GELU_SLOPE) geluSlopeRow(at, first + <usize>row * width, n);
    else if (kind === GATED) gatedRow(at, first + <usize>row * (width >> 1), n >> 1);
    else gatedGradRow(at, first + <usize>row * width * 2, second + <usize>row * width * 2, n);
  }
}

function geluRow(x: usize, y: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    storeSome(y + at, gelu4(loadSome(x + at, n - i)), n - i);
  }
}

function geluSlopeRow(dy: usize, x: usize, n: i32): void {
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const slope = geluSlope4(loadSome(x + at, n - i));
    storeSome(dy + at, f32x4.mul(loadSome(dy + at, n - i), slope), n - i);
  }
}

function gatedRow(gate: usize, y: usize, n: i32): void {
  const up = gate + ((<usize>n) << 2);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const g = loadSome(gate + at, n - i);
    const silu = f32x4.mul(g, sigmoid4(g));
    storeSome(y + at, f32x4.mul(silu, loadSome(up + at, n - i)), n - i);
  }
}

function gatedGradRow(dy: usize, gate: usize, dGate: usize, n: i32): void {
  const half = (<usize>n) << 2;
  const one = f32x4.splat(1);
  for (let i = 0; i < n; i += 4) {
    const at = (<usize>i) << 2;
    const left = n - i;
    const g = loadSome(gate + at, left);
    const s = sigmoid4(g);
    const d = loadSome(dy + at, left);
    const silu = f32x4.mul(g, s);
    const slope = f32x4.add(s, f32x4.mul(silu, f32x4.sub(one, s)));
    storeSome(dGate + half + at, f32x4.mul(d, silu), left);
    storeSome(dGate + at, f32x4.mul(f32x4.mul(d, loadSome(gate + half + at, left)), slope), left);
  }
}
