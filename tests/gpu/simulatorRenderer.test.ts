// The simulator's pictures, drawn by WebGL in a real browser.
import { afterAll, describe, expect, it } from 'vitest';
import { SceneRenderer } from '../../src/episodes/simulator/renderer';
import { TEMPLATE_NAMES } from '../../src/episodes/simulator/registry';
import { simulate } from '../../src/episodes/simulator/simulate';
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
      const { progressAt, completionFrame } = simulated;
      const frames = [0, 0.25, 0.5, 0.75, 1].map((part) => {
        let frame = 0;
        while (frame < completionFrame && progressAt(frame) < part) frame++;
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
    expect(changed(averaged, small)).toBeLessThan(0.02);
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
    const [episode] = source.list({ ...WORLD, seed: 1, episodes: 1 });
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
      const source = new SimulatorSource();
      const [episode] = source.list({ ...WORLD, seed: 1, episodes: 1 });
      if (episode === undefined) throw new Error('no episode');
      const before = await source.read(episode, [100], SIZE);
      expect(contexts.length).toBe(1);
      contexts[0]?.getExtension('WEBGL_lose_context')?.loseContext();
      expect(await source.read(episode, [100], SIZE)).toEqual(before);
      expect(contexts.length).toBe(2);
      source.dispose();
      // A context that is given back is lost to its owner.
      expect(contexts[1]?.isContextLost()).toBe(true);
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
      const [episode] = source.list({ ...WORLD, seed: 1, episodes: 1 });
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
