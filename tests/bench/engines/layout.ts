// The same weights in the layout that a matrix product likes in frameworks without our kernels: [in, out], every matrix
// on its own. And what of a batch does not depend on the framework.
import type { Batch } from '../../../src/batches/batch';
import type { Workload } from '../../../src/training/workload';

export interface HostWeight {
  name: string;
  shape: number[];
  values: Float32Array<ArrayBuffer>;
}

const TABLES = /(embed_tokens|position_embedding)\.weight$/;

/** Matrices as [in, out], but tables of rows as they are; vectors as they are. */
export function hostWeights({ table, weights }: Workload): HostWeight[] {
  return table.parameters.map(({ name, shape, offset, size }) => {
    const values = weights.slice(offset, offset + size);
    const [rows = 1] = shape;
    if (shape.length === 1) return { name, shape, values };
    const columns = size / rows;
    if (TABLES.test(name)) return { name, shape: [rows, columns], values };
    const turned = new Float32Array(size);
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c] ?? 0;
    return { name, shape: [columns, rows], values: turned };
  });
}

/** cos and sin of each position's turns, [T, Dh/2] each. */
export function turns(tokens: number, headWidth: number, theta: number) {
  const half = headWidth / 2;
  const angle = (i: number) => Math.floor(i / half) * theta ** ((-2 * (i % half)) / headWidth);
  const table = (f: (x: number) => number) => Float32Array.from({ length: tokens * half }, (_, i) => f(angle(i)));
  return { cos: table(Math.cos), sin: table(Math.sin), half };
}

/** [T, T] 0 where a token may look, −10⁵ where it must not. */
export function causalBias(tokens: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: tokens * tokens }, (_, i) => (i % tokens <= Math.floor(i / tokens) ? 0 : -1e5));
}

/** [B] which picture each sample shows as img1 (0) or img2 (1). */
export function shownColumn(batch: Batch, column: 0 | 1): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: batch.lengths.length }, (_, b) => batch.imageIndex[2 * b + column] ?? 0);
}
