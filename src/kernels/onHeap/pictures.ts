// What happens to pictures before and after the vision encoder's layers, in the wasm backend's memory.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';

const NORMALISED = Float32Array.from({ length: 256 }, (_, byte) => Math.fround(byte * Math.fround(2 / 255)) - 1);

/** [U·(S/patch)², 3·patch²] */
export function patchesOnHeap(
  { store, index }: { store: tf.TensorInfo; index: tf.TensorInfo },
  { side, patch }: { side: number; patch: number },
  heap: Heap,
): tf.TensorInfo {
  const pictures = index.shape[0] ?? 0;
  const grid = side / patch;
  const area = patch * patch;
  const out = heap.output([pictures * grid * grid, 3 * area]);
  const words = heap.integers(store);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const [places, to] = [heap.integers(index), heap.floats(out)];
  for (let u = 0; u < pictures; u++) {
    const picture = (places[u] as number) * side * side * 3;
    for (let y = 0; y < side; y++) {
      const band = (u * grid + Math.floor(y / patch)) * grid * 3 * area + (y % patch) * patch;
      for (let x = 0; x < side; x++) {
        const source = picture + (y * side + x) * 3;
        const target = band + Math.floor(x / patch) * 3 * area + (x % patch);
        to[target] = NORMALISED[bytes[source] as number] as number;
        to[target + area] = NORMALISED[bytes[source + 1] as number] as number;
        to[target + 2 * area] = NORMALISED[bytes[source + 2] as number] as number;
      }
    }
  }
  return out;
}

/** out[u·P + p] = x[u·P + p] + places[p] */
export function addPlacesOnHeap({ x, places }: { x: tf.Tensor; places: tf.Tensor }, heap: Heap): tf.TensorInfo {
  const out = heap.output(x.shape);
  const [from, table, to] = [heap.floats(x), heap.floats(places), heap.floats(out)];
  const size = table.length;
  for (let start = 0; start < from.length; start += size) {
    for (let i = 0; i < size; i++) to[start + i] = (from[start + i] as number) + (table[i] as number);
  }
  return out;
}

/** Σ over the images of dy */
export function addPlacesGradOnHeap({ dy, places }: { dy: tf.Tensor; places: tf.Tensor }, heap: Heap): tf.TensorInfo {
  const out = heap.output(places.shape);
  const [from, to] = [heap.floats(dy), heap.floats(out)];
  const size = to.length;
  to.fill(0);
  for (let start = 0; start < from.length; start += size) {
    for (let i = 0; i < size; i++) (to[i] as number) += from[start + i] as number;
  }
  return out;
}

/** Moves the stretches of a pixel shuffle: `scale` neighbours of a row lie together on both sides. */
function moveStretches(
  wide: tf.TensorInfo,
  narrow: tf.TensorInfo,
  images: number,
  scale: number,
  widen: boolean,
  heap: Heap,
): void {
  const [rows = 0, wideWidth = 0] = wide.shape;
  const small = Math.round(Math.sqrt(rows / Math.max(1, images)));
  const stretch = wideWidth / scale;
  const [w, n] = [heap.floats(wide), heap.floats(narrow)];
  for (let row = 0; row < rows; row++) {
    const [line, column] = [Math.floor(row / small), row % small];
    for (let part = 0; part < scale; part++) {
      const atWide = row * wideWidth + part * stretch;
      const atNarrow = ((line * scale + part) * small + column) * stretch;
      if (widen) for (let i = 0; i < stretch; i++) w[atWide + i] = n[atNarrow + i] as number;
      else for (let i = 0; i < stretch; i++) n[atNarrow + i] = w[atWide + i] as number;
    }
  }
}

/** [U·P, D] → [U·P/scale², D·scale²] */
export function pixelShuffleOnHeap(x: tf.TensorInfo, images: number, scale: number, heap: Heap): tf.TensorInfo {
  const [rows = 0, width = 0] = x.shape;
  const out = heap.output([rows / (scale * scale), width * scale * scale]);
  moveStretches(out, x, images, scale, true, heap);
  return out;
}

/** The way back. */
export function pixelUnshuffleOnHeap(dy: tf.TensorInfo, images: number, scale: number, heap: Heap): tf.TensorInfo {
  const [rows = 0, width = 0] = dy.shape;
  const out = heap.output([rows * scale * scale, width / (scale * scale)]);
  moveStretches(dy, out, images, scale, false, heap);
  return out;
}
