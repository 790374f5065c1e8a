// The benchmarks compare engines only if these compute the same thing: the same loss and the same gradient from the same
// weights and batch.
import { setBackend } from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import type { Runner } from '../bench/engine';
import { jaxOn } from '../bench/engines/jaxjs';
import { onCurrentBackend } from '../bench/engines/palindrome';
import { stockOnCurrentBackend } from '../bench/engines/stock';
import { workload, type Workload } from '../../src/training/workload';
import { tinyConfig } from './tinyModel';

let tiny: Workload;

beforeAll(async () => {
  // The wasm backend cannot differentiate a stock gather.
  await setBackend('cpu');
  const config = tinyConfig();
  // Wide weights, so that every part of the model bends the loss.
  for (const part of [config.vision_config, config.text_config]) part.initializer_range = 0.5;
  tiny = workload('tiny', config, 'tag', 1, 2);
});

async function agree(a: Runner, b: Runner): Promise<void> {
  const [ours, theirs] = [await a.check(), await b.check()];
  expect(Math.abs(theirs.loss / ours.loss - 1)).toBeLessThan(1e-5);
  expect(Math.abs(theirs.gradientNorm / ours.gradientNorm - 1)).toBeLessThan(1e-4);
  await a.step();
  await b.step();
  // Ours clips the gradient and stock tfjs decays nothing: what a step teaches is nearly the same, not quite.
  expect(Math.abs((await b.check()).loss - (await a.check()).loss)).toBeLessThan(0.05);
  a.dispose();
  b.dispose();
}

it('stock tfjs has our loss and gradient, and learns alike', async () => {
  await agree(onCurrentBackend(tiny), stockOnCurrentBackend(tiny));
});

it('jax-js has our loss and gradient, and learns alike', async () => {
  await agree(onCurrentBackend(tiny), await jaxOn('wasm', tiny));
});
