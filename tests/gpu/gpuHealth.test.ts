// Trouble that WebGPU only whispers is heard: a wrong shader, and a lost device after which a new one works.
import { expect, test, vi } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { startBackend } from '../../src/gpu/backend';
import { onTrouble } from '../../src/gpu/health';
import { recorderOf } from '../../src/gpu/recorder';
import { addVectors } from '../../src/kernels/addVectors';

test('a shader that does not compile is reported by its name', async () => {
  await startBackend('webgpu');
  const recorder = recorderOf(tf.backend());
  const output = recorder.output([4]);
  recorder.dispatch({
    shader: { name: 'broken', source: '@compute @workgroup_size(1) fn main() { let x: f32 = true; }' },
    inputs: [],
    outputs: [output],
    params: [],
    groups: [1],
  });
  await vi.waitFor(() => expect(globalThis.takeTroubles().join()).toContain('ShaderInvalid: The shader broken'));
  recorder.release(output);
  // What the broken pass dragged along is reported after it.
  await startBackend('webgpu');
  globalThis.takeTroubles();
});

test('a lost device is reported, and starting again works', async () => {
  await startBackend('webgpu');
  const heard: string[] = [];
  const forget = onTrouble((trouble) => heard.push(trouble.name));
  (tf.backend() as unknown as { device: GPUDevice }).device.destroy();
  await vi.waitFor(() => expect(heard).toContain('DeviceLost'));
  forget();
  await startBackend('webgpu');
  globalThis.takeTroubles();
  const x = tf.tensor1d([0, 1, -1]);
  const y = addVectors(x, x);
  expect([...(await y.data())]).toEqual([0, 2, -2]);
  tf.dispose([x, y]);
});

test('starting another backend, or WebGPU again, is no trouble', async () => {
  await startBackend('webgpu');
  await startBackend('webgpu');
  await startBackend('wasm');
  await startBackend('cpu');
  await new Promise((resolve) => setTimeout(resolve, 50));
});
