// The ground under the kernels: every shader file compiles, the self-test passes and finds a wrong kernel, training steps
// leave nothing behind, in-place updates are read back fresh, and each backend starts by its name.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { detectBackends, startBackend } from '../../src/gpu/backend';
import { definedKernels } from '../../src/gpu/kernel';
import { describeChecks, selfTest } from '../../src/gpu/selfTest';
import { adamW, type OptimizerState } from '../../src/kernels/optimizer/adamW';
import { addNorm, norm } from '../../src/kernels/addNorm';
import { attention } from '../../src/kernels/attention';
import { controlValues, startingScale } from '../../src/kernels/optimizer/control';
import { feedForward } from '../../src/kernels/feedForward';
import { gatedFeedForward } from '../../src/kernels/gatedFeedForward';
import { gatherRows } from '../../src/kernels/sequence/gatherRows';
import { languageLoss } from '../../src/kernels/languageLoss';
import { linear } from '../../src/kernels/linear';
import { rotary } from '../../src/kernels/rotary';
import { splitFlat } from '../../src/kernels/split';
import { patches } from '../../src/kernels/pictures/patches';
import './kernels/everyKernel';

const sources = import.meta.glob<string>('/shaders/*.wgsl', { query: '?raw', import: 'default', eager: true });

/** Table, layer norm, projections to and from the heads, RMS norm, gated block, feed-forward block, head. */
const SHAPES = [[11, 8], [8], [8], [64, 8], [8, 32], [8], [20, 8], [8, 10], [12, 8], [12], [8, 12], [8], [11, 8]];
const SIZE = SHAPES.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
const SETTINGS = {
  learningRate: 0.03,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
  weightDecay: 0.01,
  clip: 1,
  accumulation: 1,
};

/** The loss of a one-block model over the flat parameters, through most kernels. */
function loss(flat: tf.Tensor1D): tf.Scalar {
  const parts = splitFlat(flat, SHAPES);
  const two = (i: number) => parts[i] as tf.Tensor2D;
  const one = (i: number) => parts[i] as tf.Tensor1D;
  const x = gatherRows(two(0), tf.tensor1d([1, 4, 1, 9, 10, 1], 'int32'));
  const first = addNorm(x, null, one(1), one(2), 1e-5);
  const packed = tf.reshape(linear(first.normed, two(3), null), [2, 3, 64]) as tf.Tensor3D;
  const positions = tf.tensor2d([0, 1, 2, 3, 4, 5], [2, 3], 'int32');
  const turned = rotary(packed, positions, { turned: 3, headWidth: 16, theta: 100 });
  const attended = attention(turned, { heads: 2, kvHeads: 1, causal: true });
  const mixed = linear(tf.reshape(attended, [6, 32]), two(4), null);
  const second = addNorm(first.sum, mixed, one(5), null, 1e-5);
  const gated = gatedFeedForward(second.normed, { gateUp: two(6), down: two(7) });
  const fed = feedForward(gated, { w1: two(8), b1: one(9), w2: two(10), b2: one(11) });
  const losses = languageLoss(
    {
      hidden: norm(second.sum, fed, tf.ones([8]), null, 1e-5),
      head: two(12),
      bias: null,
      positions: tf.tensor1d([0, 1, 2, 3, 4, 5], 'int32'),
      labels: tf.tensor1d([4, 1, 9, 10, 1, 2], 'int32'),
      weights: tf.tensor1d([0.2, 0.2, 0, 0.3, 0.2, 0.1]),
      judgement: tf.tensor1d([0, 0, 0, 0, 0, 1]),
    },
    { chunk: 64 },
  );
  return tf.reshape(tf.slice(losses, 0, 1), []);
}

function control(step: number): tf.Tensor1D {
  return tf.tensor1d(controlValues({ ...SETTINGS, step }, 0));
}

/** Trains for some steps from a fixed start and returns the losses and the last parameters. */
async function train(steps: number): Promise<{ losses: number[]; parameters: number[]; tensors: number[] }> {
  const start = Array.from({ length: SIZE }, (_, i) => Math.sin(i * 12.9898) * 0.5);
  const decay = tf.ones([SIZE]) as tf.Tensor1D;
  let state: OptimizerState = {
    parameters: tf.tensor1d(start),
    moment1: tf.zeros([SIZE]),
    moment2: tf.zeros([SIZE]),
    scaling: tf.tensor1d(startingScale(1)),
  };
  const losses: number[] = [];
  const tensors: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const { value, grad } = tf.valueAndGrad((flat: tf.Tensor) => loss(flat as tf.Tensor1D))(state.parameters);
    const now = control(step);
    const { gradientNorm, ...next } = adamW(state, grad as tf.Tensor1D, decay, now);
    tf.dispose([{ ...state }, grad, gradientNorm, now]);
    state = next;
    losses.push((await value.data())[0] as number);
    value.dispose();
    tensors.push(tf.memory().numTensors);
  }
  const parameters = [...(await state.parameters.data())];
  tf.dispose([{ ...state }, decay]);
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
    expect(checks.map(({ kernel }) => kernel)).toEqual(definedKernels().map(({ name }) => name));
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
    const state: OptimizerState = {
      parameters: tf.ones([5]),
      moment1: tf.zeros([5]),
      moment2: tf.zeros([5]),
      scaling: tf.tensor1d(startingScale(1)),
    };
    const now = control(1);
    await state.parameters.data();
    const next = adamW(state, ones, ones, now);
    expect((await next.parameters.data())[0]).toBeCloseTo(1 - 0.03 * 0.01 - 0.03, 5);
    tf.dispose([ones, now, { ...state }, { ...next }]);
  });

  test('buffers in use do not grow over steps', async () => {
    await train(3);
    const before = (tf.memory() as { numBytesInGPU?: number }).numBytesInGPU;
    await train(3);
    expect((tf.memory() as { numBytesInGPU?: number }).numBytesInGPU).toBe(before);
  });

  test('pictures become patches', async () => {
    const store: tf.Tensor2D = tf.fill([1, 12], -1, 'int32');
    const index = tf.tensor1d([0], 'int32');
    const rows = patches(store, index, { side: 4, patch: 2 });
    expect([...(await rows.data())].every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    tf.dispose([store, index, rows]);
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
