// The reward network and the policy on WebGPU against the same on our own wasm loops: what they compute, what they become
// by training, and that they give back what they take.
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random';
import { startBackend } from '../../src/gpu/backend';
import { Ppo, PPO_SETTINGS } from '../../src/reward/policy/ppo';
import { PreferenceBuffer } from '../../src/reward/preference/preferenceBuffer';
import { ReplayBuffer } from '../../src/reward/preference/replayBuffer';
import { RewardNetwork } from '../../src/reward/preference/rewardNetwork';

const SIZE = 16;
const COUNT = 4;
const STEPS = 8;
const BODY = 3;

async function learnt() {
  const random = new Random(1);
  const [done, seen] = [COUNT * STEPS, COUNT * (STEPS + 1)];
  const numbers = (length: number) => Float32Array.from({ length }, () => random.normal());
  const rollout = {
    steps: STEPS,
    count: COUNT,
    frames: Uint8Array.from({ length: seen * SIZE * SIZE * 3 }, () => random.below(256)),
    proprioception: numbers(seen * BODY),
    actions: Uint8Array.from({ length: done }, () => random.below(5)),
    logProbs: numbers(done).fill(-1.6),
    values: numbers(seen),
    progress: numbers(seen),
    succeeded: new Uint8Array(seen),
    scenes: new Int32Array(COUNT),
  };
  const shape = { size: SIZE, actions: 5, proprioception: BODY };
  const policy = new Ppo(shape, 1, { ...PPO_SETTINGS, minibatch: 16, epochs: 2 });
  const reward = new RewardNetwork(SIZE, 1);
  const replay = new ReplayBuffer({ ...shape, rollouts: 1, steps: STEPS + 1, count: COUNT });
  replay.add(rollout);
  const preferences = new PreferenceBuffer({ capacity: 40, labels: 'soft', undecided: 'half' });
  for (let i = 0; i < 40; i++) {
    preferences.add({ first: random.below(seen), second: random.below(seen), y: random.float(), weight: 1 });
  }
  const before = tf.memory().numTensors;
  const frames = rollout.frames.subarray(0, done * SIZE * SIZE * 3);
  const figures = await policy.update({ ...rollout, frames, advantages: numbers(done), returns: numbers(done) });
  const judged = await reward.train(preferences, replay, 3);
  await reward.relabel(replay);
  const values = await policy.values(rollout);
  expect(tf.memory().numTensors).toBe(before);
  const numbersOf = [...Object.values(figures), ...Object.values(judged ?? {}), ...values, ...replay.newestRewards()];
  const weights = [...(await policy.parameters()), ...(await reward.parameters())];
  policy.dispose();
  reward.dispose();
  return { numbersOf, weights };
}

test('they are the same on WebGPU as on wasm', async () => {
  await startBackend('wasm');
  const onWasm = await learnt();
  await startBackend('webgpu');
  const onGpu = await learnt();
  expect(onGpu.numbersOf.length).toBeGreaterThan(80);
  const apart = (a: readonly number[], b: readonly number[]) =>
    a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] as number))), 0);
  expect(apart(onGpu.numbersOf, onWasm.numbersOf)).toBeLessThan(1e-3);
  expect(apart(onGpu.weights, onWasm.weights)).toBeLessThan(1e-4);
});
