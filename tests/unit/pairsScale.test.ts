import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';
import { INSTANCES, manyEpisodes, manySource, pairSamples } from '../bench/manyEpisodes';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function memory(): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('the paper’s scale', () => {
  // Floors far below what tests/bench/RESULTS.md has, because tests share their cores.
  it('opens 34.7 million pair samples in little memory and draws them fast', () => {
    const episodes = manyEpisodes(INSTANCES);
    const sampling = { ...PAPER_SAMPLING, minimumChange: 0 };
    expect(pairSamples(episodes, sampling)).toBeGreaterThan(34_700_000);
    const before = memory();
    const start = performance.now();
    const stream = new PairStream(episodes, sampling, 1, manySource);
    expect(stream.trainingPairNow(0, null)).not.toBeNull();
    expect(performance.now() - start).toBeLessThan(5000);
    expect(memory() - before).toBeLessThan(64 * 2 ** 20);

    const draws = 40_000;
    const drawing = performance.now();
    const seen = new Set<string>();
    for (let position = 0; position < draws; position++) {
      const pair = stream.trainingPairNow(position, { kind: 'windows', from: [20, 23], progress: 0.5 });
      seen.add(`${pair?.episode.id} ${pair?.window} ${pair?.early}`);
    }
    expect(performance.now() - drawing).toBeLessThan(2000);
    expect(seen.size).toBeGreaterThan(0.98 * draws);
  });
});
