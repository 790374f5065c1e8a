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
import { simulate } from '../../src/episodes/simulator/simulate';
import type { SimulatedEpisode } from '../../src/episodes/simulator/simulate';
import { parseSimulatorId } from '../../src/episodes/simulator/simulatorId';
import { SimulatorSource, simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';
import { distance } from '../../src/episodes/simulator/tracks';

const WORLD = { templates: null, variety: 0.3, mishaps: 0, counterTasks: true };
const anyEpisode = fc
  .record({ seed: fc.nat(2 ** 31), number: fc.nat(5000), name: fc.constantFrom(...TEMPLATE_NAMES) })
  .map(({ seed, number, name }) => simulate(seed, number, { templates: [name] }));

/** Hash of the states at some frames, rounded because the last digits of sines may differ between engines. */
function statesHash({ stateAt }: SimulatedEpisode, frames: readonly number[]): number {
  const rounded = frames.map((frame) =>
    JSON.stringify(stateAt(frame), (_, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 1e5) : value,
    ),
  );
  return hash(...rounded.map(hashText));
}

describe('simulate', () => {
  it('gives the same states for the same seed and number, and others for another', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(5000), fc.constantFrom(...TEMPLATE_NAMES), (seed, number, name) => {
        const at = (place: number) => statesHash(simulate(seed, place, { templates: [name] }), [0, 150, 300, 600]);
        expect(at(number)).toBe(at(number));
        expect(at(number)).not.toBe(at(number + 1));
      }),
      { numRuns: 40 },
    );
  });

  it('gives the states it always gave', () => {
    // A deliberate change of the simulator changes the pictures of every recipe and checkpoint: put the new hashes here
    // then, and say so.
    const hashes = TEMPLATE_NAMES.map((name) => {
      const simulated = simulate(1, 2, { templates: [name] });
      return `${name} ${statesHash(simulated, [0, 1, 250, 500, 640, 800, 899])}`;
    });
    expect(hashes).toEqual([
      'cubes into tray 2916042564',
      'pack carton 1857122669',
      'drawer 1144636430',
      'wipe stains 3581256364',
      'fold cloth 2188009048',
      'pour glasses 1197173649',
      'stack blocks 2992800180',
    ]);
    // The draw of the templates, too.
    expect(hash(...Array.from({ length: 30 }, (_, number) => statesHash(simulate(7, number), [500])))).toBe(1489419221);
  });

  it('lasts 30 to 70 seconds, most of them under 45, and names itself by seed and number', () => {
    const episodes = Array.from({ length: 500 }, (_, number) => simulate(7, number).episode);
    for (const { frameCount, framesPerSecond, id } of episodes) {
      expect(framesPerSecond).toBe(30);
      expect(frameCount).toBeGreaterThanOrEqual(900);
      expect(frameCount).toBeLessThanOrEqual(2100);
      expect(parseSimulatorId(id)?.settings.seed).toBe(7);
    }
    expect(episodes.filter(({ frameCount }) => frameCount <= 45 * 30).length).toBeGreaterThan(350);
    expect(parseSimulatorId('clip.mp4')).toBeNull();
  });

  it('gives each category its share of the paper’s figure 2b in any 300 successive numbers', () => {
    const shares = [25.7, 20.9, 20.5, 12.9, 10.3, 9.0, 0.7];
    for (const [seed, first] of [
      [1, 0],
      [2, 40],
      [99, 1000],
    ] as const) {
      const made = Array.from({ length: 300 }, (_, i) => simulate(seed, first + i));
      expect(new Set(made.map(({ template }) => template))).toEqual(new Set(TEMPLATE_NAMES));
      CATEGORIES.forEach((category, i) => {
        const count = made.filter(({ episode }) => episode.category === category).length;
        expect(Math.abs(count / 3 - (shares[i] ?? 0)), category).toBeLessThan(1);
      });
    }
  });

  it('makes progress that never falls, is 0 at first and 1 exactly from completion on', () => {
    fc.assert(
      fc.property(anyEpisode, ({ progressAt, stateAt, completionFrame, frameCount }) => {
        expect(progressAt(0)).toBe(0);
        let fall = 0;
        for (let frame = 1; frame < frameCount; frame++) {
          fall = Math.max(fall, progressAt(frame - 1) - progressAt(frame));
        }
        expect(fall).toBe(0);
        expect(progressAt(completionFrame - 10)).toBeLessThan(1);
        expect(progressAt(completionFrame)).toBe(1);
        expect(progressAt(frameCount - 1)).toBe(1);
        expect(stateAt(400).progress).toBe(progressAt(400));
      }),
      { numRuns: 60 },
    );
  });

  it('retreats for 2 to 5 seconds after completion: both arms end at rest, empty and open, and the objects stay', () => {
    fc.assert(
      fc.property(anyEpisode, ({ stateAt, episode, completionFrame, frameCount }) => {
        expect(episode.trim).toEqual({ start: 0, end: completionFrame });
        const seconds = (frameCount - completionFrame) / 30;
        expect(seconds).toBeGreaterThanOrEqual(2);
        expect(seconds).toBeLessThanOrEqual(5);
        const [done, last] = [stateAt(completionFrame), stateAt(frameCount - 1)];
        for (const arm of ARMS) {
          expect(distance(last.grippers[arm].position, REST[arm])).toBeLessThan(1e-6);
          expect(last.grippers[arm]).toMatchObject({ holding: null, place: 'at rest', placeOf: null });
          expect(last.grippers[arm].opening).toBeGreaterThan(0.15);
        }
        done.objects.forEach((object, i) => {
          expect(distance(object.position, last.objects[i]?.position ?? [9, 9, 9])).toBeLessThan(1e-6);
          expect(object.channels).toEqual(last.objects[i]?.channels);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('moves continuously: nothing jumps by more than a tenth of a metre from frame to frame', () => {
    for (const name of TEMPLATE_NAMES) {
      for (let number = 0; number < 4; number++) {
        const { stateAt, frameCount } = simulate(3, number, { templates: [name] });
        let largest = 0;
        let before = stateAt(0);
        for (let frame = 1; frame < frameCount; frame++) {
          const now = stateAt(frame);
          for (const arm of ARMS) {
            largest = Math.max(largest, distance(now.grippers[arm].position, before.grippers[arm].position));
          }
          now.objects.forEach((object, i) => {
            largest = Math.max(largest, distance(object.position, before.objects[i]?.position ?? [9, 9, 9]));
          });
          before = now;
        }
        expect(largest, name).toBeLessThan(0.1);
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

describe('a scene state', () => {
  const anyState = fc
    .tuple(anyEpisode, fc.noBias(fc.integer({ min: 0, max: 999 })))
    .map(([simulated, part]) => ({ simulated, state: simulated.stateAt((simulated.frameCount * part) / 1000) }));

  it('has every held object near the gripper that holds it, and in one gripper at most', () => {
    let held = 0;
    fc.assert(
      fc.property(anyState, ({ state: { objects, grippers } }) => {
        for (const { relation, relationOf, name, position } of objects) {
          if (relation !== 'held') continue;
          held++;
          const arm = ARMS.find((side) => relationOf === `${side} gripper`);
          expect(arm, relationOf ?? '').toBeDefined();
          const gripper = grippers[arm ?? 'left'];
          expect(gripper.holding).toBe(name);
          expect(distance(position, gripper.position)).toBeLessThan(0.13);
        }
        for (const arm of ARMS) {
          const { holding, placeOf } = grippers[arm];
          if (holding !== null) expect(placeOf).not.toBe(holding);
        }
      }),
      { numRuns: 400 },
    );
    expect(held).toBeGreaterThan(60);
  });

  it('has what it calls inside inside, what it calls on top on top, and the rest on the table', () => {
    const seen = { in: 0, on: 0, 'on the table': 0, held: 0 };
    fc.assert(
      fc.property(anyState, ({ simulated: { scene }, state: { objects } }) => {
        const sizes = new Map(scene.objects.map(({ name, size, carries }) => [name, { size, carries }]));
        for (const { name, relation, relationOf, position } of objects) {
          seen[relation]++;
          if (relation === 'on the table') expect(position[1], name).toBeLessThan(0.01);
          if (relation === 'held' || relation === 'on the table') continue;
          const below = objects.find((other) => other.name === relationOf);
          const [mine, its] = [sizes.get(name), sizes.get(relationOf ?? '')];
          if (below === undefined || mine === undefined || its === undefined) throw new Error(`${name} is nowhere`);
          const { carries } = its;
          for (const axis of [0, 2] as const) {
            const slid = carries === undefined ? 0 : carries.by[axis] * (below.channels[carries.channel] ?? 0);
            const away = Math.abs(position[axis] - below.position[axis] - slid);
            const room = relation === 'in' ? (its.size[axis] - mine.size[axis]) / 2 : its.size[axis] / 2;
            expect(away, `${name} ${relation} ${relationOf ?? ''}`).toBeLessThan(room + 0.001);
          }
          const height = position[1] - below.position[1];
          if (relation === 'in') expect(height).toBeLessThan(its.size[1]);
          else expect(height).toBeCloseTo(its.size[1], 6);
        }
      }),
      { numRuns: 400 },
    );
    expect(seen.in).toBeGreaterThan(100);
    expect(seen.on).toBeGreaterThan(20);
  });

  it('counts what its objects show', () => {
    fc.assert(
      fc.property(anyState, ({ simulated: { scene }, state: { objects, tallies } }) => {
        const channel = (name: string, key: string) => objects.find((o) => o.name === name)?.channels[key] ?? NaN;
        scene.tallies.forEach((rule, i) => {
          const tally = tallies[i];
          expect(tally?.kind).toBe(rule.kind);
          if (rule.kind === 'inside') {
            const inside = objects.filter(
              ({ relation, relationOf }) => relation === 'in' && relationOf === rule.container,
            );
            expect(tally).toMatchObject({ count: inside.length, total: rule.objects.length });
          } else if (rule.kind === 'stacked') {
            const above = objects.filter(({ relation }) => relation === 'on').length;
            expect(tally).toMatchObject({ count: above === 0 ? 0 : above + 1 });
          } else if (rule.kind === 'stains') {
            expect(tally).toMatchObject({ count: rule.objects.filter((name) => channel(name, 'dirt') > 0.05).length });
          } else if (rule.kind === 'folds' || rule.kind === 'flaps') {
            const done = rule.channels.filter((key) => channel(rule.object, key) > 0.9).length;
            expect(tally).toMatchObject({ count: done, total: rule.channels.length });
          } else {
            expect(tally).toMatchObject({ level: channel(rule.object, rule.channel) });
          }
        });
      }),
      { numRuns: 200 },
    );
  });

  it('starts with nothing done and ends with everything done', () => {
    fc.assert(
      fc.property(anyEpisode, ({ stateAt, frameCount }) => {
        for (const [frame, done] of [
          [0, false],
          [frameCount - 1, true],
        ] as const) {
          for (const tally of stateAt(frame).tallies) {
            if (tally.kind === 'fill') expect(tally.level >= 0.8).toBe(done);
            else if (tally.kind === 'open') expect(tally.level).toBe(0);
            else if (tally.kind === 'stains') expect(tally.count).toBe(done ? 0 : tally.total);
            else expect(tally.count, tally.kind).toBe(done ? tally.total : 0);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('calls a gripper that presses a flap down on the carton, not in it', () => {
    const { stateAt, completionFrame } = simulate(2, 0, { templates: ['pack carton'] });
    const places = new Set<string>();
    for (let frame = 0; frame <= completionFrame; frame++) {
      const { grippers, objects } = stateAt(frame);
      const flaps = objects.find(({ name }) => name === 'carton')?.channels ?? {};
      if (!Object.values(flaps).some((closed) => closed > 0.5)) continue;
      for (const { place, placeOf } of Object.values(grippers)) if (placeOf === 'carton') places.add(place);
    }
    expect(places).toContain('on');
    expect(places).not.toContain('in');
  });
});

describe('SimulatorSource', () => {
  it('lists a seed and gives signatures that rest only where the scene does', async () => {
    const source = new SimulatorSource();
    const [episode] = source.list({ ...WORLD, seed: 11, episodes: 3 });
    if (episode === undefined) throw new Error('no episode');
    const { frameCount } = simulatedEpisode(episode.id);
    const [a, b, c] = await source.signatures(episode, [0, 0, frameCount - 1]);
    if (!a || !b || !c) throw new Error('a signature is missing');
    expect(visibleChange(a, b)).toBe(0);
    expect(visibleChange(a, c)).toBeGreaterThan(1);
  });

  it('rejects an episode of another source', async () => {
    const [episode] = new SimulatorSource().list({ ...WORLD, seed: 1, episodes: 1 });
    if (episode === undefined) throw new Error('no episode');
    await expect(new SimulatorSource().signatures({ ...episode, id: 'clip.mp4' }, [0])).rejects.toThrow(/clip\.mp4/);
  });
});
