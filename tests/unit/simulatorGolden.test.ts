// The simulator gives in Node what it always gave; tests/gpu/goldenStates.test.ts asks Chromium for the same. How to
// write new hashes stands in tests/goldenStates.ts.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { goldenHashes } from '../goldenStates';

const FILE = fileURLToPath(new URL('../goldenStates.json', import.meta.url));

it('simulates what it always simulated', () => {
  const hashes = goldenHashes();
  if (process.env['GOLDEN'] === 'write') writeFileSync(FILE, `${JSON.stringify(hashes, null, 2)}\n`);
  expect(hashes).toEqual(JSON.parse(readFileSync(FILE, 'utf8')));
});
