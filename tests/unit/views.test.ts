// The page's own reasoning, without a page: the cure that fits a time, differences between runs, numbers as people read
// them, and worker calls that cannot hang.
import fc from 'fast-check';
import { expose } from 'comlink';
import { describe, expect, it } from 'vitest';
import { WorkerClient } from '../../src/app/clients/workerClient';
import { bytes, duration, durationRange, percent, since } from '../../src/app/reading';
import { cureRecipe, stepsIn } from '../../src/app/recipes/cureRecipe';
import { recipeChanges } from '../../src/app/recipes/recipeDifference';
import { mainDifferences } from '../../src/app/state/runs/differenceWords';
import { parseAddress, VIEWS } from '../../src/app/state/address';
import { volumePoints } from '../../src/app/state/figures';
import { PRESETS } from '../../src/training/presets';
import { parseRecipe, totalSteps } from '../../src/training/recipe';

describe('an address', () => {
  it('names a view and keeps its parameters; anything else is the start page', () => {
    for (const view of VIEWS) expect(parseAddress(`#/${view}?r=abc`).view).toBe(view);
    expect(parseAddress('#/runs?run=7').parameters.get('run')).toBe('7');
    for (const hash of ['', '#', '#/', '#/nowhere', '#/__proto__', '#runs/../x']) {
      expect(parseAddress(hash).view).toBe('start');
    }
  });
});

describe('the cure', () => {
  it('is a valid recipe from the biased model whose steps fit the time', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 1200 }), fc.double({ min: 2, max: 3000, noNaN: true }), (seconds, ms) => {
        const recipe = parseRecipe(cureRecipe(seconds, ms));
        expect(recipe.initial).toBe('biased');
        expect(recipe.stages.map((stage) => stage.samples)).toEqual(['cot', 'tag']);
        const steps = totalSteps(recipe);
        // Of what the time would hold, some goes into looks and questions; thirty steps are the least.
        expect(steps).toBe(stepsIn(seconds, ms));
        expect(steps).toBeLessThanOrEqual(Math.max(30, (seconds * 1000) / ms));
        for (const stage of recipe.stages) expect(stage.warmupSteps).toBeLessThan(stage.steps);
      }),
    );
  });
});

describe('what changed between two runs', () => {
  it('is nothing for the same recipe, and plain sentences with a table of all settings for another', () => {
    const { class: lesson, smoke } = PRESETS;
    expect(mainDifferences(lesson, structuredClone(lesson))).toEqual([]);
    expect(mainDifferences(lesson, { ...lesson, seed: 2 })).toEqual(['seed 2 instead of 1']);
    expect(mainDifferences(smoke, { ...lesson, initial: 'biased' })).toEqual([
      'starts from the biased model of the studio instead of an empty model',
      'stages: bias 120 steps, cot 350 steps, tag 1,300 steps; before: bias 20 steps, cot 20 steps, tag 20 steps',
      'learns from 600 simulated episodes instead of 60 simulated episodes',
    ]);
    const own = { ...smoke, source: { kind: 'library' as const } };
    const films = recipeChanges([smoke, own]).find(({ label }) => label === 'films: variety');
    expect(films?.values).toEqual(['0.3', null]);
  });
});

describe('tag volumes', () => {
  it('keep the last look at each seventh and leave out looks before any tag', () => {
    const row = { step: 1, stage: 'tag', forward: 60, reverse: 50, average: 55, gap: 10, bothRight: 40, invalid: 0 };
    const points = volumePoints([
      { ...row, sevenths: null },
      { ...row, sevenths: 0 },
      { ...row, sevenths: 1 },
      { ...row, sevenths: 1.2, average: 70 },
      { ...row, sevenths: 2 },
    ]);
    expect(points.map((point) => [point.sevenths, point.average])).toEqual([
      [1, 70],
      [2, 55],
    ]);
  });
});

describe('numbers for people', () => {
  it('carry units and a dash where nothing is known', () => {
    expect(percent(83.96)).toBe('84\u00a0%');
    expect(percent(null)).toBe('–');
    expect(percent(Number.NaN)).toBe('–');
    expect(bytes(0)).toBe('0\u00a0B');
    expect(bytes(4_200_000)).toBe('4.2\u00a0MB');
    expect(duration(38)).toBe('38\u00a0s');
    expect(duration(240)).toBe('4\u00a0min');
    expect(duration(7800)).toBe('2\u00a0h 10\u00a0min');
    expect(durationRange({ low: 180, likely: 240, high: 360 })).toBe('4\u00a0min (3\u00a0min to 6\u00a0min)');
    expect(since(0, 2000)).toBe('just now');
    expect(since(0, 38_000)).toBe('38\u00a0s ago');
  });
});

/** A worker made of one end of a channel; `fail` is what a dying worker does. */
class FakeWorker extends EventTarget {
  readonly #port: MessagePort;
  isTerminated = false;

  constructor(api: object) {
    super();
    const { port1, port2 } = new MessageChannel();
    expose(api, port1);
    this.#port = port2;
    port2.addEventListener('message', (event) => {
      this.dispatchEvent(new MessageEvent('message', { data: (event as MessageEvent<unknown>).data }));
    });
    port2.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#port.postMessage(message, transfer as never);
  }

  terminate(): void {
    this.isTerminated = true;
    this.#port.close();
  }

  fail(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }
}

describe('a worker', () => {
  const api = {
    double: (value: number) => Promise.resolve(2 * value),
    wait: () => new Promise<void>(() => undefined),
    refuse: () => Promise.reject(new Error('There is no such model.')),
  };

  it('answers, and passes refusals on in its own words', async () => {
    const client = new WorkerClient<typeof api>(new FakeWorker(api) as unknown as Worker, () => undefined);
    expect(await client.api.double(21)).toBe(42);
    await expect(client.api.refuse()).rejects.toThrow('There is no such model.');
    client.close();
  });

  it('that dies rejects what was asked and what is asked later, and is reported once', async () => {
    const worker = new FakeWorker(api);
    const crashes: string[] = [];
    const client = new WorkerClient<typeof api>(worker as unknown as Worker, (why) => crashes.push(why));
    const open = client.api.wait();
    worker.fail('out of memory');
    worker.fail('again');
    await expect(open).rejects.toThrow(/stopped working: out of memory/);
    await expect(client.api.double(1)).rejects.toThrow(/stopped working/);
    expect(crashes).toEqual(['out of memory']);
    expect(worker.isTerminated).toBe(true);
  });
});
