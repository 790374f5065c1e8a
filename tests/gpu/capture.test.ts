import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { startBackend } from '../../src/gpu/backend';
import { InputBlock, makeTensors } from '../../src/gpu/hostTensors';
import { Replayed } from '../../src/gpu/replayed';
import { recorderOf, type Recorder } from '../../src/gpu/recorder';
import { addVectors } from '../../src/kernels/addVectors';
import { linear } from '../../src/kernels/linear';
import { splitFlat } from '../../src/kernels/split';

let recorder: Recorder;
beforeAll(async () => {
  await startBackend('webgpu');
  recorder = recorderOf(tf.backend());
});
afterEach(() => expect(recorder.planBytes).toBe(0));

const noise = (count: number, seed: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length: count }, () => random.between(-1, 1));
};

describe('a captured plan', () => {
  it('gives for new inputs what op by op gives, to the bit', async () => {
    const weights = makeTensors({
      w1: { values: noise(64 * 32, 1), shape: [64, 32] },
      w2: { values: noise(32 * 64, 2), shape: [32, 64] },
    });
    const work = ({ x }: Record<'x', tf.Tensor>) => {
      const hidden = linear(x as tf.Tensor2D, weights.w1 as tf.Tensor2D, null);
      return [addVectors(linear(hidden, weights.w2 as tf.Tensor2D, null), x as tf.Tensor2D)];
    };
    const input = (seed: number) => ({ x: { values: noise(50 * 32, seed), shape: [50, 32] } });
    const replayed = new Replayed(input(3), work);
    for (const seed of [4, 5, 6]) {
      const [captured] = await replayed.run(input(seed));
      const tensors = makeTensors(input(seed));
      const [eager] = tf.tidy(() => work(tensors));
      expect(captured).toEqual(await eager?.data());
      tf.dispose([tensors, eager as tf.Tensor]);
    }
    replayed.dispose();
    tf.dispose(weights);
  });

  it('refuses stock operations and numbers of the host, and leaves all as it was', async () => {
    const { a } = makeTensors({ a: { values: noise(8, 1), shape: [8] } });
    expect(() => recorder.capture(() => tf.tidy(() => [tf.mul(a, a)]))).toThrow(/cannot be captured/);
    expect(() => recorder.capture(() => tf.tidy(() => [addVectors(a, tf.tensor1d(noise(8, 2)))]))).toThrow(
      /pass it in/,
    );
    const doubled = tf.tidy(() => tf.add(a, a));
    expect([...(await doubled.data())]).toEqual([...noise(8, 1)].map((v) => v * 2));
    tf.dispose([a, doubled]);
  });

  it('can be cut into several submits without a change', async () => {
    const input = { x: { values: noise(64, 1), shape: [64] } };
    const work = ({ x }: Record<'x', tf.Tensor>) => {
      let sum = x;
      for (let i = 0; i < 10; i++) sum = addVectors(sum, x);
      return [sum];
    };
    const replayed = new Replayed(input, work);
    const [whole] = await replayed.run(input);
    replayed.plan?.cut(4500);
    expect(replayed.plan?.submits).toBe(5);
    const [cut] = await replayed.run(input);
    expect(cut).toEqual(whole);
    replayed.dispose();
  });

  it('times its dispatches', async () => {
    const input = { x: { values: noise(64, 1), shape: [64] } };
    const replayed = new Replayed(input, ({ x }) => [addVectors(x, x)]);
    const times = await replayed.plan?.time();
    expect(times?.map(({ name }) => name)).toEqual(['addVectors']);
    expect(times?.[0]?.milliseconds).toBeGreaterThanOrEqual(0);
    expect(times?.[0]?.work).toEqual({ flops: 64, bytes: 768 });
    replayed.dispose();
  });
});

describe('views of a flat vector', () => {
  it('are read by our kernels in place and by stock operations as copies', async () => {
    const flat = tf.tensor1d(noise(192, 1));
    const parts = splitFlat(flat, [[64], [2, 64]]) as [tf.Tensor1D, tf.Tensor2D];
    const sums = tf.tidy(() => [addVectors(parts[0], parts[0]), tf.add(parts[1], 1)]);
    const [doubled, raised] = await Promise.all(sums.map((t) => t.data()));
    const values = noise(192, 1);
    expect([...(doubled ?? [])]).toEqual([...values.subarray(0, 64)].map((v) => v * 2));
    expect([...(raised ?? [])]).toEqual([...values.subarray(64).map((v) => v + 1)]);
    expect([...(await parts[1].data())]).toEqual([...values.subarray(64)]);
    tf.dispose([flat, parts, sums]);
  });

  it('collect their gradients in one vector without copies, used twice or not at all', async () => {
    const flat = tf.tensor1d(noise(64 * 3 * 64, 2));
    const gradient = (work: (parts: tf.Tensor2D[]) => tf.Tensor) =>
      tf.grad((x: tf.Tensor) =>
        work(
          splitFlat(x as tf.Tensor1D, [
            [64, 64],
            [64, 64],
            [64, 64],
          ]) as tf.Tensor2D[],
        ),
      )(flat);
    const x = tf.tensor2d(noise(10 * 64, 3), [10, 64]);
    for (const work of [
      ([a, b, c]: tf.Tensor2D[]) =>
        tf.sum(linear(linear(linear(x, a as tf.Tensor2D, null), b as tf.Tensor2D, null), c as tf.Tensor2D, null)),
      ([a, b]: tf.Tensor2D[]) =>
        tf.sum(linear(linear(linear(x, a as tf.Tensor2D, null), b as tf.Tensor2D, null), a as tf.Tensor2D, null)),
    ]) {
      const got = tf.tidy(() => gradient(work));
      const wanted = tf.tidy(() =>
        tf.grad((v: tf.Tensor) =>
          work([0, 1, 2].map((i) => tf.reshape(tf.slice(v as tf.Tensor1D, i * 4096, 4096), [64, 64]))),
        )(flat),
      );
      const [a, b] = [await got.data(), await wanted.data()];
      expect(Math.max(...a.map((v, i) => Math.abs(v - (b[i] ?? NaN))))).toBeLessThan(2e-3);
      tf.dispose([got, wanted]);
    }
    tf.dispose([flat, x]);
  });

  it('are written in order with what is submitted, together or one alone', async () => {
    const array = (seed: number, length: number) => ({ values: noise(length, seed), shape: [length] });
    const block = new InputBlock({ a: array(1, 8), b: array(2, 100), c: array(3, 3) });
    const { a, b, c } = block.tensors;
    const before = tf.tidy(() => addVectors(a, a));
    block.write({ a: { values: new Float32Array(8), shape: [8] }, c: array(4, 3) });
    const read = async (t: tf.Tensor) => [...(await tf.tidy(() => addVectors(t, t)).data())].map((v) => v / 2);
    expect([...(await before.data())]).toEqual([...noise(8, 1)].map((v) => v * 2));
    expect(await read(a)).toEqual([...new Float32Array(8)]);
    expect(await read(b)).toEqual([...noise(100, 2)]);
    expect(await read(c)).toEqual([...noise(3, 4)]);
    block.dispose();
    before.dispose();
  });
});
