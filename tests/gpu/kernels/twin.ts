// Runs a kernel on a backend (WebGPU unless said) and its plain form on the JavaScript backend, on the same numbers.
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random';
import type { ExampleInput } from '../../../src/gpu/kernel';
import { definedKernels } from '../../../src/gpu/kernel';

function values({ shape, low = -1, high = 1, integer = false }: ExampleInput, key: number): number[] {
  const random = new Random(17, key);
  const size = shape.reduce((product, side) => product * side, 1);
  return Array.from({ length: size }, () => {
    const value = random.between(low, high);
    return integer ? Math.floor(value) : value;
  });
}

async function read(result: tf.Tensor | tf.Tensor[]): Promise<number[][]> {
  const tensors = Array.isArray(result) ? result : [result];
  const numbers = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return numbers.map((output) => [...output]);
}

/** Expects all outputs of the named kernel to equal its twin's within `tolerance` (relative to max(1, |twin|)). */
export async function expectTwin(
  name: string,
  inputs: Record<string, ExampleInput>,
  attributes: object,
  tolerance = 2e-5,
  backend: 'webgpu' | 'wasm' = 'webgpu',
): Promise<void> {
  const kernel = definedKernels().find((candidate) => candidate.name === name);
  if (kernel === undefined) throw new Error(`no kernel is called ${name}`);
  const build = (): Record<string, tf.Tensor> =>
    Object.fromEntries(
      Object.entries(inputs).map(([key, input], i) => [
        key,
        tf.tensor(values(input, i), input.shape, input.integer === true ? 'int32' : 'float32'),
      ]),
    );
  await tf.setBackend('cpu');
  const twinInputs = build();
  const wanted = await read(kernel.plain(twinInputs, attributes));
  tf.dispose(twinInputs);

  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const ownInputs = build();
  const got = await read(kernel.run(ownInputs, attributes));
  tf.dispose(ownInputs);
  expect(tf.memory().numTensors, `${name} leaves no tensors`).toBe(before);

  expect(got.map((output) => output.length)).toEqual(wanted.map((output) => output.length));
  wanted.forEach((output, o) =>
    output.forEach((number, i) => {
      const difference = Math.abs((got[o]?.[i] ?? NaN) - number) / Math.max(1, Math.abs(number));
      if (!(difference <= tolerance)) {
        throw new Error(`${name}, output ${o}, element ${i}: ${got[o]?.[i]} where its twin gives ${number}`);
      }
    }),
  );
}

/**
 * Expects every kernel that a test file has imported to have a shader, and an example (on which the start-up self-test
 * relies) that agrees with its twin, here far more closely than the self-test asks for.
 * @param except kernels that another file has, which compile slowly
 */
export function describeExamples(except?: RegExp): void {
  describe('examples equal their twins', () => {
    for (const { name, example, hasShader } of definedKernels()) {
      if (except?.test(name) === true) continue;
      test(name, async () => {
        expect(hasShader, 'has a shader').toBe(true);
        expect(example, 'has an example for the self-test').not.toBeNull();
        if (example !== null) await expectTwin(name, example.inputs, example.attributes, 1e-5);
      });
    }
  });
}

/**
 * Expects the gradient of Σ r·f(inputs), r fixed and random, to equal central differences on the current backend.
 * Looks at up to seven elements of each input.
 */
export async function expectFiniteDifferences(
  f: (...inputs: tf.Tensor[]) => tf.Tensor,
  shapes: readonly number[][],
): Promise<void> {
  const numbers = shapes.map((shape, i) => values({ shape, low: -1.5, high: 1.5 }, 50 + i));
  const build = (): tf.Tensor[] => numbers.map((list, i) => tf.tensor(list, shapes[i]));
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const y = f(...inputs);
    return tf.sum(tf.mul(y, tf.tensor(values({ shape: y.shape }, 99), y.shape)));
  };
  const inputs = build();
  const gradients = tf.grads(loss)(inputs);
  for (const [i, gradient] of gradients.entries()) {
    const got = await gradient.data();
    const list = numbers[i] as number[];
    for (let j = 0; j < list.length; j += Math.max(1, Math.floor(list.length / 6))) {
      const kept = list[j] as number;
      const at = async (value: number): Promise<number> => {
        list[j] = value;
        const result = tf.tidy(() => loss(...build()));
        list[j] = kept;
        const [number] = await result.data();
        result.dispose();
        return number as number;
      };
      const wanted = ((await at(kept + 1e-2)) - (await at(kept - 1e-2))) / 2e-2;
      expect(Math.abs((got[j] as number) - wanted), `input ${i}, element ${j}`).toBeLessThan(
        6e-3 * Math.max(1, Math.abs(wanted)),
      );
    }
  }
  tf.dispose([inputs, gradients]);
}
