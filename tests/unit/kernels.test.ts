// Every operation's meaning on the cpu backend: values worked out by hand or by a plain loop, and every gradient against
// central differences.
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { Random } from '../../src/base/random';
import { adamW } from '../../src/kernels/adamW';
import { attention } from '../../src/kernels/attention';
import { crossEntropy } from '../../src/kernels/crossEntropy';
import { gatherRows } from '../../src/kernels/gatherRows';
import { gelu } from '../../src/kernels/gelu';
import { layerNorm } from '../../src/kernels/layerNorm';
import { linear } from '../../src/kernels/linear';
import { patches } from '../../src/kernels/patches';
import { pixelShuffle } from '../../src/kernels/pixelShuffle';
import { rmsNorm } from '../../src/kernels/rmsNorm';
import { rotary } from '../../src/kernels/rotary';
import { siluMul } from '../../src/kernels/siluMul';
import { splitFlat } from '../../src/kernels/split';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function draw(size: number, key: number): Float32Array {
  const random = new Random(7, key);
  return Float32Array.from({ length: size }, () => random.between(-1.5, 1.5));
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Compares the tape's gradient of Σ weight·f with central differences, input by input. */
async function checkGradient(f: (...inputs: tf.Tensor[]) => tf.Tensor, shapes: number[][]): Promise<void> {
  const values = shapes.map((shape, i) => draw(size(shape), i));
  const before = tf.memory().numTensors;
  const build = (): tf.Tensor[] => values.map((v, i) => tf.tensor(v, shapes[i]));
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const y = f(...inputs);
    return tf.sum(tf.mul(y, tf.tensor(draw(y.size, 99), y.shape)));
  };
  const inputs = build();
  const gradients = tf.grads(loss)(inputs);
  for (const [i, gradient] of gradients.entries()) {
    const got = await gradient.data();
    const at = values[i] as Float32Array;
    for (let j = 0; j < at.length; j += Math.max(1, Math.floor(at.length / 11))) {
      const kept = at[j] as number;
      const side = async (value: number): Promise<number> => {
        at[j] = value;
        const result = tf.tidy(() => loss(...build()));
        at[j] = kept;
        const [number] = await result.data();
        result.dispose();
        return number as number;
      };
      const wanted = ((await side(kept + 1e-2)) - (await side(kept - 1e-2))) / 2e-2;
      expect(Math.abs((got[j] as number) - wanted), `input ${i}, element ${j}`).toBeLessThan(
        4e-3 * Math.max(1, Math.abs(wanted)),
      );
    }
  }
  tf.dispose([inputs, gradients]);
  expect(tf.memory().numTensors).toBe(before);
}

describe('gradients equal central differences', () => {
  const cast2 = (t: tf.Tensor | undefined): tf.Tensor2D => t as tf.Tensor2D;
  const cast1 = (t: tf.Tensor | undefined): tf.Tensor1D => t as tf.Tensor1D;
  const cast3 = (t: tf.Tensor | undefined): tf.Tensor3D => t as tf.Tensor3D;

  test('linear', () => checkGradient((x, w, b) => linear(cast2(x), cast2(w), cast1(b)), [[5, 7], [3, 7], [3]]));
  test('linear without bias', () =>
    checkGradient(
      (x, w) => linear(cast2(x), cast2(w), null),
      [
        [5, 7],
        [3, 7],
      ],
    ));
  test('layerNorm', () =>
    checkGradient((x, w, b) => layerNorm(cast2(x), cast1(w), cast1(b), 1e-5), [[4, 9], [9], [9]]));
  test('rmsNorm', () => checkGradient((x, w) => rmsNorm(cast2(x), cast1(w), 1e-5), [[4, 9], [9]]));
  test('gelu', () => checkGradient((x) => gelu(x), [[5, 7]]));
  test('siluMul', () =>
    checkGradient(
      (gate, up) => siluMul(gate, up),
      [
        [5, 7],
        [5, 7],
      ],
    ));
  test('rotary', () =>
    checkGradient(
      (x) => rotary(cast3(x), tf.tensor2d([0, 1, 2, 5, 6, 7], [2, 3], 'int32'), { heads: 3, theta: 100 }),
      [[2, 3, 12]],
    ));
  test('attention with grouped queries, a causal rule and a key mask', () =>
    checkGradient(
      (q, k, v) => {
        const mask = tf.tensor2d([1, 1, 1, 0, 1, 0, 0, 1, 1, 1], [2, 5], 'int32');
        return attention(cast3(q), cast3(k), cast3(v), mask, { heads: 4, kvHeads: 2, causal: true });
      },
      [
        [2, 4, 12],
        [2, 5, 6],
        [2, 5, 6],
      ],
    ));
  test('attention that sees everything', () =>
    checkGradient(
      (q, k, v) => attention(cast3(q), cast3(k), cast3(v), null, { heads: 2, kvHeads: 2, causal: false }),
      [
        [1, 3, 6],
        [1, 5, 6],
        [1, 5, 6],
      ],
    ));
  test('gatherRows with repeated indices', () =>
    checkGradient((table) => gatherRows(cast2(table), tf.tensor1d([1, 3, 1, 0, 1], 'int32')), [[5, 3]]));
  test('crossEntropy', () =>
    checkGradient(
      (logits) => crossEntropy(cast2(logits), tf.tensor1d([2, 0, -100, 6], 'int32'), tf.tensor1d([1, 0.5, 0, 2])),
      [[4, 7]],
    ));
  test('splitFlat, one part unused', () =>
    checkGradient(
      (flat) => {
        const [a, , c] = splitFlat(cast1(flat), [[2, 3], [4], [3, 1]]);
        return tf.matMul(a as tf.Tensor2D, c as tf.Tensor2D);
      },
      [[13]],
    ));
  test('pixelShuffle', () => checkGradient((x) => pixelShuffle(cast3(x), 2), [[2, 16, 3]]));
});

describe('values', () => {
  test('a place of weight zero costs exactly nothing and moves nothing', async () => {
    const labels = tf.tensor1d([1, -1, 2], 'int32');
    const weights = tf.tensor1d([1, 0, 1]);
    const logits = tf.tensor2d(draw(15, 3), [3, 5]);
    const loss = await crossEntropy(logits, labels, weights).data();
    expect(loss[1]).toBe(0);
    const slope = await tf
      .grad((x: tf.Tensor) => tf.sum(crossEntropy(x as tf.Tensor2D, labels, weights)))(logits)
      .data();
    expect([...slope.subarray(5, 10)].every((value) => Math.abs(value) === 0)).toBe(true);
  });

  test('a query that sees no key answers zero', async () => {
    const x = tf.tensor3d(draw(12, 4), [1, 3, 4]);
    const mask = tf.tensor2d([0, 1, 1], [1, 3], 'int32');
    const y = await attention(x, x, x, mask, { heads: 2, kvHeads: 2, causal: true }).data();
    expect([...y.subarray(0, 4)].every((value) => value === 0)).toBe(true);
    expect(Math.abs(y[4] as number)).toBeGreaterThan(0);
  });

  test('attention equals a loop over queries and keys', async () => {
    const [B, T, S, H, G, D] = [2, 3, 5, 4, 2, 6];
    const [q, k, v] = [draw(B * T * H * D, 1), draw(B * S * G * D, 2), draw(B * S * G * D, 3)];
    const y = await attention(
      tf.tensor3d(q, [B, T, H * D]),
      tf.tensor3d(k, [B, S, G * D]),
      tf.tensor3d(v, [B, S, G * D]),
      null,
      {
        heads: H,
        kvHeads: G,
        causal: true,
      },
    ).data();
    for (let b = 0; b < B; b++)
      for (let t = 0; t < T; t++)
        for (let h = 0; h < H; h++) {
          const g = Math.floor((h * G) / H);
          const scores: number[] = [];
          for (let s = 0; s <= t + S - T; s++) {
            let dot = 0;
            for (let d = 0; d < D; d++)
              dot += (q[((b * T + t) * H + h) * D + d] as number) * (k[((b * S + s) * G + g) * D + d] as number);
            scores.push(Math.exp(dot / Math.sqrt(D)));
          }
          const total = scores.reduce((a, c) => a + c, 0);
          for (let d = 0; d < D; d++) {
            const wanted = scores.reduce(
              (sum, p, s) => sum + (p / total) * (v[((b * S + s) * G + g) * D + d] as number),
              0,
            );
            expect(y[((b * T + t) * H + h) * D + d]).toBeCloseTo(wanted, 5);
          }
        }
  });

  test('rotary turns feature i with feature i + Dh/2', async () => {
    const y = await rotary(tf.tensor3d([1, 2, 3, 4], [1, 1, 4]), tf.tensor2d([3], [1, 1], 'int32'), {
      heads: 1,
      theta: 10000,
    }).data();
    const [a, b] = [3, 3 / 100];
    expect(y[0]).toBeCloseTo(Math.cos(a) - 3 * Math.sin(a), 5);
    expect(y[1]).toBeCloseTo(2 * Math.cos(b) - 4 * Math.sin(b), 5);
    expect(y[2]).toBeCloseTo(3 * Math.cos(a) + Math.sin(a), 5);
    expect(y[3]).toBeCloseTo(4 * Math.cos(b) + 2 * Math.sin(b), 5);
  });

  test('patches are channel-first inside a tile, tiles row by row', async () => {
    const bytes = tf.range(0, 48, 1, 'int32').reshape([1, 4, 4, 3]) as tf.Tensor4D;
    const y = await patches(bytes, 2).data();
    const second = [...y.subarray(12, 24)].map((value) => Math.round((value + 1) * 127.5));
    expect(second).toEqual([6, 9, 18, 21, 7, 10, 19, 22, 8, 11, 20, 23]);
  });

  test('pixelShuffle gathers 2 × 2 neighbours row by row', async () => {
    const x = tf.range(0, 16).reshape([1, 16, 1]) as tf.Tensor3D;
    expect([...(await pixelShuffle(x, 2).data())]).toEqual([0, 1, 4, 5, 2, 3, 6, 7, 8, 9, 12, 13, 10, 11, 14, 15]);
  });

  test('adamW follows the textbook and clips by the global norm', async () => {
    const settings = { learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.1, clip: 1 };
    const gradient = [3, -4, 0.5];
    const decay = [1, 0, 1];
    const p = [1, 2, 3];
    const m = [0, 0, 0];
    const v = [0, 0, 0];
    let state = {
      parameters: tf.tensor1d(p),
      moment1: tf.tensor1d(m),
      moment2: tf.tensor1d(v),
    };
    for (let step = 1; step <= 3; step++) {
      const next = adamW(state, tf.tensor1d(gradient), tf.tensor1d(decay), { ...settings, step });
      state = next;
      const norm = Math.hypot(...gradient);
      expect((await next.gradientNorm.data())[0]).toBeCloseTo(norm, 5);
      for (let i = 0; i < 3; i++) {
        const g = (gradient[i] as number) * Math.min(1, 1 / (norm + 1e-6));
        m[i] = 0.9 * (m[i] as number) + 0.1 * g;
        v[i] = 0.99 * (v[i] as number) + 0.01 * g * g;
        const change = (m[i] as number) / (1 - 0.9 ** step) / (Math.sqrt((v[i] as number) / (1 - 0.99 ** step)) + 1e-8);
        p[i] = (p[i] as number) * (1 - 0.01 * (decay[i] as number)) - 0.1 * change;
      }
      const got = await state.parameters.data();
      for (let i = 0; i < 3; i++) expect(got[i]).toBeCloseTo(p[i] as number, 4);
    }
  });
});
