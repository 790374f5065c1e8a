// Matrix products C = A·B in tiles of four rows by eight columns that stay in registers. Both factors are packed first, so
// that any mix of transpositions costs one walk over the factor and the inner loop reads memory in order.
import { finishRows } from './epilogues';
import { argument, grainOf, setArgument, share } from './pool';
import { PACK_PANELS, MULTIPLY_ROWS } from './jobNames';

/** Rows of B that are worked off before the next: a packed slice of A stays in the first cache. */
const SLICE: i32 = 384;

/** Bytes of a thread's room that products use. */
export const PRODUCT_ROOM: i32 = SLICE * 16 + 128;

/** out[k][0..8) = B(k, n..n + 8), zero where n + j ≥ columns; B(k, n) lies at b + k·bRow + n·bColumn. */
export function packPanel(b: usize, bRow: usize, bColumn: usize, rows: i32, columns: i32, out: usize): void {
  if (columns >= 8 && bColumn === 4) {
    for (let k = 0; k < rows; k++) {
      v128.store(out, v128.load(b));
      v128.store(out, v128.load(b, 16), 16);
      b += bRow;
      out += 32;
    }
    return;
  }
  if (columns >= 8 && bRow === 4) {
    let k = 0;
    for (; k + 4 <= rows; k += 4) {
      transpose(b, bColumn, out, 32);
      transpose(b + 4 * bColumn, bColumn, out + 16, 32);
      b += 16;
      out += 128;
    }
    if (k < rows) packSlowly(b, bRow, bColumn, rows - k, 8, out);
    return;
  }
  packSlowly(b, bRow, bColumn, rows, min(columns, 8), out);
}

function packSlowly(b: usize, bRow: usize, bColumn: usize, rows: i32, columns: i32, out: usize): void {
  for (let k = 0; k < rows; k++) {
    for (let j = 0; j < 8; j++) {
      store<f32>(out + ((<usize>j) << 2), j < columns ? load<f32>(b + <usize>j * bColumn) : 0);
    }
    b += bRow;
    out += 32;
  }
}

/** Four rows of four floats, `step` apart, to four rows `outStep` apart, transposed. */
/* inline */ function transpose(from: usize, step: usize, to: usize, outStep: usize): void {
  const r0 = v128.load(from);
  const r1 = v128.load(from + step);
  const r2 = v128.load(from + 2 * step);
  const r3 = v128.load(from + 3 * step);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(low01, low23, 0, 2));
  v128.store(to + outStep, v128.shuffle<f64>(low01, low23, 1, 3));
  v128.store(to + 2 * outStep, v128.shuffle<f64>(high01, high23, 0, 2));
  v128.store(to + 3 * outStep, v128.shuffle<f64>(high01, high23, 1, 3));
}

/** out[k][0..4) = A(m..m + 4, k), zero beyond `rows`; A(m, k) lies at a + m·aRow + k·aColumn. */
export function packQuad(a: usize, aRow: usize, aColumn: usize, rows: i32, length: i32, out: usize): void {
  let k = 0;
  if (rows >= 4 && aRow === 4) {
    for (; k < length; k++) {
      v128.store(out, v128.load(a));
      a += aColumn;
      out += 16;
    }
    return;
  }
  if (rows >= 4 && aColumn === 4) {
    for (; k + 4 <= length; k += 4) {
      transpose(a, aRow, out, 16);
      a += 16;
      out += 64;
    }
  }
  for (; k < length; k++) {
    for (let i = 0; i < 4; i++) {
      store<f32>(out + ((<usize>i) << 2), i < rows ? load<f32>(a + <usize>i * aRow) : 0);
    }
    a += aColumn;
    out += 16;
  }
}

/**
 * Four rows by eight columns of C from packed A [k][4] and B [k][8], k ≥ 1. They start from what C holds, or from
 * `start` (eight floats, each row the same), or from zero where `start` is 0.
 */
export function tile(a: usize, b: usize, k: i32, c: usize, cRow: usize, start: usize, adds: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  let s10 = s00;
  let s11 = s00;
  let s20 = s00;
  let s21 = s00;
  let s30 = s00;
  let s31 = s00;
  if (adds) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
  } else if (start !== 0) {
    s00 = v128.load(start);
    s01 = v128.load(start, 16);
    s10 = s00;
    s20 = s00;
    s30 = s00;
    s11 = s01;
    s21 = s01;
    s31 = s01;
  }
  if (k & 1) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a += 16;
    b += 32;
  }
  for (let pairs = k >> 1; pairs > 0; pairs--) {
    let b0 = v128.load(b);
    let b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    b0 = v128.load(b, 32);
    b1 = v128.load(b, 48);
    x = v128.load32_splat(a, 16);
    s00 = f32x4.add(s00, f32x4.mul(x, b0));
    s01 = f32x4.add(s01, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 20);
    s10 = f32x4.add(s10, f32x4.mul(x, b0));
    s11 = f32x4.add(s11, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 24);
    s20 = f32x4.add(s20, f32x4.mul(x, b0));
    s21 = f32x4.add(s21, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 28);
    s30 = f32x4.add(s30, f32x4.mul(x, b0));
    s31 = f32x4.add(s31, f32x4.mul(x, b1));
    a += 32;
    b += 64;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/** As `tile` where fewer than four rows or eight columns of C exist; `spare` is 128 bytes. */
export function edgeTile(
  a: usize,
  b: usize,
  k: i32,
  c: usize,
  cRow: usize,
  start: usize,
  adds: bool,
  rows: i32,
  columns: i32,
  spare: usize,
): void {
  for (let i = 0; i < 4; i++) {
    for (let j = 0; j < 8; j++) {
      const within = i < rows && j < columns;
      let value: f32 = 0;
      if (within && adds) value = load<f32>(c + <usize>i * cRow + ((<usize>j) << 2));
      else if (within && start !== 0) value = load<f32>(start + ((<usize>j) << 2));
      store<f32>(spare + ((<usize>(i * 8 + j)) << 2), value);
    }
  }
  tile(a, b, k, spare, 32, 0, true);
  for (let i = 0; i < min(rows, 4); i++) {
    for (let j = 0; j < min(columns, 8); j++) {
      store<f32>(c + <usize>i * cRow + ((<usize>j) << 2), load<f32>(spare + ((<usize>(i * 8 + j)) << 2)));
    }
  }
}

/**
 * C[m, n] = Σ A(m, k)·B(k, n) + bias[n], shared among threads.
 * @param aRow bytes from A(m, k) to A(m + 1, k), aColumn to A(m, k + 1); likewise for B
 * @param packed room for ⌈n / 8⌉·k·8 floats
 * @param bias n floats, or 0
 * @param sums where Σ over k of A(m, k) goes, m floats; or 0
 * @param finish what happens to finished rows (see epilogues), with two more addresses
 */
export function multiply(
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  packed: usize,
  bias: usize,
  sums: usize,
  finish: i32,
  first: usize,
  second: usize,
): void {
  setArgument(0, <i32>a);
  setArgument(1, aRow);
  setArgument(2, aColumn);
  setArgument(3, <i32>b);
  setArgument(4, bRow);
  setArgument(5, bColumn);
  setArgument(6, <i32>c);
  setArgument(7, m);
  setArgument(8, n);
  setArgument(9, k);
  setArgument(10, <i32>packed);
  setArgument(11, <i32>bias);
  setArgument(12, <i32>sums);
  setArgument(13, finish);
  setArgument(14, <i32>first);
  setArgument(15, <i32>second);
  const panels = (n + 7) >> 3;
  // About 16,000 numbers packed at a time: less is not worth another thread's waking.
  share(PACK_PANELS, panels, max(grainOf(panels, 1), (16384 / (k * 8 + 1)) | 1));
  const quads = (m + 3) >> 2;
  share(MULTIPLY_ROWS, quads, max(grainOf(quads, 1), (65536 / (k * n + 1)) | 1));
}

export function packPanels(from: i32, to: i32): void {
  const b = <usize>argument(3);
  const bColumn = <usize>argument(5);
  const n = argument(8);
  const k = argument(9);
  const packed = <usize>argument(10);
  for (let panel = from; panel < to; panel++) {
    const out = packed + <usize>(panel * k) * 32;
    packPanel(b + <usize>(panel * 8) * bColumn, <usize>argument(4), bColumn, k, n - panel * 8, out);
  }
}

export function multiplyRows(from: i32, to: i32, room: usize): void {
  const a = <usize>argument(0);
  const aRow = <usize>argument(1);
  const aColumn = <usize>argument(2);
  const c = <usize>argument(6);
  const m = argument(7);
  const n = argument(8);
  const k = argument(9);
  const packed = <usize>argument(10);
  const bias = <usize>argument(11);
  const sums = <usize>argument(12);
  const cRow = (<usize>n) << 2;
  const spare = room + <usize>(SLICE * 16);
  for (let begin = 0; begin === 0 || begin < k; begin += SLICE) {
    const length = min(SLICE, k - begin);
    const last = begin + length >= k;
    for (let quad = from; quad < to; quad++) {
      const row = quad * 4;
      packQuad(a + <usize>row * aRow + <usize>begin * aColumn, aRow, aColumn, m - row, length, room);
      if (sums !== 0) addSums(room, length, sums + ((<usize>row) << 2), m - row, begin > 0);
      const target = c + <usize>row * cRow;
      for (let column = 0; column < n; column += 8) {
        const panel = packed + <usize>((column >> 3) * k + begin) * 32;
        const at = target + ((<usize>column) << 2);
        const start = bias === 0 ? <usize>0 : bias + ((<usize>column) << 2);
        if (m - row >= 4 && n - column >= 8) tile(room, panel, length, at, cRow, start, begin > 0);
        else edgeTile(room, panel, length, at, cRow, start, begin > 0, m - row, n - column, spare);
      }
      if (last) finishRows(argument(13), row, min(row + 4, m), n, c, <usize>argument(14), <usize>argument(15));
    }
  }
}

function addSums(quad: usize, length: i32, sums: usize, rows: i32, adds: bool): void {
  let total = f32x4.splat(0);
  for (let k = 0; k < length; k++) total = f32x4.add(total, v128.load(quad + ((<usize>k) << 4)));
  for (let i = 0; i < min(rows, 4); i++) {
    let value = f32x4.extract_lane(total, 0);
    if (i === 1) value = f32x4.extract_lane(total, 1);
    else if (i === 2) value = f32x4.extract_lane(total, 2);
    else if (i === 3) value = f32x4.extract_lane(total, 3);
    const at = sums + ((<usize>i) << 2);
    store<f32>(at, adds ? load<f32>(at) + value : value);
  }
}
