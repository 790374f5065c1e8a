// The model in training answers while it trains, and a measurement that was cut off is made up for on resume.
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
