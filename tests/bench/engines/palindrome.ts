// Our own engine, on WebGPU or in WebAssembly, through the same functions as a training run.
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { forcedChoice } from '../../../src/evaluation/judge';
import { lossAndGradient } from '../../../src/training/loss';
import { ModelState } from '../../../src/training/modelState';
import type { Engine, Runner } from '../engine';
import { OPTIMIZER, type Workload } from '../workload';

function run({ config, table, weights, batches, answers }: Workload): Runner {
  const zeros = () => new Float32Array(table.total);
  const state = new ModelState(table, { parameters: weights.slice(), moment1: zeros(), moment2: zeros() });
  let steps = 0;
  return {
    step: async () => {
      const losses: tf.Tensor[] = [];
      let gradient: tf.Tensor1D | null = null;
      for (const batch of batches) {
        const result = lossAndGradient(config, table, state.parameters, batch, answers);
        losses.push(result.losses);
        const before: tf.Tensor1D | null = gradient;
        gradient = tf.tidy(() => {
          const scaled = batches.length > 1 ? tf.mul(result.gradient, 1 / batches.length) : result.gradient;
          return tf.clone(before === null ? scaled : tf.add(before, scaled)) as tf.Tensor1D;
        });
        tf.dispose(before === null ? [result.gradient] : [before, result.gradient]);
      }
      const norm = state.update(gradient as tf.Tensor1D, { ...OPTIMIZER, step: ++steps });
      const figures = tf.tidy(() => tf.concat([...losses, tf.reshape(norm, [1])]));
      tf.dispose([gradient as tf.Tensor1D, norm, ...losses]);
      const values = await figures.data();
      figures.dispose();
      return batches.reduce((sum, _, micro) => sum + (values[2 * micro] ?? NaN), 0) / batches.length;
    },
    judge: async () => {
      const judge = { config, table, parameters: state.parameters, answers, end: 2, padding: 0, cue: [] };
      await forcedChoice(judge, batches[0] as Workload['batches'][number]);
    },
    check: async () => {
      const batch = batches[0] as Workload['batches'][number];
      const { losses, gradient } = lossAndGradient(config, table, state.parameters, batch, answers);
      const norm = tf.tidy(() => tf.sqrt(tf.sum(tf.square(gradient))));
      const [loss = NaN] = await losses.data();
      const [gradientNorm = NaN] = await norm.data();
      tf.dispose([losses, gradient, norm]);
      return { loss, gradientNorm };
    },
    hostBytes: () => heapBytes(),
    dispose: () => state.dispose(),
  };
}

/** The size of the wasm backend's memory, which grows and never shrinks; 0 on other backends. */
function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
  return wasm?.HEAPU8.byteLength ?? 0;
}

export const palindrome: Engine = {
  name: 'palindrome',
  onGpu: true,
  prepare: async (workload) => {
    await startBackend('webgpu');
    return run(workload);
  },
};

export const wasm: Engine = {
  name: 'wasm',
  onGpu: false,
  prepare: async (workload) => {
    await startBackend('wasm');
    return run(workload);
  },
};

/** For tests, which choose tfjs's backend themselves. */
export const onCurrentBackend = run;
