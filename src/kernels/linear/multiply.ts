// Records matrix products for the layers: C = A·B with an epilogue, into a new tensor or into a place that exists.
import type * as tf from '@tensorflow/tfjs';
import linearSource from '../../../shaders/linear.wgsl?raw';
import sumRowsSource from '../../../shaders/sumRows.wgsl?raw';
import type { Recorder } from '../../gpu/recorder';
import { spread } from '../../gpu/recorder';

export interface Product {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
  /** [N], added to every row. */
  bias?: tf.TensorInfo | undefined;
  /** The sides of C[M, N] = A[M, K]·B[K, N]. */
  m: number;
  n: number;
  k: number;
  /** A is stored as [K, M]. */
  aTransposed: boolean;
  /** B is stored as [N, K]. */
  bTransposed: boolean;
}

/** Records C = A·B; a long K over few results is cut into ranges whose sums are added in fixed order. */
export function multiply(
  { a, b, bias, m, n, k, aTransposed, bTransposed }: Product,
  recorder: Recorder,
): tf.TensorInfo {
  // Large tiles re-read less, small ones keep more of the machine busy.
  const threads = Math.ceil(m / 64) * Math.ceil(n / 64) >= 128 ? 16 : 8;
  const tile = threads * 4;
  const tiles = Math.ceil(m / tile) * Math.ceil(n / tile);
  const splits = bias === undefined ? Math.max(1, Math.min(Math.floor(64 / tiles), Math.floor(k / 128))) : 1;
  const c = recorder.output(splits === 1 ? [m, n] : [splits, m * n]);
  recorder.dispatch({
    shader: {
      name: 'linear',
      source: linearSource,
      overrides: {
        THREADS: threads,
        A_TRANSPOSED: Number(aTransposed),
        B_TRANSPOSED: Number(bTransposed),
        HAS_BIAS: Number(bias !== undefined),
      },
    },
    inputs: [a, b, bias ?? b],
    outputs: [c],
    params: [{ u32: m }, { u32: n }, { u32: k }, { u32: Math.ceil(k / splits) }],
    groups: [Math.ceil(n / tile), Math.ceil(m / tile), splits],
  });
  if (splits === 1) return c;
  const total = recorder.output([m, n]);
  addRows(c, splits, m * n, total, recorder);
  recorder.release(c);
  return total;
}

/** Records y = the sum over the rows of x [rows, width]. */
export function addRows(x: tf.TensorInfo, rows: number, width: number, y: tf.TensorInfo, recorder: Recorder): void {
  recorder.dispatch({
    shader: { name: 'sumRows', source: sumRowsSource },
    inputs: [x],
    outputs: [y],
    params: [{ u32: rows }, { u32: width }],
    groups: spread(Math.ceil(width / 16)),
  });
}
