// The measuring run on a real device: honest variants stay, one that computes wrongly is switched off in words, and what was
// found is kept for the next start.
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs';
import { deleteDB } from 'idb';
import { startBackend } from '../../src/gpu/backend';
import type { Recorder } from '../../src/gpu/recorder';
import { recorderOf } from '../../src/gpu/recorder';
import type { Tunable } from '../../src/gpu/tuning';
import { tune, tuneOnce } from '../../src/gpu/tuning';
import type { AdapterTraits } from '../../src/gpu/traits';
import { forgetVariants, switchedOff, variantFor } from '../../src/gpu/variants';
import { productsOf, productTunables } from '../../src/kernels/linear/tuned';

let recorder: Recorder;
beforeAll(async () => {
  await startBackend('webgpu');
  recorder = recorderOf(tf.backend());
});
beforeEach(() => deleteDB('palindrome-tuning'));
afterEach(forgetVariants);

/** An operation that gives ones; by the variant `wrong` it gives something else. */
function fake(traits: AdapterTraits): { tunable: Tunable; prepared: () => number } {
  let prepared = 0;
  const suits = traits.software ? ('software' as const) : ('hardware' as const);
  const candidates = ['wrong', 'right', 'reference'].map((name) => ({ name, suits }));
  const tunable: Tunable = {
    operation: 'fake',
    sizeClass: 'any',
    candidates,
    tolerance: () => 1e-5,
    prepare: () => {
      prepared++;
      const run = () => tf.fill([4], variantFor('fake', 'any', candidates, traits) === 'wrong' ? 1.001 : 1);
      return { run, dispose: () => undefined };
    },
  };
  return { tunable, prepared: () => prepared };
}

test('the products agree with their reference and leave nothing behind', async () => {
  const before = tf.memory().numTensors;
  const { off } = await tune(productTunables(productsOf(96, 32, 64), recorder), recorder);
  expect(off).toEqual([]);
  expect(tf.memory().numTensors).toBe(before);
});

test('a wrong variant is switched off with a sentence, and that is known at the next start', async () => {
  const first = fake(recorder.traits);
  await tuneOnce([first.tunable], recorder, 'one');
  expect(switchedOff().map(({ variant }) => variant)).toEqual(['wrong']);
  expect(switchedOff()[0]?.why).toMatch(
    /^The variant “wrong” of the operation “fake” is switched off: .* off by 1\.0e-3/,
  );
  forgetVariants();

  const again = fake(recorder.traits);
  await tuneOnce([again.tunable], recorder, 'one');
  expect(again.prepared()).toBe(0);
  expect(switchedOff().map(({ variant }) => variant)).toEqual(['wrong']);
  await tuneOnce([again.tunable], recorder, 'other shaders');
  expect(again.prepared()).toBe(1);
});

test('on hardware the fastest is measured and chosen', async () => {
  // The same device, taken for a card: then it is measured too.
  const traits = { ...recorder.traits, software: false };
  const card = { device: recorder.device, traits, flush: () => recorder.flush() } as Recorder;
  const { choices } = await tune([fake(traits).tunable], card);
  expect(choices).toEqual([{ operation: 'fake', sizeClass: 'any', variant: 'right' }]);
});
