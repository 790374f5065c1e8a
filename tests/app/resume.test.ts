// A run whose tab was closed goes on as if nothing had happened: the whole run, and the run that was saved, closed,
// reopened and resumed, end in the same bits. A run resumed without its moments does not, so the comparison can fail.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random';
import { exportCheckpoint } from '../../src/checkpoints/exportFile';
import { readCheckpointFile } from '../../src/checkpoints/importFile';
import { type Recipe, totalSteps } from '../../src/training/recipe';
import {
  download,
  go,
  launch,
  runBar,
  runRow,
  serve,
  type Served,
  startTraining,
  tinyRecipe,
  trainLink,
  type Visit,
  visit,
  waitForEnd,
  waitForStep,
} from './studio';

// A machine with much else to do must not be through with the run before Pause is pressed.
const cases = [
  { backend: 'wasm', label: 'CPU (WebAssembly)', steps: { cot: 10, tag: 500 }, pausedBy: 30 },
  // On a software adapter it takes a minute and a half of two cores.
  ...(process.env['PALINDROME_TESTS'] === 'all'
    ? [{ backend: 'webgpu', label: 'WebGPU', steps: { tag: 10 }, pausedBy: 4 } as const]
    : []),
] as const;
/** Chance decides after how many steps, from these to `pausedBy`, the run is paused, and with that saved. */
const PAUSED_FROM = 2;

let served: Served;
let browser: Browser;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function bytesOf(page: Page, recipe: string): Promise<Buffer> {
  const row = runRow(page, recipe).first();
  const { bytes } = await download(page, () =>
    row.getByRole('button', { name: 'Export', exact: true }).first().click(),
  );
  return bytes;
}

/** Trains by the recipe of a listed run, from its beginning to its end, in the page that is open. */
async function trainWhole(page: Page, recipe: string): Promise<Buffer> {
  await runRow(page, recipe).first().getByRole('button', { name: 'Use its recipe' }).click();
  await startTraining(page);
  await waitForEnd(page);
  await go(page, 'Runs');
  expect(await runRow(page, recipe).count()).toBe(2);
  await runRow(page, recipe).first().getByText('finished').waitFor();
  return bytesOf(page, recipe);
}

/** Trains, saves by a pause, goes on, and closes the tab at a moment that chance decides. Gives the saved checkpoint. */
async function cutShort(visitor: Visit, recipe: Recipe, random: Random, pausedBy: number): Promise<Buffer> {
  const page = await visitor.open(trainLink(recipe));
  await startTraining(page);
  await waitForStep(page, Math.round(random.between(PAUSED_FROM, pausedBy)));
  await runBar(page).getByRole('button', { name: 'Pause' }).click();
  const onwards = runBar(page).getByRole('button', { name: 'Continue' });
  await onwards.waitFor();
  await go(page, 'Runs');
  const saved = await bytesOf(page, recipe.name);
  await onwards.click();
  await page.waitForTimeout(random.between(0, 400));
  await page.close();
  return saved;
}

async function resume(page: Page, recipe: string): Promise<{ from: number; bytes: Buffer }> {
  const row = runRow(page, recipe).first();
  await row.waitFor();
  const from = Number(/step (\d+) of/.exec((await row.innerText()).replaceAll(/\s+/g, ' '))?.[1]);
  await row.getByRole('button', { name: 'Resume' }).click();
  await runBar(page).waitFor();
  await waitForEnd(page);
  await row.getByText('finished').waitFor();
  return { from, bytes: await bytesOf(page, recipe) };
}

/** The same checkpoint as a file without moments, taken in as another run. */
async function takeInCold(page: Page, saved: Buffer, name: string): Promise<void> {
  const { manifest, parts } = await readCheckpointFile(new Uint8Array(saved));
  const renamed = { ...manifest, recipe: { ...(manifest.recipe as Recipe), name } };
  const cold = await exportCheckpoint(renamed, { parameters: parts.parameters }, { optimizer: false });
  const file = { name: `${name}.safetensors`, mimeType: 'application/octet-stream', buffer: Buffer.from(cold) };
  await page.locator('input[type=file][accept=".safetensors"]').setInputFiles(file);
  await runRow(page, name).waitFor();
}

async function numbersOf(file: Buffer) {
  const { manifest, parts } = await readCheckpointFile(new Uint8Array(file));
  const bits = (part: Float32Array | undefined) => new Uint32Array(part?.slice().buffer ?? new ArrayBuffer(0));
  return {
    step: manifest.step,
    parameters: bits(parts.parameters),
    moment1: bits(parts.moment1),
    moment2: bits(parts.moment2),
  };
}

function differing(a: Uint32Array, b: Uint32Array): number {
  return a.length === b.length ? a.reduce((sum, word, i) => sum + (word === b[i] ? 0 : 1), 0) : Infinity;
}

describe.each(cases)('on $backend', ({ backend, label, steps, pausedBy }) => {
  it('uninterrupted is, to the bit, saved, closed, reopened and resumed, and is not a cold start', async () => {
    const visitor = await visit(browser, served.address);
    const seed = Date.now() % 1e6;
    const recipe = tinyRecipe(steps, { backend, name: 'parted' });

    const saved = await cutShort(visitor, recipe, new Random(seed), pausedBy);
    const page = await visitor.open('#/runs');
    const { from, bytes } = await resume(page, 'parted');
    await takeInCold(page, saved, 'cold');
    const cold = await numbersOf((await resume(page, 'cold')).bytes);
    const whole = await numbersOf(await trainWhole(page, 'parted'));
    const parted = await numbersOf(bytes);

    const total = totalSteps(recipe);
    console.log(
      `${backend}, seed ${seed}: resumed at step ${from} of ${total}; ${whole.parameters.length} parameters, ` +
        `${differing(whole.parameters, parted.parameters)} differ resumed, ` +
        `${differing(whole.parameters, cold.parameters)} differ from a cold start.`,
    );
    await runRow(page, 'parted').first().getByText(label).waitFor();
    expect(from).toBeGreaterThanOrEqual(PAUSED_FROM);
    expect(from).toBeLessThan(total);
    expect([whole.step, parted.step, cold.step]).toEqual([total, total, total]);
    expect(whole.parameters.length).toBeGreaterThan(100_000);
    expect(whole.moment1.some((word) => word !== 0)).toBe(true);
    for (const part of ['parameters', 'moment1', 'moment2'] as const) {
      expect(differing(whole[part], parted[part]), part).toBe(0);
    }
    expect(differing(whole.parameters, cold.parameters)).toBeGreaterThan(1000);
    expect(visitor.log.errors).toEqual([]);
    await visitor.context.close();
  });
});
