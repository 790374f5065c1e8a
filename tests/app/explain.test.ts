// A judgement explained in a real browser: a pair that needs no pictures of one's own, where the model looked, small
// changes, one picture twice and the training pairs that look alike; and a picture from the camera.
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArguments } from '../../scripts/browser.mjs';
import { download, hasModels, launch, serve, type Served, type Visit, visit } from './studio';

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');

let served: Served;
let browser: Browser;
let visitor: Visit;
let page: Page;

declare global {
  interface Window {
    streams: MediaStream[];
    /** Name of the error with which the camera is refused. */
    refusal: string | null;
    axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
  }
}

beforeAll(async () => {
  served = await serve();
  const camera = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  browser = await launch([...chromiumArguments, ...camera]);
  visitor = await visit(browser, served.address, { bypassCSP: true, permissions: ['camera'] });
  await visitor.context.addInitScript(() => {
    window.streams = [];
    window.refusal = null;
    // Blank pages, from which every tab starts, have no cameras.
    if (!('mediaDevices' in navigator)) return;
    const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      if (window.refusal) throw new DOMException('refused', window.refusal);
      const stream = await real(wanted);
      window.streams.push(stream);
      return stream;
    };
  });
  page = await visitor.open('#/judge');
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const explanation = () => page.getByRole('region', { name: 'Why this answer?' });

async function judge(model: string): Promise<void> {
  await page.getByLabel('Which model answers').selectOption({ label: model });
  await page.getByRole('button', { name: 'Which is closer to done?' }).click();
  await page.getByRole('region', { name: 'The answer' }).waitFor();
}

/** One grey pixel. */
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==',
  'base64',
);

describe('what is given', () => {
  it('is asked for step by step; what is no picture is refused, and the same picture twice is named', async () => {
    const file = (name: string, buffer: Buffer) => ({ name, mimeType: 'image/png', buffer });
    const input = page.getByRole('region', { name: 'First picture' }).locator('input[type=file]');
    await page.getByText('Two pictures are needed').waitFor();
    await input.setInputFiles([file('broken.png', Buffer.from('no picture'))]);
    const dialog = page.getByRole('dialog');
    await dialog.getByText('“broken.png” is not a picture that this browser can read.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await input.setInputFiles([file('a.png', pixel)]);
    await page.getByText('One more picture is needed').waitFor();
    await input.setInputFiles([file('b.png', pixel), file('a.png', pixel)]);
    await page.getByRole('img', { name: 'Second picture: b.png' }).waitFor();
    await page.getByText('Both pictures are the same').waitFor();
    await page.getByRole('button', { name: 'Use a general sentence' }).click();
    expect(await page.getByLabel('Task, in one sentence').inputValue()).toBe('Finish the task.');

    await page.getByRole('button', { name: 'Remove' }).last().click();
    await page.getByText('One more picture is needed').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('img', { name: 'Second picture: b.png' }).waitFor();
  });
});

describe.skipIf(!hasModels)('a judgement', () => {
  it('of a simulated pair is explained with map, changes, one picture twice and like training pairs', async () => {
    await page.getByRole('button', { name: 'Take a pair from the simulator' }).click();
    await page.getByRole('img', { name: /^Second picture: Simulated episode/ }).waitFor();
    expect(await page.getByLabel('Task, in one sentence').inputValue()).toMatch(/\w+ \w+/);
    await judge('The cured model');
    expect(await page.getByRole('region', { name: 'The answer' }).innerText()).toMatch(/trained on \d+ simulated/);

    await explanation().getByRole('button', { name: 'Explain', exact: true }).click();
    const figure = explanation().getByRole('figure', { name: 'Where the pictures matter' });
    await figure.waitFor();
    const changes = explanation().getByRole('region', { name: 'The same pair, changed a little' });
    expect(await changes.getByRole('row').count()).toBeGreaterThanOrEqual(6);
    expect(await changes.innerText()).toMatch(/cut by 5 % on all sides\s+your (first|second), \d+/);
    const text = await explanation().innerText();
    expect(text.match(/twice: “the second” with probability \d+/g)).toHaveLength(2);
    await explanation().getByText('pairs of its training were looked at').waitFor();
    const alike = explanation().locator('ol > li');
    expect(await alike.count()).toBe(4);
    expect(await alike.first().innerText()).toMatch(/Window \d+, frames \d+ and \d+\..* by \d+ of 255/);
  });

  it('has a map that is read by keys, as a table and from files', async () => {
    const figure = explanation().getByRole('figure', { name: 'Where the pictures matter' });
    const slider = figure.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(/^picture first picture, row 1, column 2, log-odds /);
    await figure.getByRole('button', { name: 'Table' }).click();
    expect(await figure.getByRole('row').count()).toBe(1 + 2 * 64);
    const csv = await download(page, () => figure.getByRole('button', { name: 'CSV' }).click());
    const effects = csv.bytes
      .toString()
      .trim()
      .split('\r\n')
      .slice(1)
      .map((line) => Number(line.split(',')[3]));
    expect(effects).toHaveLength(128);
    // A cured model looks at some places more than at others.
    expect(Math.max(...effects.map(Math.abs))).toBeGreaterThan(0.2);
    const png = await download(page, () => figure.getByRole('button', { name: 'PNG' }).click());
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('keeps its explanation accessible and at home', async () => {
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => window.axe.run());
    expect(
      violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`),
    ).toEqual([]);
    const strange = visitor.log.requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url));
    expect(strange).toEqual([]);
    expect(visitor.log.errors).toEqual([]);
  });

  it('of the biased model is shown to come from the order, and is cancelled at once', async () => {
    await judge('The biased model');
    await page.getByRole('heading', { name: 'They disagree: do not trust this.' }).waitFor();
    await explanation().getByRole('button', { name: 'Explain', exact: true }).click();
    await explanation().getByText('It leans to whatever comes second.').first().waitFor();
    await explanation().getByRole('button', { name: 'Cancel' }).click();
    await explanation().getByText('Cancelled. What was found so far stays.').waitFor();
    expect(await explanation().getByText('There is no judgement that could hold').count()).toBe(1);
    expect(await explanation().getByRole('progressbar').count()).toBe(0);
  });
});

describe('the camera', () => {
  it('gives one picture and goes off', async () => {
    await page.getByRole('button', { name: 'Camera: take the first picture' }).click();
    const dialog = page.getByRole('dialog', { name: 'Take a picture' });
    const take = dialog.getByRole('button', { name: 'Take the picture' });
    await take.and(page.locator(':enabled')).waitFor();
    expect(await page.evaluate(() => window.streams.at(-1)?.active)).toBe(true);
    await take.click();
    await page.getByRole('img', { name: 'First picture: camera picture' }).waitFor();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.streams.some((stream) => stream.active))).toBe(false);
    expect(visitor.log.violations).toEqual([]);
  });

  it('goes off when the dialog is closed by keys', async () => {
    await page.getByRole('button', { name: 'Camera: take the second picture' }).click();
    const before = await page.evaluate(() => window.streams.length);
    await page.getByLabel('What the camera sees').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.streams.length)).toBeGreaterThanOrEqual(before);
    expect(await page.evaluate(() => window.streams.some((stream) => stream.active))).toBe(false);
  });

  it('that is refused, missing or busy says what to do', async () => {
    for (const [refusal, words] of [
      ['NotAllowedError', 'Allow it beside the address bar'],
      ['NotFoundError', 'No camera was found'],
      ['NotReadableError', 'used by another program'],
    ] as const) {
      await page.evaluate((name) => (window.refusal = name), refusal);
      await page.getByRole('button', { name: 'Camera: take the second picture' }).click();
      const dialog = page.getByRole('dialog', { name: 'Take a picture' });
      await dialog.getByText(words).waitFor();
      await page.evaluate(() => (window.refusal = null));
      if (refusal === 'NotReadableError') await dialog.getByRole('button', { name: 'Try again' }).click();
      if (refusal === 'NotReadableError') await dialog.getByLabel('What the camera sees').waitFor();
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      await dialog.waitFor({ state: 'detached' });
    }
  });
});
