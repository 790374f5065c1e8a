// An episode is a function of its id: seed, number and what it was drawn from. Its length, its signatures and its record
// follow from there. What holds in every scene is checked in simulatorLaws.test.ts, the tasks in simulatorTasks.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visibleChange } from '../../src/episodes/frames';
import type { Part, Scene, SceneObject } from '../../src/episodes/simulator/scene';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { SETTING_NAMES } from '../../src/episodes/simulator/settings';
import { stateSignature } from '../../src/episodes/simulator/signature';
import { simulate } from '../../src/episodes/simulator/simulate';
import { parseSimulatorId, simulatorId } from '../../src/episodes/simulator/simulatorId';
import { isSimulatorId } from '../../src/episodes/simulator/simulatorIdForm';
import { SimulatorSource, simulatedEpisode } from '../../src/episodes/simulator/simulatorSource';
import { kindOf, traitsOf } from '../../src/episodes/simulator/traits';
import { CELL } from '../../src/training/guard';
import { statesHash } from '../goldenStates';

const WORLD = { templates: null, variety: 0.3, mishaps: 0, counterTasks: true };
const anySettings = fc.record({
  seed: fc.nat(2 ** 32 - 1),
  templates: fc.oneof(
    fc.constant(null),
    // In the registry's order, as an id gives them back.
    fc.subarray([...TEMPLATE_NAMES], { minLength: 1 }),
  ),
  variety: fc.nat(100).map((percent) => percent / 100),
  mishaps: fc.nat(100).map((percent) => percent / 100),
  counterTasks: fc.boolean(),
});
const anyNumber = fc.nat(9_999_999);

describe('simulate', () => {
  it('gives the same states and sentences for the same id, and others for another', () => {
    fc.assert(
      fc.property(anySettings, anyNumber, (settings, number) => {
        const at = (place: number) => {
          const simulated = simulate(settings.seed, place, settings);
          return statesHash(simulated, [0, 150, simulated.lastFrame]);
        };
        expect(at(number)).toBe(at(number));
        expect(at(number)).not.toBe(at(number + 1));
      }),
      { numRuns: 60 },
    );
  });

  it('draws from the templates that are asked for', () => {
    fc.assert(
      fc.property(anySettings, anyNumber, (settings, number) => {
        const { template, episode } = simulate(settings.seed, number, settings);
        expect(settings.templates ?? TEMPLATE_NAMES).toContain(template);
        expect(episode.template).toBe(template);
        expect(SETTING_NAMES).toContain(episode.traits?.scene);
      }),
      { numRuns: 100 },
    );
  });

  it('lasts 30 to 70 seconds where nothing goes wrong, most often under 45', () => {
    const episodes = Array.from({ length: 500 }, (_, number) => simulate(7, number).episode);
    for (const { frameCount, framesPerSecond, id } of episodes) {
      expect(framesPerSecond).toBe(30);
      expect(frameCount, id).toBeGreaterThanOrEqual(900);
      expect(frameCount, id).toBeLessThanOrEqual(2100);
    }
    expect(episodes.filter(({ frameCount }) => frameCount <= 45 * 30).length).toBeGreaterThan(250);
  });

  it('looks the same but for small offsets without variety, and differs with it', () => {
    const looks = (variety: number) => Array.from({ length: 40 }, (_, n) => simulate(6, n, { variety }).scene);
    for (const { view, setting, objects, light } of looks(0)) {
      expect(Math.max(...view.camera.map(Math.abs))).toBeLessThanOrEqual(0.02);
      expect([view.width, view.shake, setting.pattern, light.tint]).toEqual([1, 0, 'plain', 0xffffff]);
      expect(view.roll).toBeCloseTo(0, 9);
      expect(objects.some(({ clutter }) => clutter)).toBe(false);
    }
    const wide = looks(1);
    expect(wide.filter(({ objects }) => objects.some(({ clutter }) => clutter)).length).toBeGreaterThan(20);
    expect(wide.some(({ objects }) => objects.some(({ sway }) => sway !== undefined))).toBe(true);
    expect(new Set(wide.map(({ setting }) => setting.pattern)).size).toBeGreaterThan(3);
    expect(wide.some(({ view }) => view.shake > 0.002)).toBe(true);
  });

  it('swings what swings by itself in real time, without counting it as a change of the world', () => {
    const swinging = Array.from({ length: 60 }, (_, n) => simulate(6, n, { variety: 1 })).find(({ scene }) =>
      scene.objects.some(({ sway }) => sway !== undefined),
    );
    if (swinging === undefined) throw new Error('nothing swings');
    const { scene, stateAt, frameCount } = swinging;
    const index = scene.objects.findIndex(({ sway }) => sway !== undefined);
    const swing = (frame: number) => stateAt(frame).objects[index]?.channels['swing'] ?? NaN;
    const values = Array.from({ length: 200 }, (_, frame) => swing(frame));
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.5);
    const [a, b] = [stateSignature(swinging, frameCount - 1), stateSignature(swinging, frameCount - 1)];
    expect(visibleChange(a, b)).toBe(0);
    const still = scene.objects.filter(({ clutter }) => clutter !== true);
    const channels = still.reduce((sum, { channels: some }) => sum + Object.keys(some).length, 0);
    expect(a.length).toBe(8 + still.length * 3 + channels);
  });

  it.each(TEMPLATE_NAMES)(
    'changes the world of %s, not only the grippers, between most moments 100 frames apart',
    (name) => {
      let changed = 0;
      let all = 0;
      for (let number = 0; number < 6; number++) {
        const simulated = simulate(5, number, { templates: [name] });
        for (let frame = 0; frame + 100 < simulated.lastFrame; frame += 50) {
          // The first eight numbers are the grippers'.
          const [a, b] = [stateSignature(simulated, frame), stateSignature(simulated, frame + 100)];
          if (visibleChange(a.subarray(8), b.subarray(8)) > 1) changed++;
          all++;
        }
      }
      expect(changed / all).toBeGreaterThan(0.65);
    },
  );

  it('refuses an unknown task by name', () => {
    expect(() => simulate(1, 1, { templates: ['dance'] })).toThrow(/No simulator task is called dance/);
    expect(() => simulate(1, 1, { templates: [] })).toThrow(RangeError);
  });
});

describe('the id of an episode', () => {
  it('says what it was made from', () => {
    fc.assert(
      fc.property(anySettings, anyNumber, (settings, number) => {
        const id = simulatorId(settings, number);
        expect(parseSimulatorId(id)).toEqual({ settings, number });
        expect(isSimulatorId(id)).toBe(true);
      }),
    );
  });

  it('is not taken for one that an imported recording has, whatever its file is called', () => {
    for (const id of ['sim-0123456789', 'sim-run-3-0123456789', 'sim-1-2-0123456789', 'sim-1-2-v30m0-0123456789']) {
      expect(isSimulatorId(id), id).toBe(false);
    }
  });

  it('makes the same episode again', () => {
    fc.assert(
      fc.property(anySettings, anyNumber, (settings, number) => {
        const simulated = simulate(settings.seed, number, settings);
        const again = simulatedEpisode(simulated.episode.id);
        expect(again.episode).toEqual(simulated.episode);
        expect(statesHash(again, [100, 500])).toBe(statesHash(simulated, [100, 500]));
      }),
      { numRuns: 60 },
    );
  });

  it('is refused where it is hostile', () => {
    const beyond = (1n << BigInt(TEMPLATE_NAMES.length)).toString(16);
    for (const id of [
      '',
      'clip.mp4',
      'sim-1-2',
      'sim-1-2-v30',
      'sim-1-2-v101m0',
      'sim-1-2-v30m101',
      'sim-1-2-v30m0cc',
      'sim-1-2-v30m0C',
      'sim-1-2-v30m0t',
      'sim-1-2-v30m0t0',
      `sim-1-2-v30m0t${beyond}`,
      'sim-1-2-v30m0tg',
      'sim--1-2-v30m0',
      'sim-1.5-2-v30m0',
      'sim-1e9-2-v30m0',
      'sim-99999999999-2-v30m0',
      `sim-1-2-v30m0t${'f'.repeat(5000)}`,
      'sim-1-2-v30m0 ',
      'sim-1-2-v30m0\n',
      'SIM-1-2-v30m0',
      '__proto__',
    ]) {
      expect(parseSimulatorId(id), id).toBeNull();
      expect(() => simulatedEpisode(id), id).toThrow(RangeError);
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        expect(parseSimulatorId(text)).toBeNull();
      }),
    );
  });
});

describe('the traits of a scene', () => {
  const part: Part = { shape: 'box', size: [1, 1, 1], at: [0, 0, 0], colour: 0 };
  const thing = (name: string, more: Partial<SceneObject> = {}): SceneObject => ({
    name,
    parts: [part],
    size: [1, 1, 1],
    at: [0, 0, 0],
    yaw: 0,
    container: false,
    flat: false,
    channels: {},
    ...more,
  });
  const sceneOf = (...objects: SceneObject[]): Scene => ({ ...simulate(1, 1).scene, objects });

  it('name kinds and colours once, in order, and leave clutter out', () => {
    const scene = sceneOf(
      thing('red cube 2'),
      thing('red cube 1'),
      thing('blue mug'),
      thing('tray', { hue: 'green' }),
      thing('glass 12'),
      thing('purple tin', { clutter: true }),
      thing('clutter 1', { clutter: true }),
    );
    expect(traitsOf({ ...scene, setting: { ...scene.setting, name: 'attic' } }, 'x/3')).toEqual({
      objects: ['cube', 'glass', 'mug', 'tray'],
      colours: ['blue', 'green', 'red'],
      scene: 'attic',
      phrasing: 'x/3',
    });
  });

  it('take a colour only for a whole first word', () => {
    expect(kindOf('orange fruit')).toBe('fruit');
    expect(kindOf('orange')).toBe('orange');
    expect(kindOf('redcurrant')).toBe('redcurrant');
    expect(kindOf('green apple 3')).toBe('apple');
    expect(kindOf('7 up')).toBe('7 up');
    expect(traitsOf(sceneOf(thing('pinkish box')), 'x/0').colours).toEqual([]);
  });
});

describe('SimulatorSource', () => {
  const source = new SimulatorSource();

  it('lists a seed’s episodes in order, the same each time', async () => {
    const listed = await source.list({ ...WORLD, seed: 11, episodes: 20 });
    expect(listed.map(({ id }) => parseSimulatorId(id)?.number)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(await new SimulatorSource().list({ ...WORLD, seed: 11, episodes: 20 })).toEqual(listed);
  });

  it('makes long lists bit by bit, says how far it is, and makes none twice', async () => {
    const lessons = { kind: 'deviations', count: 60 } as const;
    const settings = { ...CELL, episodes: 200, lessons };
    const shares: number[] = [];
    let turns = 0;
    const between = setInterval(() => turns++, 0);
    const making = source.list(settings, (share) => shares.push(share));
    const heard: number[] = [];
    const again = source.list(settings, (share) => heard.push(share));
    const listed = await making;
    clearInterval(between);
    expect(listed).toHaveLength(260);
    expect(await again).toEqual(listed);
    expect(shares.length).toBeGreaterThan(0);
    expect(heard).toEqual(shares);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
    expect(turns).toBeGreaterThan(0);
  });

  it('says that nothing can be played, and then lists what can', async () => {
    const lessons = { kind: 'play', count: 3 } as const;
    const settings = { ...CELL, templates: ['cabinet doors'], episodes: 0, lessons };
    await expect(source.list(settings)).rejects.toThrow(/cabinet doors/);
    expect(await source.list({ ...CELL, episodes: 2, lessons })).toHaveLength(5);
  });

  it('gives signatures that rest only where the scene does', async () => {
    const [episode] = await source.list({ ...WORLD, seed: 11, episodes: 1 });
    if (episode === undefined) throw new Error('no episode');
    const [a, b, c] = await source.signatures(episode, [0, 0, episode.frameCount - 1]);
    if (!a || !b || !c) throw new Error('a signature is missing');
    expect(visibleChange(a, b)).toBe(0);
    expect(visibleChange(a, c)).toBeGreaterThan(1);
  });

  it('knows the progress that the states have, also where it falls', async () => {
    for (const episode of await source.list({ ...WORLD, mishaps: 1, seed: 12, episodes: 15 })) {
      const frames = [0, 100, 333, 700, episode.frameCount - 1, episode.frameCount + 50];
      const { stateAt } = simulatedEpisode(episode.id);
      expect(await source.progress(episode, frames), episode.id).toEqual(
        Float32Array.from(frames, (frame) => stateAt(frame).progress),
      );
    }
  });

  it('rejects an episode of another source', async () => {
    const [episode] = await source.list({ ...WORLD, seed: 1, episodes: 1 });
    if (episode === undefined) throw new Error('no episode');
    await expect(source.signatures({ ...episode, id: 'clip.mp4' }, [0])).rejects.toThrow(/clip\.mp4/);
  });
});
