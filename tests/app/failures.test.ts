// What breaks while a visitor trains ends in words, keeps what was saved, and can be gone on from: a machine without
// graphics, a full disk, a lost device, a loss that is no number.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArguments } from '../../scripts/browser.mjs';
import {
  go,
  launch,
  runBar,
  runRow,
  serve,
  type Served,
  startTraining,
  tinyRecipe,
  trainLink,
  visit,
  waitForEnd,
  waitForStep,
} from './studio';

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

/** Waits for the dialog, closes it and gives its words. */
async function trouble(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog');
  await dialog.waitFor({ timeout: 120_000 });
  const words = await dialog.innerText();
  expect(words).toContain('What to do');
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  return words;
}

async function resumeToTheEnd(page: Page, recipe: string): Promise<void> {
  await runRow(page, recipe).getByRole('button', { name: 'Resume' }).click();
  await runBar(page).waitFor();
  await waitForEnd(page);
  await runRow(page, recipe).getByText('finished').waitFor();
}

describe('without any graphics', () => {
  it('the page says so, and the processor trains on', async () => {
    const bare = await launch([
      ...chromiumArguments.filter((flag) => !/webgpu|swiftshader/.test(flag)),
      '--disable-gpu',
      '--disable-3d-apis',
      '--disable-software-rasterizer',
      '--disable-features=WebGPU',
    ]);
    try {
      const visitor = await visit(bare, served.address);
      const page = await visitor.open('');
      expect(await page.evaluate(() => document.createElement('canvas').getContext('webgl2'))).toBeNull();
      const banner = page.getByRole('banner');
      await banner.getByText('CPU (WebAssembly)').click();
      expect(await banner.innerText()).toMatch(/no graphics adapter/);
      // The simulator draws with WebGL: that it cannot is said, and nothing hangs.
      await go(page, 'Data');
      await page.getByRole('region', { name: 'Samples' }).getByText(/WebGL/).waitFor();
      expect(visitor.log.errors.filter((error) => error.startsWith('uncaught'))).toEqual([]);
    } finally {
      await bare.close();
    }
  });
});

describe('a loss that is no number', () => {
  it('ends the run in words and keeps the checkpoint before it', async () => {
    const visitor = await visit(browser, served.address);
    const recipe = tinyRecipe({ bias: 2, cot: 8 }, { backend: 'wasm', name: 'steep' });
    const page = await visitor.open(
      trainLink({ ...recipe, stages: recipe.stages.map((s) => (s.name === 'cot' ? { ...s, learningRate: 1e6 } : s)) }),
    );
    await startTraining(page);
    const words = await trouble(page);
    expect(words).toMatch(/The training stopped at step \d+\.[\s\S]*stopped being a number[\s\S]*last checkpoint/);
    await go(page, 'Runs');
    await runRow(page, 'steep').getByText('failed').waitFor();
    await runRow(page, 'steep')
      .getByText(/Checkpoints \(\d\)/)
      .click();
    expect(await runRow(page, 'steep').getByRole('rowheader').allInnerTexts()).toContain('end of bias, step 2');
    expect(await runRow(page, 'steep').getByRole('button', { name: 'Resume' }).isEnabled()).toBe(true);
    await visitor.context.close();
  });
});

describe('a full disk', () => {
  it('is said, the run goes on in memory, and the last good checkpoint stays', async () => {
    const visitor = await visit(browser, served.address);
    const recipe = tinyRecipe({ bias: 2, cot: 2, tag: 60 }, { backend: 'wasm', name: 'full' });
    const page = await visitor.context.newPage();
    const session = await visitor.context.newCDPSession(page);
    // A checkpoint of this model is 4.3 MB: one fits, and no second beside it.
    const origin = new URL(served.address).origin;
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 7e6 });
    await page.goto(`${served.address}${trainLink(recipe)}`);
    await startTraining(page);
    const words = await trouble(page);
    expect(words).toMatch(/full|room|space/i);
    // Told at the very end: the save that failed at step 4 did not end the run.
    expect(words).toContain('at step 64');
    await go(page, 'Runs');
    const row = runRow(page, 'full');
    await row.getByText(/Checkpoints \(\d\)/).click();
    expect(await row.getByRole('rowheader').allInnerTexts()).toEqual(['end of bias, step 2']);
    // Where not even a word about the end fits on the disk, the run counts as cut off.
    await row.getByText(/failed|cut off/).waitFor();
    // With room again it goes on from there.
    await session.send('Storage.overrideQuotaForOrigin', { origin });
    await resumeToTheEnd(page, 'full');
    await visitor.context.close();
  });
});

describe('a lost graphics device', () => {
  it('ends the run in words, and it goes on from its last checkpoint on a new device', async () => {
    const visitor = await visit(browser, served.address);
    const recipe = tinyRecipe({ bias: 1, tag: 5 }, { backend: 'webgpu', name: 'lost' });
    const page = await visitor.open(trainLink(recipe));
    await startTraining(page);
    await waitForStep(page, 2);
    const session = await browser.newBrowserCDPSession();
    await session.send('Browser.crashGpuProcess').catch(() => undefined);
    const words = await trouble(page);
    expect(words).toMatch(/The training stopped at step \d+\.[\s\S]*graphics device was lost[\s\S]*last checkpoint/);
    await go(page, 'Runs');
    await runRow(page, 'lost').getByText('failed').waitFor();
    await resumeToTheEnd(page, 'lost');
    await visitor.context.close();
  });
});
