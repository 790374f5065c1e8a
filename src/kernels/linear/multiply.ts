// Records matrix products for the layers: C = A·B with an epilogue, into a new tensor or into a place that exists. One
// door for several shaders (variants.ts): which of them runs depends on the sizes and on the adapter.
import type * as tf from '@tensorflow/tfjs';
import sumPartsSource from '../../../shaders/sumParts.wgsl?raw';
import sumRowsSource from '../../../shaders/sumRows.wgsl?raw';
import type { Recorder } from '../../gpu/recorder';
import { spread } from '../../gpu/recorder';
import type { Layout } from './shapes';
import { layoutOf, splitsOf } from './shapes';

export interface Product {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
  /** The sides of C[M, N] = A[M, K]·B[K, N]. With the gated activation B has 2N columns, gate beside up. */
  m: number;
  n: number;
  k: number;
  /** A is stored as [K, M]. */
  aTransposed: boolean;
  /** B is stored as [N, K]. */
  bTransposed: boolean;
  /** [N], added to every row. */
  bias?: tf.TensorInfo | undefined;
  /** C is the activation of the sums (with their bias), and `before` gets what went in: [M, N], gated [M, 2N]. */
  activation?: { kind: 'gelu' | 'gated'; before: tf.TensorInfo };
  /** The sums are multiplied by the activation's slope at `before`: C is [M, N], gated [M, 2N]. */
  slope?: { kind: 'gelu' | 'gated'; before: tf.TensorInfo };
  /** Gets the row sums of A, [M]. Only without bias, activation and slope. */
  sums?: tf.TensorInfo | undefined;
  /** Where C goes; a new tensor unless given. */
  into?: tf.TensorInfo | undefined;
}

/** What is done to the sums, by the number that the shaders know it by. */
const EPILOGUES = { none: 0, bias: 1, gelu: 2, gated: 3, geluSlope: 4, gatedSlope: 5, sums: 6 } as const;

function epilogueOf({ bias, activation, slope, sums }: Product): keyof typeof EPILOGUES {
  if (activation !== undefined) return activation.kind;
  if (slope !== undefined) return `${slope.kind}Slope`;
  if (sums !== undefined) return 'sums';
  return bias === undefined ? 'none' : 'bias';
}

/** Records C = A·B; a long K over few results is cut into ranges whose sums are added in fixed order. */
export function multiply(product: Product, recorder: Recorder): tf.TensorInfo {
  const { m, n, slope, sums } = product;
  const columns = slope?.kind === 'gated' ? 2 * n : n;
  const c = product.into ?? recorder.output([m, columns]);
  if (m === 0 || n === 0) return c;
  const epilogue = epilogueOf(product);
  const layout = layoutOf(product, recorder.traits);
  const splits = epilogue === 'none' || epilogue === 'sums' ? splitsOf(product, layout) : 1;
  if (splits === 1) {
    dispatchProduct(product, epilogue, layout, 1, c, recorder);
    return c;
  }
  const parts = recorder.output([splits, m * n]);
  const partSums = sums === undefined ? undefined : recorder.output([splits, m]);
  dispatchProduct({ ...product, sums: partSums }, epilogue, layout, splits, parts, recorder);
  addParts(parts, partSums, splits, c, sums, recorder);
  return c;
}

function dispatchProduct(
  product: Product,
  epilogue: keyof typeof EPILOGUES,
  { shader, overrides, rows, columns, gatedColumns = columns / 2 }: Layout,
  splits: number,
  c: tf.TensorInfo,
  recorder: Recorder,
): void {
  const { a, b, bias, activation, slope, sums, m, n, k, aTransposed, bTransposed } = product;
  const gated = epilogue === 'gated';
  const second = activation?.before ?? sums ?? recorder.output([1]);
  const wide = gated ? 2 * n : n;
  const moved =
    m * k + k * wide + m * wide * (gated ? 1.5 : epilogue === 'gatedSlope' ? 4 : epilogue === 'none' ? 1 : 2);
  recorder.dispatch({
    shader: {
      ...shader,
      overrides: {
        ...overrides,
        A_TRANSPOSED: Number(aTransposed),
        B_TRANSPOSED: Number(bTransposed),
        EPILOGUE: EPILOGUES[epilogue],
      },
    },
    inputs: [a, b, bias ?? slope?.before ?? b],
    outputs: [c, second],
    // A range of K begins at a multiple of four, where numbers are read in fours.
    params: [{ u32: m }, { u32: n }, { u32: k }, { u32: 4 * Math.ceil(k / splits / 4) }],
    groups: [Math.ceil(n / (gated ? gatedColumns : columns)), Math.ceil(m / rows), splits],
    work: { flops: 2 * m * wide * k, bytes: 4 * moved },
  });
  if (activation === undefined && sums === undefined) recorder.release(second);
}

function addParts(
  parts: tf.TensorInfo,
  partSums: tf.TensorInfo | undefined,
  splits: number,
  c: tf.TensorInfo,
  sums: tf.TensorInfo | undefined,
  recorder: Recorder,
): void {
  const width = (parts.shape[1] ?? 0) as number;
  if (sums === undefined || partSums === undefined) {
    addRows(parts, splits, width, c, recorder);
    recorder.release(parts);
    return;
  }
  const rows = partSums.shape[1] ?? 0;
  recorder.dispatch({
    shader: { name: 'sumParts', source: sumPartsSource },
    inputs: [parts, partSums],
    outputs: [c, sums],
    params: [{ u32: splits }, { u32: width }, { u32: rows }],
    groups: spread(Math.ceil((width + rows) / 64)),
    work: { flops: splits * (width + rows), bytes: 4 * (splits + 1) * (width + rows) },
  });
  recorder.release(parts);
  recorder.release(partSums);
}

/** Records y = the sum over the rows of x [rows, width]. */
export function addRows(x: tf.TensorInfo, rows: number, width: number, y: tf.TensorInfo, recorder: Recorder): void {
  recorder.dispatch({
    shader: { name: 'sumRows', source: sumRowsSource },
    inputs: [x],
    outputs: [y],
    params: [{ u32: rows }, { u32: width }],
    groups: spread(Math.ceil(width / 16)),
    work: { flops: rows * width, bytes: 4 * (rows + 1) * width },
  });
}
