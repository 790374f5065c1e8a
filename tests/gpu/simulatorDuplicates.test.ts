// The duplicate check on the simulator's own pictures.
import { describe, expect, it } from 'vitest';
import { SimulatorSource } from '../../src/episodes/simulator/simulatorSource';
import { findDuplicates } from '../../src/pairs/duplicates';
import { PairStream } from '../../src/pairs/pairStream';
import { PAPER_SAMPLING } from '../../src/pairs/sampling';

describe('simulated episodes', () => {
  it('are no near duplicates across splits, however alike their scenes are', async () => {
    const source = new SimulatorSource();
    const world = {
      seed: 1,
      episodes: 40,
      templates: ['fold cloth', 'pour glasses'],
      variety: 0,
      mishaps: 0,
      counterTasks: true,
    };
    const sampling = { ...PAPER_SAMPLING, split: [50, 20, 30] satisfies [number, number, number] };
    const episodes = await source.list(world);
    const apart = await findDuplicates(new PairStream(episodes, sampling, 1, source), source, 40);
    expect(apart.closest?.levels ?? 99).toBeGreaterThan(10);
    expect(apart).toMatchObject({ exact: 0, near: 0, compared: 40, of: 40 });
    source.dispose();
  });
});
