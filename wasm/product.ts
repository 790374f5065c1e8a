// Matrix products C = A·B in tiles of five rows by eight columns that stay in registers. Both factors are packed first, so
// that any mix of transpositions costs one walk over the factor and the inner loop reads memory in order.
import { finishRows } from './epilogues';
import { madd } from './maths';
import { argument, grainOf, setArgument, share } from './pool';
import { PACK_PANELS, MULTIPLY_ROWS } from './jobNames';

/** Rows of B that are worked off before the next: a packed slice of A stays in the first cache. */
const SLICE: i32 = 384;

/** Rows of a tile. */
export const STRIP: i32 = 5;
export const STRIP_BYTES: usize = 20;

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

/** out[k][0..5) = A(m..m + 5, k), zero beyond `rows`; A(m, k) lies at a + m·aRow + k·aColumn. */
export function packStrip(a: usize, aRow: usize, aColumn: usize, rows: i32, length: i32, out: usize): void {
  let k = 0;
  if (rows >= STRIP && aRow === 4) {
    for (; k < length; k++) {
      v128.store(out, v128.load(a));
      store<f32>(out, load<f32>(a, 16), 16);
      a += aColumn;
      out += STRIP_BYTES;
    }
    return;
  }
  if (rows >= STRIP && aColumn === 4) {
    for (; k + 4 <= length; k += 4) {
      transpose(a, aRow, out, STRIP_BYTES);
      const fifth = v128.load(a + 4 * aRow);
      v128.store_lane<f32>(out, fifth, 0, 16);
      v128.store_lane<f32>(out, fifth, 1, STRIP_BYTES + 16);
      v128.store_lane<f32>(out, fifth, 2, 2 * STRIP_BYTES + 16);
      v128.store_lane<f32>(out, fifth, 3, 3 * STRIP_BYTES + 16);
      a += 16;
      out += 4 * STRIP_BYTES;
    }
  }
  for (; k < length; k++) {
    for (let i = 0; i < STRIP; i++) {
      store<f32>(out + ((<usize>i) << 2), i < rows ? load<f32>(a + <usize>i * aRow) : 0);
    }
    a += aColumn;
    out += STRIP_BYTES;
  }
}

/**
 * Five rows by eight columns of C from packed A [k][5] and B [k][8]. They start from what C holds, or from `start` (eight
 * floats, each row the same), or from zero where `start` is 0. Ten sums, two numbers of B and one of A fill the registers
 * that browsers use; a loop that is unrolled is slower.
 */
export function tile(a: usize, b: usize, k: i32, c: usize, cRow: usize, start: usize, adds: bool): void {
  const c1 = c + cRow;
  const c2 = c1 + cRow;
  const c3 = c2 + cRow;
  const c4 = c3 + cRow;
  let s00 = f32x4.splat(0);
  let s01 = s00;
  if (!adds && start !== 0) {
    s00 = v128.load(start);
    s01 = v128.load(start, 16);
  }
  let s10 = s00;
  let s11 = s01;
  let s20 = s00;
  let s21 = s01;
  let s30 = s00;
  let s31 = s01;
  let s40 = s00;
  let s41 = s01;
  if (adds) {
    s00 = v128.load(c);
    s01 = v128.load(c, 16);
    s10 = v128.load(c1);
    s11 = v128.load(c1, 16);
    s20 = v128.load(c2);
    s21 = v128.load(c2, 16);
    s30 = v128.load(c3);
    s31 = v128.load(c3, 16);
    s40 = v128.load(c4);
    s41 = v128.load(c4, 16);
  }
  for (; k > 0; k--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    s00 = madd(x, b0, s00);
    s01 = madd(x, b1, s01);
    x = v128.load32_splat(a, 4);
    s10 = madd(x, b0, s10);
    s11 = madd(x, b1, s11);
    x = v128.load32_splat(a, 8);
    s20 = madd(x, b0, s20);
    s21 = madd(x, b1, s21);
    x = v128.load32_splat(a, 12);
    s30 = madd(x, b0, s30);
    s31 = madd(x, b1, s31);
    x = v128.load32_splat(a, 16);
    s40 = madd(x, b0, s40);
    s41 = madd(x, b1, s41);
    a += STRIP_BYTES;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
  v128.store(c4, s40);
  v128.store(c4, s41, 16);
}

/** As `tile` where fewer than five rows or eight columns of C exist; `spare` is 160 bytes. */
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
  rows = min(rows, STRIP);
  columns = min(columns, 8);
  if (adds) {
    for (let i = 0; i < rows; i++) copyFew(c + <usize>i * cRow, spare + ((<usize>i) << 5), columns);
  } else {
    for (let i = 0; i < STRIP; i++) {
      if (start !== 0) copyFew(start, spare + ((<usize>i) << 5), columns);
      else memory.fill(spare + ((<usize>i) << 5), 0, 32);
    }
  }
  tile(a, b, k, spare, 32, 0, true);
  for (let i = 0; i < rows; i++) copyFew(spare + ((<usize>i) << 5), c + <usize>i * cRow, columns);
}

/* inline */ function copyFew(from: usize, to: usize, count: i32): void {
  if (count === 8) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    return;
  }
  for (let j = 0; j < count; j++) store<f32>(to + ((<usize>j) << 2), load<f32>(from + ((<usize>j) << 2)));
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
  const strips = (m + STRIP - 1) / STRIP;
  share(MULTIPLY_ROWS, strips, max(grainOf(strips, 1), (65536 / (k * n + 1)) | 1));
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
  const spare = room + <usize>SLICE * STRIP_BYTES;
  for (let begin = 0; begin === 0 || begin < k; begin += SLICE) {
    const length = min(SLICE, k - begin);
    const last = begin + length >= k;
    for (let strip = from; strip < to; strip++) {
      const row = strip * STRIP;
      packStrip(a + <usize>row * aRow + <usize>begin * aColumn, aRow, aColumn, m - row, length, room);
      if (sums !== 0) addSums(room, length, sums + ((<usize>row) << 2), m - row, begin > 0);
      const target = c + <usize>row * cRow;
      for (let column = 0; column < n; column += 8) {
        const panel = packed + <usize>((column >> 3) * k + begin) * 32;
        const at = target + ((<usize>column) << 2);
        const start = bias === 0 ? <usize>0 : bias + ((<usize>column) << 2);
        if (m - row >= STRIP && n - column >= 8) tile(room, panel, length, at, cRow, start, begin > 0);
        else edgeTile(room, panel, length, at, cRow, start, begin > 0, m - row, n - column, spare);
      }
      if (last) finishRows(argument(13), row, min(row + STRIP, m), n, c, <usize>argument(14), <usize>argument(15));
    }
  }
}

function addSums(strip: usize, length: i32, sums: usize, rows: i32, adds: bool): void {
  let first = f32x4.splat(0);
  let fifth: f32 = 0;
  for (let k = 0; k < length; k++) {
    first = f32x4.add(first, v128.load(strip));
    fifth += load<f32>(strip, 16);
    strip += STRIP_BYTES;
  }
  for (let i = 0; i < min(rows, STRIP); i++) {
    let value = fifth;
    if (i === 0) value = f32x4.extract_lane(first, 0);
    else if (i === 1) value = f32x4.extract_lane(first, 1);
    else if (i === 2) value = f32x4.extract_lane(first, 2);
    else if (i === 3) value = f32x4.extract_lane(first, 3);
    const at = sums + ((<usize>i) << 2);
    store<f32>(at, adds ? load<f32>(at) + value : value);
  }
}
