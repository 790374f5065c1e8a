// Attention of one query a sample over a cache of keys and values, of which a mask shows some.
import { dot } from './attention';
import { exp4 } from './maths';
import { argument, setArgument, share } from './pool';
import { CACHED_ATTENTION } from './jobNames';

/**
 * @param qkv [B, 1, (H + 2K)·Dh], of which the queries are read
 * @param cache [B, S, 2K·Dh]
 * @param mask [B, S] int32
 * @param out [B, 1, H·Dh]
 * A thread's room must hold S + 4 floats.
 */
export function attendCached(
  qkv: usize,
  cache: usize,
  mask: usize,
  out: usize,
  batch: i32,
  rows: i32,
  heads: i32,
  kvHeads: i32,
  headWidth: i32,
): void {
  setArgument(0, <i32>qkv);
  setArgument(1, <i32>cache);
  setArgument(2, <i32>mask);
  setArgument(3, <i32>out);
  setArgument(4, rows);
  setArgument(5, heads);
  setArgument(6, kvHeads);
  setArgument(7, headWidth);
  share(CACHED_ATTENTION, batch * heads, 4);
}

export function attendCachedItems(from: i32, to: i32, room: usize): void {
  const rows = argument(4);
  const heads = argument(5);
  const kvHeads = argument(6);
  const headWidth = argument(7);
  const headBytes = (<usize>headWidth) << 2;
  const step = headBytes * (2 * kvHeads);
  const scale: f32 = 1 / Mathf.sqrt(<f32>headWidth);
  for (let item = from; item < to; item++) {
    const sample = item / heads;
    const head = item % heads;
    const kvHead = head / (heads / kvHeads);
    const query = <usize>argument(0) + headBytes * (sample * (heads + 2 * kvHeads) + head);
    const keys = <usize>argument(1) + step * (sample * rows) + headBytes * kvHead;
    const values = keys + headBytes * kvHeads;
    const mask = <usize>argument(2) + ((<usize>(sample * rows)) << 2);
    const out = <usize>argument(3) + headBytes * (sample * heads + head);
    memory.fill(out, 0, headBytes);
    let highest: f32 = -Infinity;
    for (let s = 0; s < rows; s++) {
      if (load<i32>(mask + ((<usize>s) << 2)) === 0) continue;
      const score = dot(query, keys + step * s, headWidth) * scale;
      store<f32>(room + ((<usize>s) << 2), score);
      highest = max(highest, score);
    }
    if (highest === -Infinity) continue;
    const shift4 = f32x4.splat(highest);
    for (let s = 0; s < rows; s += 4) {
      const at = room + ((<usize>s) << 2);
      v128.store(at, exp4(f32x4.sub(v128.load(at), shift4)));
    }
    let total: f32 = 0;
    for (let s = 0; s < rows; s++) {
      if (load<i32>(mask + ((<usize>s) << 2)) === 0) continue;
      const weight = load<f32>(room + ((<usize>s) << 2));
      total += weight;
      addScaled(out, values + step * s, weight, headWidth);
    }
    for (let d = 0; d < headWidth; d++) {
      const at = out + ((<usize>d) << 2);
      store<f32>(at, load<f32>(at) / total);
    }
  }
}

function addScaled(out: usize, x: usize, scale: f32, count: i32): void {
  const scale4 = f32x4.splat(scale);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(v128.load(x + at), scale4)));
  }
  for (; i < count; i++) {
    const at = (<usize>i) << 2;
    store<f32>(out + at, load<f32>(out + at) + load<f32>(x + at) * scale);
  }
}
