// The ground under the kernels: every shader file compiles, the self-test passes and finds a wrong kernel, training steps
// leave nothing behind, in-place updates are read back fresh, and each backend starts by its name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { detectBackends, startBackend } from '../../src/gpu/backend';
import { definedKernels } from '../../src/gpu/kernel';
import { describeChecks, selfTest } from '../../src/gpu/selfTest';
import { adamW } from '../../src/kernels/adamW';
import { attention } from '../../src/kernels/attention';
import { crossEntropy } from '../../src/kernels/crossEntropy';
import { gatherRows } from '../../src/kernels/gatherRows';
import { gelu } from '../../src/kernels/gelu';
import { layerNorm } from '../../src/kernels/layerNorm';
import { linear } from '../../src/kernels/linear';
import { patches } from '../../src/kernels/patches';
import { rmsNorm } from '../../src/kernels/rmsNorm';
import { rotary } from '../../src/kernels/rotary';
import { siluMul } from '../../src/kernels/siluMul';
import { splitFlat } from '../../src/kernels/split';

const sources = import.meta.glob<string>('/shaders/*.wgsl', { query: '?raw', import: 'default', eager: true });

const SHAPES = [[11, 8], [8], [8], [8, 8], [8], [8, 8], [11, 8]];
const SIZE = SHAPES.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
const SETTINGS = { learningRate: 0.03, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.01, clip: 1 };

/** The loss of a one-block model over the flat parameters, through most kernels. */
function loss(flat: tf.Tensor1D): tf.Scalar {
  const [table, weight, bias, mix, scale, up, head] = splitFlat(flat, SHAPES) as [
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor1D,
    tf.Tensor2D,
    tf.Tensor2D,
  ];
  const positions = tf.tensor2d([0, 1, 2, 3, 4, 5], [2, 3], 'int32');
  const x = gatherRows(table, tf.tensor1d([1, 4, 1, 9, 10, 1], 'int32'));
  const normed = tf.reshape(linear(layerNorm(x, weight, bias, 1e-5), mix, bias), [2, 3, 8]) as tf.Tensor3D;
  const q = rotary(normed, positions, { heads: 2, theta: 100 });
  const mask = tf.tensor2d([1, 1, 0, 1, 1, 1], [2, 3], 'int32');
  const attended = attention(q, q, normed, mask, { heads: 2, kvHeads: 2, causal: true });
  const y = tf.add(x, tf.reshape(attended, [6, 8])) as tf.Tensor2D;
  const hidden = rmsNorm(y, scale, 1e-5);
  const mixed = tf.add(y, siluMul(gelu(linear(hidden, up, null)), hidden)) as tf.Tensor2D;
  const labels = tf.tensor1d([4, 1, 9, 10, 1, 2], 'int32');
  return tf.mean(crossEntropy(linear(mixed, head, null), labels, tf.tensor1d([1, 1, 0, 2, 1, 1])));
}

/** Trains for some steps from a fixed start and returns the losses and the last parameters. */
async function train(steps: number): Promise<{ losses: number[]; parameters: number[]; tensors: number[] }> {
  const start = Array.from({ length: SIZE }, (_, i) => Math.sin(i * 12.9898) * 0.5);
  const decay = tf.ones([SIZE]) as tf.Tensor1D;
  let state = {
    parameters: tf.tensor1d(start),
    moment1: tf.zeros([SIZE]) as tf.Tensor1D,
    moment2: tf.zeros([SIZE]) as tf.Tensor1D,
  };
  const losses: number[] = [];
  const tensors: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { value, grad } = tf.valueAndGrad((flat: tf.Tensor) => loss(flat as tf.Tensor1D))(state.parameters);
    const { gradientNorm, ...next } = adamW(state, grad as tf.Tensor1D, decay, { ...SETTINGS, step });
    tf.dispose([state.parameters, state.moment1, state.moment2, grad, gradientNorm]);
    state = next;
    losses.push((await value.data())[0] as number);
    value.dispose();
    tensors.push(tf.memory().numTensors);
  }
  const parameters = [...(await state.parameters.data())];
  tf.dispose([state, decay]);
  return { losses, parameters, tensors };
}

describe('webgpu', () => {
  beforeAll(async () => {
    const started = await startBackend('webgpu');
    expect(started.name).toBe('webgpu');
    expect(tf.getBackend()).toBe('webgpu');
  });

  test('every shader file compiles', async () => {
    const adapter = (await navigator.gpu.requestAdapter()) as GPUAdapter;
    const features: GPUFeatureName[] = ['subgroups', 'shader-f16'];
    const offered = features.filter((feature) => adapter.features.has(feature));
    const device = await adapter.requestDevice({ requiredFeatures: offered });
    expect(Object.keys(sources).length).toBeGreaterThan(15);
    for (const [path, code] of Object.entries(sources)) {
      // Without a device that has f16 Dawn checks such a file elsewhere, in tests/unit/shaders.test.ts.
      if (code.includes('enable f16;') && !offered.includes('shader-f16')) continue;
      const { messages } = await device.createShaderModule({ code }).getCompilationInfo();
      expect(messages.map(({ lineNum, message }) => `${path}:${lineNum} ${message}`)).toEqual([]);
    }
    device.destroy();
  });

  test('the self-test agrees for every kernel and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const checks = await selfTest();
    expect(checks.filter((check) => !check.agrees)).toEqual([]);
    expect(checks.length).toBe(definedKernels().length);
    expect(tf.memory().numTensors).toBe(before);
    expect(tf.getBackend()).toBe('webgpu');
    expect(describeChecks(checks)).toContain('agree');
  });

  test('a training run equals the JavaScript backend, and its tensors do not add up', async () => {
    const onGpu = await train(6);
    expect(new Set(onGpu.tensors).size).toBe(1);
    await tf.setBackend('cpu');
    const onCpu = await train(6);
    await tf.setBackend('webgpu');
    onGpu.losses.forEach((value, i) => expect(value).toBeCloseTo(onCpu.losses[i] as number, 3));
    expect(onGpu.losses[5]).toBeLessThan(onGpu.losses[0] as number);
  });

  test('two runs are equal to the bit', async () => {
    expect(await train(4)).toEqual(await train(4));
  });

  test('a parameter read between two updates is not read stale afterwards', async () => {
    const ones = tf.ones([5]) as tf.Tensor1D;
    const state = { parameters: tf.ones([5]), moment1: tf.zeros([5]), moment2: tf.zeros([5]) } as {
      parameters: tf.Tensor1D;
      moment1: tf.Tensor1D;
      moment2: tf.Tensor1D;
    };
    await state.parameters.data();
    const next = adamW(state, ones, ones, { ...SETTINGS, step: 1 });
    expect((await next.parameters.data())[0]).toBeCloseTo(1 - 0.03 * 0.01 - 0.03, 5);
    tf.dispose([ones, state, next]);
  });

  test('buffers in use do not grow over steps', async () => {
    await train(3);
    const before = (tf.memory() as { numBytesInGPU?: number }).numBytesInGPU;
    await train(3);
    expect((tf.memory() as { numBytesInGPU?: number }).numBytesInGPU).toBe(before);
  });

  test('pictures become patches', async () => {
    const picture = tf.fill([1, 4, 4, 3], 255, 'int32') as tf.Tensor4D;
    const rows = patches(picture, 2);
    expect([...(await rows.data())].every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    tf.dispose([picture, rows]);
  });
});

describe('other backends', () => {
  afterAll(async () => {
    await tf.setBackend('cpu');
  });

  test('software graphics is told apart, and auto then computes on the processor', async () => {
    const found = await detectBackends();
    expect(found.adapter?.isFallback).toBe(true);
    const started = await startBackend('auto');
    expect(started.name).toBe('wasm');
    expect(started.reason).toContain('software');
  });

  test('the self-test agrees on wasm', async () => {
    await startBackend('wasm');
    const started = performance.now();
    const checks = await selfTest();
    expect(checks.filter((check) => !check.agrees)).toEqual([]);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('a training run on wasm equals the JavaScript backend', async () => {
    await startBackend('wasm');
    const onWasm = await train(4);
    await startBackend('cpu');
    const onCpu = await train(4);
    onWasm.losses.forEach((value, i) => expect(value).toBeCloseTo(onCpu.losses[i] as number, 4));
  });
});
