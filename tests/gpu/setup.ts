// Runs before every test file in the browser: a GPU error that nobody caught, or a lost device, fails the test it
// happened in. A test that provokes trouble takes it with `takeTroubles`.
import { afterEach, expect } from 'vitest';
import { onTrouble } from '../../src/gpu/health';

declare global {
  var takeTroubles: () => string[];
}

const troubles: string[] = [];
onTrouble((trouble) => troubles.push(`${trouble.name}: ${trouble.message}`));
globalThis.takeTroubles = () => troubles.splice(0);

afterEach(() => {
  expect(globalThis.takeTroubles()).toEqual([]);
});
