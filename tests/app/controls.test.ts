// What the page offers around the experiments: all controls by one press, with answers that stay and can be taken away;
// the strategies of the comparison as presets; and what is written about the models that come with the studio.
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { download, go, hasModels, launch, serve, type Served, visit } from './studio';

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

it.skipIf(!hasModels)('asks all controls, stops when told, keeps the answers and hands them out', async () => {
  const { context, log, open } = await visit(browser, served.address);
  const page = await open('#/evaluate');
  await page.getByLabel('Pairs of each question').selectOption('24');
  await page.getByRole('button', { name: 'Ask all controls' }).click();
  const answers = page.getByRole('region', { name: 'Answers to the controls' });
  const readings = answers.locator('td.reading');
  await readings.nth(1).waitFor();
  await page.getByRole('button', { name: 'Stop asking' }).click();
  await page.getByRole('button', { name: 'Ask all controls' }).waitFor();
  const count = await readings.count();
  expect(count).toBeGreaterThan(1);
  // The biased model follows the position, whatever it is asked.
  expect(await readings.first().innerText()).toMatch(/Fails\s+Answers by the position: .*“the second” in/);
  const csv = await download(page, () => page.getByRole('button', { name: 'Save the table as CSV' }).click());
  expect(csv.bytes.toString().trim().split('\r\n')).toHaveLength(count + 1);
  const json = await download(page, () => page.getByRole('button', { name: 'Save the answers as JSON' }).click());
  const { questions, pairsPerQuestion } = JSON.parse(json.bytes.toString()) as Record<string, unknown>;
  expect(pairsPerQuestion).toBe(24);
  expect(questions).toHaveLength(count);

  await page.getByLabel('Which model answers').selectOption({ label: 'The cured model' });
  await expect.poll(() => readings.count()).toBe(0);
  await page.getByLabel('Which model answers').selectOption({ label: 'The biased model' });
  expect(await readings.count()).toBe(count);
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
});

it('offers the strategies as presets, their doubt as a number, and says what a model is', async () => {
  const { context, log, open } = await visit(browser, served.address);
  const written = JSON.parse(readFileSync('public/models/biased.json', 'utf8')) as object;
  const figures = [{ name: 'gap', value: 97.5, low: 95, high: 99.1, unit: 'points', on: '200 episodes' }];
  await context.route('**/models/biased.json', (route) => route.fulfill({ json: { ...written, figures } }));
  await context.route('**/models/cured.json', (route) => route.fulfill({ status: 200, contentType: 'text/html' }));
  const page = await open('#/train');
  await page.getByLabel('Strategies of the comparison').selectOption('antisymmetric');
  await page.getByText('its gap is nil by construction').waitFor();
  expect(await page.getByLabel('Judges by').inputValue()).toBe('antisymmetric');
  await page.getByLabel('Strategies of the comparison').selectOption('cot-tag');
  expect(await page.getByLabel('Starts from').inputValue()).toBe('biased');
  const doubt = page.getByLabel('Doubtful descriptions, %');
  expect(await doubt.count()).toBe(1);
  await doubt.fill('0');
  await doubt.press('Enter');
  expect(await page.getByLabel('Strategies of the comparison').inputValue()).toBe('');

  await go(page, 'Evaluate');
  const dialog = page.getByRole('dialog');
  const about = page.getByRole('button', { name: 'About this model' });
  await about.focus();
  await page.keyboard.press('Enter');
  await dialog.getByText('95 to 99.1').waitFor();
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  await page.getByLabel('Which model answers').selectOption({ label: 'The cured model' });
  await about.click();
  await dialog.getByText('Nothing is written about this model').waitFor();
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
});
