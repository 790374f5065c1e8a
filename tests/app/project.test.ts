// A whole studio in one file: out of one browser, into another where nothing is, and everything taken back again.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
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
  visit,
  waitForEnd,
  waitForStep,
} from './studio';

let served: Served;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'palindrome-project-'));
  served = await serve();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A folder with an episode of pictures in which a block moves, and words about it. */
async function recording(page: Page): Promise<string> {
  const place = join(folder, 'push the block');
  mkdirSync(place, { recursive: true });
  const count = 24;
  const pictures = await page.evaluate((many) => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 64;
    const pen = canvas.getContext('2d');
    if (!pen) throw new Error('no canvas');
    return Array.from({ length: many }, (_, i) => {
      pen.fillStyle = '#8b6b4a';
      pen.fillRect(0, 0, 64, 64);
      pen.fillStyle = '#2f8f4e';
      pen.fillRect((i * 50) / many, 30, 12, 12);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    });
  }, count);
  pictures.forEach((base64, i) => writeFileSync(join(place, `${i}.png`), Buffer.from(base64, 'base64')));
  const words = { episode: 'push the block', from: 0, to: 5, text: 'The block is at the left.' };
  writeFileSync(join(folder, 'words.jsonl'), `${JSON.stringify(words)}\n`);
  return folder;
}

const zipInput = (page: Page) => page.locator('input[type=file][accept=".zip"]');
const names = (page: Page) => page.getByRole('textbox', { name: 'Name of the run' });
const bin = (page: Page) => page.getByRole('region', { name: /^Recently deleted/ });
const asFile = (buffer: Buffer) => ({ name: 'palindrome-project.zip', mimeType: 'application/zip', buffer });

it('goes out of one browser and into another, and can be taken back', async () => {
  const sender = await visit(browser, served.address);
  // Without a place to write to, the file comes as a download.
  await sender.context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  const evaluation = { everySteps: 2, validationPairs: 4, testPairsPerWindow: 1, generatedPairs: 0 };
  const recipe = tinyRecipe({ bias: 4, tag: 400 }, { name: 'packed', evaluation });
  let page = await sender.open(trainLink(recipe));
  await startTraining(page);
  await waitForStep(page, 6);
  await runBar(page).getByRole('button', { name: 'Stop and save' }).click();
  await waitForEnd(page);

  await go(page, 'Data');
  await page.locator('input[type=file][webkitdirectory]').setInputFiles(await recording(page));
  await page.getByRole('heading', { name: 'Your files', exact: true }).waitFor();

  await go(page, 'Runs');
  await names(page).fill('Carried over');
  await page.keyboard.press('Tab');
  await page
    .getByRole('region', { name: 'Messages' })
    .getByText(/is now called “Carried over”/)
    .waitFor();
  const shown = (await runRow(page, 'packed').locator('.figures').innerText()).trim();
  expect(shown).toMatch(/right in both orders \d+.*: 4 pairs from \d+ episodes?/s);
  const file = await download(page, () => page.getByRole('button', { name: 'Export everything' }).click());
  expect(file.name).toMatch(/^palindrome-project-[\d-]+\.zip$/);
  const inside = Object.keys(unzipSync(file.bytes));
  for (const part of [/^manifest\.json$/, /run\.json$/, /metrics\.jsonl$/, /\.safetensors$/, /report\.html$/, /\.rgb$/])
    expect(
      inside.some((name) => part.test(name)),
      `${part} in ${inside.join(' ')}`,
    ).toBe(true);
  expect(new TextDecoder().decode(unzipSync(file.bytes)['annotations.jsonl'])).toContain('The block is at the left.');
  await sender.context.close();

  const receiver = await visit(browser, served.address);
  page = await receiver.open('#/runs');
  // A damaged file changes nothing.
  await zipInput(page).setInputFiles(asFile(file.bytes.subarray(0, file.bytes.length - 500)));
  const dialog = page.getByRole('dialog');
  await dialog.getByText(/could not be taken in/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('No runs yet.').waitFor();
  const bent = Buffer.from(file.bytes);
  bent[Math.floor(bent.length / 2)] = (bent[Math.floor(bent.length / 2)] ?? 0) ^ 1;
  await zipInput(page).setInputFiles(asFile(bent));
  await dialog.getByRole('button', { name: 'Take it in' }).click();
  await dialog.getByText(/project could not be taken in/).waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('No runs yet.').waitFor();

  await zipInput(page).setInputFiles(asFile(file.bytes));
  await dialog.getByText(/1 new run: “Carried over”/).waitFor();
  await dialog.getByText(/1 new episode: “push the block”/).waitFor();
  await dialog.getByRole('button', { name: 'Take it in' }).click();
  await runRow(page, 'packed').waitFor();
  expect(await names(page).inputValue()).toBe('Carried over');
  expect((await runRow(page, 'packed').locator('.figures').innerText()).trim()).toBe(shown);
  // A second time it brings nothing.
  await zipInput(page).setInputFiles(asFile(file.bytes));
  await dialog.getByText('All of it is here already.').waitFor();
  await page.keyboard.press('Escape');

  // Taken back and done again by keys.
  await page.getByRole('heading', { level: 1 }).click();
  await page.keyboard.press('Control+z');
  await runRow(page, 'packed').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+Shift+z');
  await runRow(page, 'packed').waitFor();

  // The report reads without scripts.
  await runRow(page, 'packed').getByRole('button', { name: 'Report' }).click();
  const report = await download(page, () => page.getByRole('menuitem', { name: /readable page/ }).click());
  const html = report.bytes.toString('utf8');
  expect(html).toContain('<h1>Carried over</h1>');
  expect(html).toMatch(/<svg[\s\S]*learning rate[\s\S]*<\/svg>/);
  expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);

  // Deleted, and brought back in another visit.
  await runRow(page, 'packed').getByRole('button', { name: 'Delete' }).click();
  await runRow(page, 'packed').waitFor({ state: 'detached' });
  await page.close();
  page = await receiver.open('#/runs');
  await bin(page).getByText('Recently deleted (1)').click();
  await bin(page).getByRole('button', { name: 'Bring back' }).click();
  await runRow(page, 'packed').waitFor();

  // Words came along, and what was trained goes on.
  await go(page, 'Data');
  await page.getByRole('button', { name: 'My videos and images' }).click();
  await page
    .getByRole('region', { name: 'Sources and episodes' })
    .getByRole('button', { name: /^push the block/ })
    .click();
  await page
    .getByRole('region', { name: 'The chosen episode' })
    .getByText('The block is at the left.')
    .first()
    .waitFor();
  await go(page, 'Runs');
  await runRow(page, 'packed').getByRole('button', { name: 'Resume' }).click();
  await waitForStep(page, 8);
  await runBar(page).getByRole('button', { name: 'Stop and save' }).click();
  await waitForEnd(page);
  expect(receiver.log.violations).toEqual([]);
  await receiver.context.close();
});
