// Runs before every test file in the browser: a GPU error that nobody caught, or a lost device, fails the test it
// happened in.
import { afterEach, expect } from 'vitest';
import { onTrouble } from '../../src/gpu/health';

const troubles: string[] = [];
onTrouble((trouble) => troubles.push(`${trouble.name}: ${trouble.message}`));

afterEach(() => {
  expect(troubles.splice(0)).toEqual([]);
});
