// The simulator gives in Chromium what it gives in Node, to the rounding in tests/goldenStates.ts.
import { expect, it } from 'vitest';
import { goldenHashes } from '../goldenStates';
import golden from '../goldenStates.json';

it('simulates the same scenes, sentences and labels as everywhere', () => {
  expect(goldenHashes()).toEqual(golden);
});
