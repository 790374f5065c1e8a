// The model in training answers while it trains, another tab leaves it alone, a measurement that was cut off is made up for
// on resume, and a training that cannot work is not begun.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  go,
  launch,
  runBar,
  runRow,
  serve,
  type Served,
  startTraining,
  stepOf,
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

/** A grey picture of one level. */
const pictureOf = (page: Page, level: number) =>
  page.evaluate(async (grey) => {
    const canvas = new OffscreenCanvas(64, 64);
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    pen.fillStyle = `rgb(${grey} ${grey} ${grey})`;
    pen.fillRect(0, 0, 64, 64);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  }, level);

it('the model in training answers again and again while it trains', async () => {
  const { open } = await visit(browser, served.address);
  const page = await open(trainLink(tinyRecipe({ tag: 3000 }, { name: 'live', batchPairs: 2 })));
  await startTraining(page);
  await waitForStep(page, 3);
  await go(page, 'Judge');
  for (const [i, level] of [40, 200].entries()) {
    const buffer = Buffer.from(await pictureOf(page, level));
    await page
      .locator('main input[type=file]')
      .nth(i)
      .setInputFiles({ name: `${i}.png`, mimeType: 'image/png', buffer });
  }
  await page.getByLabel('Task, in one sentence').fill('Stack the cubes.');
  await page.getByLabel('Which model answers').selectOption({ label: 'The model in training' });
  const steps = new Set<string>();
  for (let i = 0; i < 6; i++) {
    await page.getByRole('button', { name: 'Which is closer to done?' }).click();
    await page.waitForTimeout(600);
    expect(await page.getByRole('dialog').isVisible()).toBe(false);
    const words = await page.getByText(/answered in [\d,]+ ms/).innerText();
    steps.add(/step ([\d,]+)/.exec(words)?.[1] ?? 'none');
  }
  expect(steps.has('none')).toBe(false);
  expect(steps.size).toBeGreaterThan(2);
  expect(await stepOf(page)).toBeGreaterThan(3);
  await runBar(page).getByRole('button', { name: 'Stop and save' }).click();
  await waitForEnd(page);
  await page.context().close();
});

it('a measurement that was cut off is made up for when the run goes on', async () => {
  const { open } = await visit(browser, served.address);
  const evaluation = { everySteps: 1000, validationPairs: 0, testPairsPerWindow: 40, generatedPairs: 0 };
  const page = await open(trainLink(tinyRecipe({ bias: 2, tag: 2 }, { name: 'owed', evaluation })));
  await startTraining(page);
  await runBar(page).getByText('Measuring').waitFor();
  await runBar(page).getByRole('button', { name: 'Stop and save' }).click();
  await waitForEnd(page);
  await go(page, 'Runs');
  await runRow(page, 'owed').getByRole('button', { name: 'Resume' }).click();
  await runBar(page).waitFor();
  await waitForEnd(page);
  await go(page, 'Runs');
  await runRow(page, 'owed').getByRole('button', { name: 'Report' }).click();
  const [report] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'As data (JSON)' }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await report.createReadStream()) chunks.push(chunk as Buffer);
  const { evaluations } = JSON.parse(Buffer.concat(chunks).toString()) as { evaluations: { after: string }[] };
  expect(evaluations.map((e) => e.after)).toEqual(['bias', 'tag']);
  await page.context().close();
});

it('a run that is on in another tab is neither resumed nor discarded here', async () => {
  const { open } = await visit(browser, served.address);
  const evaluation = { everySteps: 1000, validationPairs: 4, testPairsPerWindow: 0, generatedPairs: 0 };
  const first = await open(trainLink(tinyRecipe({ tag: 3000 }, { name: 'held', evaluation })));
  await startTraining(first);
  await waitForStep(first, 2);
  await runBar(first).getByRole('button', { name: 'Pause' }).click();
  await runBar(first).getByRole('button', { name: 'Continue' }).waitFor();

  const second = await open('#/train');
  await second.getByRole('region', { name: /is on in another tab/ }).waitFor();
  expect(await second.getByRole('button', { name: 'Discard' }).count()).toBe(0);
  await go(second, 'Runs');
  const row = runRow(second, 'held');
  await row.getByText('on in another tab').first().waitFor();
  // Its only figures so far are of the model before it was trained.
  await row.getByText('not measured yet').waitFor();
  expect(await row.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  expect(await row.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);

  await runBar(first).getByRole('button', { name: 'Stop and save' }).click();
  await waitForEnd(first);
  await first.getByRole('region', { name: /was stopped and saved/ }).waitFor();
  await row.getByRole('button', { name: 'Resume' }).waitFor();
  await row.getByRole('button', { name: 'Pin', exact: true }).first().click();
  await row.getByRole('button', { name: 'Pinned', exact: true }).first().waitFor();
  await row.getByRole('button', { name: 'Delete' }).click();
  await row.waitFor({ state: 'detached' });
  await first.context().close();
});

it('says what is missing instead of beginning a training that cannot work', async () => {
  const { open } = await visit(browser, served.address);
  const page = await open(trainLink(tinyRecipe({ cot: 2, tag: 2 }, { name: 'lacking', source: { kind: 'library' } })));
  await page.getByRole('heading', { name: 'This training cannot work yet' }).waitFor();
  expect(await page.getByRole('button', { name: 'Start training' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Use the simulator’s films' }).click();
  await page.getByRole('heading', { name: 'This training cannot work yet' }).waitFor({ state: 'hidden' });
  await expect.poll(() => page.getByRole('button', { name: 'Start training' }).isEnabled()).toBe(true);
  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'This training cannot work yet' }).waitFor();
  await page.context().close();
});
