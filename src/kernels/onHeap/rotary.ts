// Rotary positions in the wasm backend's memory (wasm/rotary.ts), from a table of cosines and sines that is made once.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from '../../gpu/heap';

interface Turn {
  turned: number;
  headWidth: number;
  theta: number;
  direction: 1 | -1;
}

/** Positions in a table; a longer one is made where a position lies beyond. */
const FIRST_TABLE = 512;

export function rotaryOnHeap(
  { qkv, positions }: { qkv: tf.TensorInfo; positions: tf.TensorInfo },
  { turned, headWidth, theta, direction }: Turn,
  heap: Heap,
): tf.TensorInfo | null {
  const { loops } = heap;
  if (loops === null) return null;
  const width = qkv.shape[2] ?? 0;
  const places = heap.integers(positions);
  let highest = 0;
  for (const place of places) {
    if (place < 0) return null;
    highest = Math.max(highest, place);
  }
  const y = heap.output(qkv.shape);
  let length = FIRST_TABLE;
  while (length <= highest) length *= 2;
  const table = heap.constant(`rotary ${headWidth} ${theta} ${length}`, () => turns(length, headWidth, theta));
  const [from, at, to] = [heap.address(qkv), heap.address(positions), heap.address(y)];
  loops.rotate(
    from,
    at,
    table,
    to,
    positions.shape.reduce((a, b) => a * b, 1),
    width,
    turned,
    headWidth,
    direction,
  );
  return y;
}

/** [positions, headWidth]: the cosines of a head's pairs, then their sines. */
function turns(positions: number, headWidth: number, theta: number): Float32Array {
  const half = headWidth / 2;
  const table = new Float32Array(positions * headWidth);
  for (let i = 0; i < half; i++) {
    const rate = Math.fround(theta ** ((-2 * i) / headWidth));
    for (let position = 0; position < positions; position++) {
      table[position * headWidth + i] = Math.cos(position * rate);
      table[position * headWidth + half + i] = Math.sin(position * rate);
    }
  }
  return table;
}
