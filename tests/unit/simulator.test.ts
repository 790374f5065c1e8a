// The simulator's promises: an episode is a function of its seed and number, its world moves on until completion, and
// the arms retreat after it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash, hashText } from '../../src/base/random';
import { CATEGORIES } from '../../src/episodes/episode';
import { visibleChange } from '../../src/episodes/frames';
import { REST } from '../../src/episodes/simulator/choreography';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { ARMS } from '../../src/episodes/simulator/scene';
import { stateSignature } from '../../src/episodes/simulator/signature';
import { parseSimulatorId, simulate } from '../../src/episodes/simulator/simulate';
import { SimulatorSource, simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';
import { distance } from '../../src/episodes/simulator/tracks';

const places = { seed: fc.nat(2 ** 31), number: fc.nat(5000), name: fc.constantFrom(...TEMPLATE_NAMES) };

function statesHash(seed: number, number: number, name: string): number {
  const simulated = simulate(seed, number, { templates: [name] });
  const frames = Array.from({ length: 12 }, (_, i) => Math.floor((i * simulated.frameCount) / 12));
  return hash(...frames.map((frame) => hashText(JSON.stringify(simulated.stateAt(frame)))));
}

describe('simulate', () => {
  it('gives the same states for the same seed and number, and others for another', () => {
    fc.assert(
      fc.property(places.seed, places.number, places.name, (seed, number, name) => {
        expect(statesHash(seed, number, name)).toBe(statesHash(seed, number, name));
        expect(statesHash(seed, number, name)).not.toBe(statesHash(seed, number + 1, name));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the states it always gave', () => {
    // Rounded, because the last digits of sines may differ between engines. A deliberate change of the simulator changes
    // the pictures of every recipe: put the new number here then.
    const { stateAt } = simulate(1, 2, { templates: ['cubes into tray'] });
    const rounded = JSON.stringify(stateAt(500), (_, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 1e6) : value,
    );
    expect(hashText(rounded)).toBe(2368191545);
  });

  it('lasts 30 to 70 seconds, most of them under 45, and names itself by seed and number', () => {
    const episodes = Array.from({ length: 500 }, (_, number) => simulate(7, number).episode);
    for (const { frameCount, framesPerSecond, id, trim } of episodes) {
      expect(framesPerSecond).toBe(30);
      expect(frameCount).toBeGreaterThanOrEqual(900);
      expect(frameCount).toBeLessThanOrEqual(2100);
      expect(trim?.start).toBe(0);
      expect(trim?.end).toBeLessThan(frameCount - 59);
      expect(trim?.end).toBeGreaterThan(frameCount - 152);
      expect(parseSimulatorId(id)?.seed).toBe(7);
    }
    expect(episodes.filter(({ frameCount }) => frameCount <= 45 * 30).length).toBeGreaterThan(350);
  });

  it('shows every category in any 150 successive numbers', () => {
    for (const seed of [1, 2, 99]) {
      const seen = new Set(Array.from({ length: 150 }, (_, number) => simulate(seed, number).episode.category));
      expect([...seen].sort()).toEqual([...CATEGORIES].sort());
    }
  });

  it('makes progress that never falls, is 0 at first and 1 exactly from completion on', () => {
    fc.assert(
      fc.property(places.seed, places.number, places.name, (seed, number, name) => {
        const { progressAt, completionFrame, frameCount } = simulate(seed, number, { templates: [name] });
        expect(progressAt(0)).toBe(0);
        for (let frame = 1; frame < frameCount; frame += 3) {
          expect(progressAt(frame)).toBeGreaterThanOrEqual(progressAt(frame - 1));
        }
        expect(progressAt(completionFrame - 10)).toBeLessThan(1);
        expect(progressAt(completionFrame)).toBe(1);
        expect(progressAt(frameCount - 1)).toBe(1);
      }),
      { numRuns: 60 },
    );
  });

  it('retreats after completion: the arms end at rest, empty and open, and the objects stay', () => {
    fc.assert(
      fc.property(places.seed, places.number, places.name, (seed, number, name) => {
        const { stateAt, completionFrame, frameCount } = simulate(seed, number, { templates: [name] });
        const [done, last] = [stateAt(completionFrame), stateAt(frameCount - 1)];
        for (const arm of ARMS) {
          expect(distance(last.grippers[arm].position, REST[arm])).toBeLessThan(1e-6);
          expect(last.grippers[arm].holding).toBeNull();
          expect(last.grippers[arm].place).toBe('at rest');
        }
        done.objects.forEach((object, i) => {
          expect(distance(object.position, last.objects[i]?.position ?? [9, 9, 9])).toBeLessThan(1e-6);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('moves continuously: nothing jumps by more than a tenth of a metre from frame to frame', () => {
    for (const name of TEMPLATE_NAMES) {
      for (let number = 0; number < 4; number++) {
        const { stateAt, frameCount } = simulate(3, number, { templates: [name] });
        let before = stateAt(0);
        for (let frame = 1; frame < frameCount; frame++) {
          const now = stateAt(frame);
          for (const arm of ARMS) {
            expect(distance(now.grippers[arm].position, before.grippers[arm].position)).toBeLessThan(0.1);
          }
          now.objects.forEach((object, i) => {
            expect(distance(object.position, before.objects[i]?.position ?? [9, 9, 9])).toBeLessThan(0.1);
          });
          before = now;
        }
      }
    }
  });

  it('changes the world, not only the grippers, between most moments 100 frames apart', () => {
    for (const name of TEMPLATE_NAMES) {
      let changed = 0;
      let all = 0;
      for (let number = 0; number < 10; number++) {
        const simulated = simulate(5, number, { templates: [name] });
        for (let frame = 0; frame + 100 < simulated.completionFrame; frame += 25) {
          // The first eight numbers are the grippers'.
          const [a, b] = [stateSignature(simulated, frame), stateSignature(simulated, frame + 100)];
          if (visibleChange(a.subarray(8), b.subarray(8)) > 1) changed++;
          all++;
        }
      }
      expect(changed / all, name).toBeGreaterThan(0.75);
    }
  });

  it('refuses an unknown task by name', () => {
    expect(() => simulate(1, 1, { templates: ['dance'] })).toThrow(/No simulator task is called dance/);
  });
});

describe('SimulatorSource', () => {
  it('lists a seed and gives signatures that rest only where the scene does', async () => {
    const source = new SimulatorSource();
    const [episode] = source.list(11, 3);
    if (episode === undefined) throw new Error('no episode');
    const { frameCount } = simulatedEpisode(episode.id);
    const [a, b, c] = await source.signatures(episode, [0, 0, frameCount - 1]);
    if (!a || !b || !c) throw new Error('a signature is missing');
    expect(visibleChange(a, b)).toBe(0);
    expect(visibleChange(a, c)).toBeGreaterThan(1);
  });

  it('rejects an episode of another source', async () => {
    const [episode] = new SimulatorSource().list(1, 1);
    if (episode === undefined) throw new Error('no episode');
    await expect(new SimulatorSource().signatures({ ...episode, id: 'clip.mp4' }, [0])).rejects.toThrow(/clip\.mp4/);
  });
});
