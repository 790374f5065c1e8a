// Our own engine, on WebGPU or in WebAssembly, through the same functions as a training run.
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../../src/gpu/backend';
import { forcedChoice } from '../../../src/evaluation/judge';
import { makeTensors } from '../../../src/gpu/hostTensors';
import type { Plan } from '../../../src/gpu/plan';
import { CapturedStepper } from '../../../src/training/capturedStepper';
import { lossAndGradient, lossArrays } from '../../../src/training/loss';
import { makeStepper } from '../../../src/training/makeStepper';
import { ModelState } from '../../../src/training/modelState';
import type { Engine, KernelTime, Runner } from '../engine';
import { OPTIMIZER, type Workload } from '../../../src/training/workload';

function run({ config, table, weights, batches, answers }: Workload): Runner {
  const zeros = () => new Float32Array(table.total);
  const state = new ModelState(table, { parameters: weights.slice(), moment1: zeros(), moment2: zeros() });
  const stepper = makeStepper({ config, table, state, answers });
  let steps = 0;
  return {
    step: async () => {
      const settings = { ...OPTIMIZER, step: ++steps, accumulation: batches.length };
      const { figures } = await stepper.step(batches, settings);
      await stepper.flush();
      return (await figures).loss / batches.length;
    },
    judge: async () => {
      const judge = { config, table, parameters: state.parameters, answers, end: 2, padding: 0, cue: [] };
      await forcedChoice(judge, batches[0] as Workload['batches'][number]);
    },
    check: async () => {
      const batch = batches[0] as Workload['batches'][number];
      const tensors = makeTensors(lossArrays(config, batch, answers));
      const upstream = tf.tensor1d([1, 0, 0, 0]);
      const result = lossAndGradient(config, table, state.parameters, tensors, batch, upstream);
      const norm = tf.tidy(() => tf.sqrt(tf.sum(tf.square(result.gradient))));
      const [loss = NaN] = await result.losses.data();
      const [gradientNorm = NaN] = await norm.data();
      tf.dispose([tensors, upstream, result.losses, result.gradient, norm]);
      return { loss, gradientNorm };
    },
    kernelTimes: () => (stepper instanceof CapturedStepper ? timesByKernel(stepper.plans) : Promise.resolve(null)),
    hostBytes: () => heapBytes(),
    dispose: () => {
      stepper.dispose();
      state.dispose();
    },
  };
}

/** A step's dispatches by the name of their kernel; null where the device has no timestamps. */
async function timesByKernel(plans: readonly Plan[]): Promise<KernelTime[] | null> {
  const kernels = new Map<string, KernelTime>();
  for (const plan of plans) {
    for (const { name, milliseconds, work } of await plan.time().catch(() => [])) {
      const kernel = kernels.get(name) ?? { name, dispatches: 0, ms: 0, flops: 0, bytes: 0 };
      kernel.dispatches++;
      kernel.ms += milliseconds;
      kernel.flops += work?.flops ?? 0;
      kernel.bytes += work?.bytes ?? 0;
      kernels.set(name, kernel);
    }
  }
  return kernels.size === 0 ? null : [...kernels.values()];
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
