import { readFileSync, writeFileSync } from 'node:fs';
import { setBackend } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { EagerStepper } from '../../src/training/eagerStepper';
import { makeStepper } from '../../src/training/makeStepper';
import { goldenLosses } from '../tinyTraining';
import { useWasm } from './tinyModel';

const FILE = 'tests/goldenLosses.json';

it('the first ten losses of a tiny model are the golden ones, in plain JavaScript and in WebAssembly', async () => {
  await setBackend('cpu');
  const plain = await goldenLosses((model) => new EagerStepper(model));
  if (process.env['GOLDEN'] === 'write') writeFileSync(FILE, `${JSON.stringify(plain, null, 2)}\n`);
  const golden = JSON.parse(readFileSync(FILE, 'utf8')) as number[];
  await useWasm();
  // Here the padding is taken off first.
  for (const got of [plain, await goldenLosses(makeStepper)]) {
    expect(got.length).toBe(10);
    got.forEach((loss, i) => expect(Math.abs(loss / (golden[i] ?? NaN) - 1)).toBeLessThan(1e-5));
  }
  expect(golden.at(-1)).toBeLessThan(golden[0] ?? 0);
});
