// The simulator's pictures, drawn by WebGL in a real browser.
import { afterAll, describe, expect, it } from 'vitest';
import { SceneRenderer } from '../../src/episodes/simulator/renderer';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import type { SceneState } from '../../src/episodes/simulator/scene';
import { simulate } from '../../src/episodes/simulator/simulate';
import type { SimulatedEpisode } from '../../src/episodes/simulator/simulate';
import { SimulatorSource } from '../../src/episodes/simulator/simulatorSource';

const WORLD = { templates: null, variety: 0.3, mishaps: 0, counterTasks: true };
const SIZE = 64;
const BYTES = SIZE * SIZE * 3;

/** Share of pixels that differ by more than a tenth in some channel. */
function changed(a: Uint8Array, b: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i += 3) {
    if ([0, 1, 2].some((c) => Math.abs((a[i + c] ?? 0) - (b[i + c] ?? 0)) > 25)) count++;
  }
  return (count * 3) / a.length;
}

/** The same episode with some of its things far away. */
function changedScene(simulated: SimulatedEpisode, isGone: (name: string) => boolean): SimulatedEpisode {
  return {
    ...simulated,
    stateAt: (frame) => {
      const state = simulated.stateAt(frame);
      const objects = state.objects.map((object) =>
        isGone(object.name) ? { ...object, position: [9, 9, 9] as const } : object,
      );
      return { ...state, objects };
    },
  };
}

function isMeant({ scene }: SimulatedEpisode, name: string): boolean {
  return scene.objects.find((object) => object.name === name)?.clutter !== true;
}

/** Mean distance of the colours (0 to 442) where two pictures differ visibly. */
function distanceWhereChanged(a: Uint8Array, b: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.length; i += 3) {
    const distance = Math.hypot(...[0, 1, 2].map((c) => (a[i + c] ?? 0) - (b[i + c] ?? 0)));
    if (distance > 30) [sum, count] = [sum + distance, count + 1];
  }
  return count === 0 ? 0 : sum / count;
}

/** By how many pixels one picture must be moved, at most `reach` each way, to be most like another. */
function shiftBetween(a: Uint8Array, b: Uint8Array, reach: number): number {
  let best = { difference: Infinity, length: 0 };
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      let difference = 0;
      for (let y = reach; y < SIZE - reach; y++) {
        for (let x = reach; x < SIZE - reach; x++) {
          difference += Math.abs((a[(y * SIZE + x) * 3] ?? 0) - (b[((y + dy) * SIZE + x + dx) * 3] ?? 0));
        }
      }
      if (difference < best.difference) best = { difference, length: Math.hypot(dx, dy) };
    }
  }
  return best.length;
}

describe('SceneRenderer', () => {
  const renderer = new SceneRenderer();
  afterAll(() => renderer.dispose());

  it('draws scenes that end visibly other than they began', () => {
    for (const name of TEMPLATE_NAMES) {
      const simulated = simulate(1, 0, { templates: [name] });
      const both = renderer.render(simulated, [0, simulated.frameCount - 1], SIZE);
      expect(both.length).toBe(2 * BYTES);
      const [start, end] = [both.subarray(0, BYTES), both.subarray(BYTES)];
      expect(new Set(start).size).toBeGreaterThan(20);
      // The arms rest in both, so all of the difference is the world's.
      expect(changed(start, end), name).toBeGreaterThan(0.03);
    }
  });

  it('draws the same bytes twice, alone or among others, also after other episodes', () => {
    const simulated = simulate(1, 5);
    const first = renderer.render(simulated, [300], SIZE);
    for (let number = 10; number < 17; number++) renderer.render(simulate(1, number), [5], SIZE);
    const among = renderer.render(simulated, [10, 200, 300, 400, 500], SIZE);
    expect(among.subarray(2 * BYTES, 3 * BYTES)).toEqual(first);
    const other = new SceneRenderer();
    expect(other.render(simulated, [300], SIZE)).toEqual(first);
    other.dispose();
  });

  it('fills every picture: none is of one colour, also in the middle of an episode', () => {
    for (const name of TEMPLATE_NAMES) {
      const simulated = simulate(8, 3, { templates: [name] });
      const frames = Array.from({ length: 9 }, (_, i) => Math.floor((i * (simulated.frameCount - 1)) / 8));
      const pictures = renderer.render(simulated, frames, SIZE);
      frames.forEach((frame, i) => {
        const picture = pictures.subarray(i * BYTES, (i + 1) * BYTES);
        const colours = new Set<number>();
        for (let p = 0; p < BYTES; p += 3) {
          colours.add((picture[p] ?? 0) * 65536 + (picture[p + 1] ?? 0) * 256 + (picture[p + 2] ?? 0));
        }
        expect(colours.size, `${name} ${frame}`).toBeGreaterThan(25);
      });
    }
  });

  it('shows at 64 pixels that a task goes on: quarters of its progress differ', () => {
    for (const name of TEMPLATE_NAMES) {
      const simulated = simulate(1, 3, { templates: [name] });
      const { progressAt, lastFrame } = simulated;
      const frames = [0, 0.25, 0.5, 0.75, 1].map((part) => {
        let frame = 0;
        while (frame < lastFrame && progressAt(frame) < part) frame++;
        return frame;
      });
      const pictures = renderer.render(simulated, frames, SIZE);
      for (let i = 1; i < frames.length; i++) {
        const [before, now] = [pictures.subarray((i - 1) * BYTES, i * BYTES), pictures.subarray(i * BYTES)];
        expect(changed(before, now.subarray(0, BYTES)), `${name} ${i}`).toBeGreaterThan(0.01);
      }
    }
  });

  it('has the top row first: the far table edge is above, the near objects below', () => {
    // Cubes start in the lower half, the tray stands in the upper one.
    const simulated = simulate(2, 0, { templates: ['cubes into tray'] });
    const picture = renderer.render(simulated, [0], SIZE);
    const last = renderer.render(simulated, [simulated.frameCount - 1], SIZE);
    const half = BYTES / 2;
    expect(changed(picture.subarray(half), last.subarray(half))).toBeGreaterThan(0.05);
    const bottom = picture.subarray(BYTES - SIZE * 3);
    expect(changed(bottom, last.subarray(BYTES - SIZE * 3))).toBe(0);
  });

  it('draws the same scene larger for people', () => {
    const simulated = simulate(3, 1);
    const large = renderer.render(simulated, [400], 512);
    expect(large.length).toBe(512 * 512 * 3);
    const small = renderer.render(simulated, [400], SIZE);
    const averaged = new Uint8Array(BYTES);
    let difference = 0;
    for (let i = 0; i < BYTES; i++) {
      const [c, x, y] = [i % 3, Math.floor(i / 3) % SIZE, Math.floor(i / 3 / SIZE)];
      let sum = 0;
      for (let j = 0; j < 64; j++) sum += large[((y * 8 + (j >> 3)) * 512 + x * 8 + (j & 7)) * 3 + c] ?? 0;
      averaged[i] = sum / 64;
      difference += Math.abs(sum / 64 - (small[i] ?? 0)) / BYTES;
    }
    // Four samples a pixel against 256: they differ along edges alone.
    console.info(
      `${difference.toFixed(2)} levels of 255 and ${changed(averaged, small).toFixed(4)} of the pixels differ`,
    );
    expect(difference).toBeLessThan(2);
    expect(changed(averaged, small)).toBeLessThan(0.03);
  });

  it('draws a plain table without variety', () => {
    const simulated = simulate(6, 1, { variety: 0 });
    const empty = changedScene(simulated, () => true);
    const picture = renderer.render(empty, [0], SIZE);
    // Two grippers are left. What is seen most often is the table.
    const colours = Map.groupBy(
      Array.from({ length: BYTES / 3 }, (_, i) => [...picture.subarray(3 * i, 3 * i + 3)].join()),
      (colour) => colour,
    );
    const most = Math.max(...[...colours.values()].map(({ length }) => length));
    expect(most).toBeGreaterThan(0.8 * SIZE * SIZE);
  });

  it('keeps things apart from the table they stand on, in every template with all its variety', () => {
    const found: { name: string; contrast: number }[] = [];
    for (const template of TEMPLATE_NAMES) {
      for (const number of [0, 1]) {
        const simulated = simulate(9, number, { templates: [template], variety: 1 });
        const [picture, without] = [simulated, changedScene(simulated, (name) => isMeant(simulated, name))].map(
          (scene) => renderer.render(scene, [0], SIZE),
        ) as [Uint8Array, Uint8Array];
        found.push({ name: `${template} ${number}`, contrast: distanceWhereChanged(picture, without) });
      }
    }
    found.sort((a, b) => a.contrast - b.contrast);
    const worst = found.slice(0, 3).map(({ name, contrast }) => `${name} ${contrast.toFixed(0)}`);
    console.info(`least mean distance of colours, of 442: ${worst.join(', ')}`);
    expect(found[0]?.contrast, found[0]?.name).toBeGreaterThan(45);
  });

  it('moves the picture by some pixels at most when the camera shakes', () => {
    const simulated = simulate(6, 3, { variety: 0.3 });
    const { scene } = simulated;
    const shaken = { ...scene, view: { ...scene.view, shake: 0.008, seed: 5 } };
    // Only the camera moves: the world stays as it was at first.
    const still = { ...simulated, scene: shaken, stateAt: () => simulated.stateAt(0) };
    const frames = Array.from({ length: 24 }, (_, i) => i * 13);
    const pictures = renderer.render(still, frames, SIZE);
    const first = pictures.subarray(0, BYTES);
    const moved = frames.map((_, i) => shiftBetween(first, pictures.subarray(i * BYTES, (i + 1) * BYTES), 6));
    console.info(`moved by up to ${Math.max(...moved).toFixed(1)} pixels of ${SIZE}`);
    expect(Math.max(...moved)).toBeGreaterThan(0);
    expect(Math.max(...moved)).toBeLessThan(4);
    // Neighbouring frames are close.
    const near = renderer.render(still, [100, 101], SIZE);
    expect(shiftBetween(near.subarray(0, BYTES), near.subarray(BYTES), 6)).toBeLessThanOrEqual(1);
  });

  it('shows by its shadow that a thing is in the air', () => {
    const simulated = simulate(2, 0, { templates: ['cubes into tray'], variety: 0 });
    const name = simulated.scene.objects.find((object) => object.name !== 'tray' && !object.container)?.name ?? '';
    const lifted = (height: number) => {
      const stateAt = (frame: number): SceneState => {
        const state = simulated.stateAt(frame);
        const objects = state.objects.map((object) =>
          object.name === name
            ? { ...object, position: [0, height, 0.25] as const, relation: 'held' as const }
            : { ...object, position: [9, 9, 9] as const },
        );
        return { ...state, objects };
      };
      return renderer.render({ ...simulated, stateAt }, [0], SIZE);
    };
    const away = changedScene(simulated, () => true);
    const table = renderer.render(away, [0], SIZE);
    /** How far to the right the middle of the shadow is, in pixels. */
    const shadowAt = (height: number): number => {
      const picture = lifted(height);
      let [sum, count] = [0, 0];
      for (let i = 0; i < BYTES; i += 3) {
        const [r = 1, g = 1, b = 1] = [0, 1, 2].map((c) => (table[i + c] ?? 0) / Math.max(1, picture[i + c] ?? 0));
        // A shadow darkens all channels alike; a coloured thing does not.
        const isShadow = Math.min(r, g, b) > 1.03 && Math.max(r, g, b) - Math.min(r, g, b) < 0.08;
        if (isShadow) [sum, count] = [sum + ((i / 3) % SIZE), count + 1];
      }
      expect(count).toBeGreaterThan(10);
      return sum / count;
    };
    // The light comes from the left. A pixel is some 14 mm.
    expect(simulated.scene.light.from[0]).toBeCloseTo(-0.4);
    expect(shadowAt(0.24)).toBeGreaterThan(shadowAt(0.12) + 1.5);
    // It stays on the table.
    expect(shadowAt(0.24)).toBeLessThan(SIZE * 0.75);
  });

  it('leaves shards where something broke', () => {
    const simulated = simulate(1, 2, { templates: ['mugs onto shelf'], variety: 0, mishaps: 1 });
    const last = simulated.frameCount - 1;
    const [name = ''] = simulated.stateAt(last).damage;
    expect(name).not.toBe('');
    const whole: SimulatedEpisode = {
      ...simulated,
      stateAt: (frame) => {
        const state = simulated.stateAt(frame);
        return { ...state, objects: state.objects.map((object) => ({ ...object, damaged: false })) };
      },
    };
    const broken = renderer.render(simulated, [last], SIZE);
    expect(changed(broken, renderer.render(whole, [last], SIZE))).toBeGreaterThan(0.01);
    const isDamaged = (of: string): boolean => of === name;
    // Something is left of it.
    expect(changed(broken, renderer.render(changedScene(simulated, isDamaged), [last], SIZE))).toBeGreaterThan(0.005);
  });

  it('takes a few milliseconds for a small picture', () => {
    const simulated = simulate(4, 2);
    const frames = Array.from({ length: 128 }, (_, i) => i * 7);
    renderer.render(simulated, frames, SIZE);
    const from = performance.now();
    renderer.render(simulated, frames, SIZE);
    const each = (performance.now() - from) / frames.length;
    console.info(`${each.toFixed(2)} ms for a picture of ${SIZE} pixels`);
    // Generous, since other tests may share the cores.
    expect(each).toBeLessThan(25);
  });
});

describe('SimulatorSource', () => {
  it('reads pictures of its own episodes', async () => {
    const source = new SimulatorSource();
    const [episode] = await source.list({ ...WORLD, seed: 1, episodes: 1 });
    if (episode === undefined) throw new Error('no episode');
    const picture = await source.read(episode, [0, 100, 200], SIZE);
    expect(picture.length).toBe(3 * BYTES);
    source.dispose();
  });

  it('draws on with a new context where the driver took the old one away', async () => {
    const contexts: WebGL2RenderingContext[] = [];
    const { getContext } = OffscreenCanvas.prototype;
    Reflect.set(OffscreenCanvas.prototype, 'getContext', function (this: OffscreenCanvas, ...of: [never]) {
      const context: unknown = Reflect.apply(getContext, this, of);
      if (context instanceof WebGL2RenderingContext) contexts.push(context);
      return context;
    });
    try {
      const undisturbed = new SimulatorSource();
      const [episode] = await undisturbed.list({ ...WORLD, seed: 1, episodes: 1 });
      if (episode === undefined) throw new Error('no episode');
      const expected = await undisturbed.read(episode, [100, 200], SIZE);
      undisturbed.dispose();
      // A context that is given back is lost to its owner.
      expect(contexts[0]?.isContextLost()).toBe(true);
      const source = new SimulatorSource();
      await source.read(episode, [100], SIZE);
      expect(contexts.length).toBe(2);
      contexts[1]?.getExtension('WEBGL_lose_context')?.loseContext();
      // The first is kept, the second is drawn.
      expect(await source.read(episode, [100, 200], SIZE)).toEqual(expected);
      expect(contexts.length).toBe(3);
      source.dispose();
    } finally {
      Reflect.set(OffscreenCanvas.prototype, 'getContext', getContext);
    }
  });

  it('says plainly where there is no WebGL', async () => {
    const canvas = globalThis.OffscreenCanvas;
    Reflect.set(
      globalThis,
      'OffscreenCanvas',
      class {
        getContext() {
          return null;
        }
        addEventListener() {}
        removeEventListener() {}
      },
    );
    try {
      const source = new SimulatorSource();
      const [episode] = await source.list({ ...WORLD, seed: 1, episodes: 1 });
      if (episode === undefined) throw new Error('no episode');
      await expect(source.read(episode, [0], SIZE)).rejects.toMatchObject({
        name: 'NoWebGL',
        message: expect.stringContaining('hardware acceleration') as string,
      });
    } finally {
      Reflect.set(globalThis, 'OffscreenCanvas', canvas);
    }
  });
});
