// "Measure this device" from the button to the recommendation, on the processor and with a budget of seconds: cancelled
// once, then measured; a run has to wait meanwhile; the JSON is the benchmarks'; the result is there on the next visit.
import type { Browser, Locator, Page } from 'playwright-core';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deviceReportSchema, resultOf } from '../../src/workers/deviceReport';
import { violations, wear } from './axe';
import { download, launch, serve, type Served, visit } from './studio';

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

const panel = (page: Page) => page.getByRole('region', { name: 'Measure this device' });

/** The button, once the device has been chosen. */
async function startButton(page: Page): Promise<Locator> {
  const button = panel(page).getByRole('button', { name: /^Measure, about/ });
  await expect.poll(() => button.isEnabled(), { timeout: 60_000 }).toBe(true);
  return button;
}

it('measures, recommends, and keeps what it found', async () => {
  const { context, log, open } = await visit(browser, served.address, { bypassCSP: true });
  const page = await open('?backend=wasm&measure=30#/train');

  // By keyboard: the focus goes to the button that takes the place of the pressed one, and back.
  const start = await startButton(page);
  await start.press('Enter');
  const cancel = panel(page).getByRole('button', { name: 'Cancel' });
  await cancel.waitFor();
  await panel(page).getByText('Measuring nano').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');

  // No run can start beside it.
  await page.getByRole('button', { name: 'Start training' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('This device is being measured').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await cancel.press('Enter');
  await start.waitFor();
  expect(await panel(page).getByRole('table').count()).toBe(0);
  expect(await page.evaluate(() => localStorage.getItem('palindrome.device'))).toBeNull();
  await page.close();

  const again = await open('?backend=wasm&measure=2#/train');
  await (await startButton(again)).click();
  await panel(again).getByText('We recommend').waitFor();
  const words = await panel(again).innerText();
  expect(words).toMatch(/This device trains nano at [\d.]+ steps a second\. We recommend/);
  expect(words).toMatch(/Measured .* on CPU \(WebAssembly\)/);
  expect(words).toMatch(/At its best this device does/);
  for (const preset of ['nano', 'micro', 'mini']) {
    const row = panel(again).getByRole('row', { name: new RegExp(`^${preset}`) });
    expect(await row.first().innerText()).toMatch(/\d+\s(s|min|h|days)/);
  }

  const file = await download(again, () => panel(again).getByRole('button', { name: 'Save as JSON' }).click());
  expect(file.name).toBe('palindrome-device.json');
  const report = v.parse(deviceReportSchema, JSON.parse(file.bytes.toString()));
  expect(Object.keys(report.presets.nano)).toEqual(['wasm']);
  const nano = resultOf(report, 'nano');
  if (nano === null || 'problem' in nano) throw new Error(nano?.problem ?? 'nano was not measured');
  expect(nano.steps).toBeGreaterThanOrEqual(2);
  expect(nano.rooflineShare).toBeGreaterThan(0);
  expect(nano.rooflineShare).toBeLessThanOrEqual(1);
  // A measurement trains, and what it trains on can be learnt by heart.
  expect(nano.loss).toBeLessThan(nano.firstLoss);

  // The stages of the recipe cost what was measured, not a guess.
  expect(await again.getByRole('list', { name: 'Stages of the recipe' }).innerText()).not.toMatch(/a guess/);
  await panel(again).getByRole('button', { name: 'Use this recipe' }).click();
  await again.getByRole('region', { name: 'Messages' }).getByText('with the model nano').waitFor();

  for (const theme of ['light', 'dark']) {
    await wear(again, theme);
    expect(await violations(again), theme).toEqual([]);
  }
  await again.setViewportSize({ width: 360, height: 740 });
  await again.waitForTimeout(200);
  expect(await again.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await again.close();

  const later = await open('?backend=wasm#/train');
  expect(await panel(later).innerText()).toContain('This device trains nano at');
  await panel(later).getByRole('button', { name: 'Measure again' }).waitFor();
  expect(log.errors).toEqual([]);
  await context.close();
});
