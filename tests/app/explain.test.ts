// A judgement explained in a real browser: a pair that needs no pictures of one's own, where the model looked, small
// changes, one picture twice and the training pairs that look alike; and a picture from the camera.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArguments } from '../../scripts/browser.mjs';
import { violations } from './axe';
import { download, hasModels, launch, serve, type Served, type Visit, visit } from './studio';

let served: Served;
let browser: Browser;
let visitor: Visit;
let page: Page;

declare global {
  interface Window {
    streams: MediaStream[];
    /** Name of the error with which the camera is refused. */
    refusal: string | null;
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
    await input.setInputFiles([file('film.png', Buffer.from('\0\0\0\x18ftypmp42'))]);
    await dialog.getByText('Add it under Data and take a moment of it here.').waitFor();
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
    const answer = page.getByRole('region', { name: 'The answer' });
    // Known after the answer: of how many drawn episodes it saw how many.
    await answer.getByText(/trained on \d+ of 2,200 drawn episodes/).waitFor();
    await answer.getByText(/where they agreed on unseen drawn pairs, 9\d\s% of the answers were right/).waitFor();
    expect(await answer.getByText('has only seen drawn scenes').count()).toBe(0);
    // The focus stays on the button that was pressed, and the answer is said.
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Which is closer to done?');
    await page
      .getByRole('status')
      .getByText(/^Both orders name your (first|second) picture\.$/)
      .waitFor({ state: 'attached' });

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

  it('of the same pair is saved as a file', async () => {
    const { bytes, name } = await download(page, () => page.getByRole('button', { name: 'Save the answer' }).click());
    expect(name).toMatch(/^palindrome-answer-\d{4}-\d\d-\d\d\.json$/);
    const saved = JSON.parse(bytes.toString()) as Record<string, never>;
    expect(saved).toMatchObject({
      model: { kind: 'shipped', name: 'cured', weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      orders: [{ shown: ['first', 'second'] }, { shown: ['second', 'first'] }],
    });
  });

  it('has a map that is read by keys, as a table and from files', async () => {
    const figure = explanation().getByRole('figure', { name: 'Where the pictures matter' });
    const slider = figure.getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    expect(await slider.getAttribute('aria-valuetext')).toMatch(
      /^picture first picture, row 1, column 2, percentage points /,
    );
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
    // Points of a probability: a cured model looks at some places more than at others.
    expect(Math.max(...effects.map(Math.abs))).toBeGreaterThan(0.2);
    expect(Math.max(...effects.map(Math.abs))).toBeLessThanOrEqual(100);
    const png = await download(page, () => figure.getByRole('button', { name: 'PNG' }).click());
    expect(png.bytes.subarray(1, 4).toString()).toBe('PNG');
  });

  it('keeps its explanation accessible and at home', async () => {
    expect(await violations(page)).toEqual([]);
    const strange = visitor.log.requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url));
    expect(strange).toEqual([]);
    expect(visitor.log.errors).toEqual([]);
  });

  it('of photographs and unknown words is doubted beside its headline', async () => {
    const input = page.getByRole('region', { name: 'First picture' }).locator('input[type=file]');
    const picture = async (name: string, hue: number) => {
      const url = await page.evaluate((at) => {
        const canvas = Object.assign(document.createElement('canvas'), { width: 80, height: 60 });
        const context = canvas.getContext('2d');
        if (!context) return '';
        context.fillStyle = `hsl(${at} 60% 40%)`;
        context.fillRect(0, 0, 80, 60);
        context.fillStyle = 'white';
        context.fillRect(at / 6, 20, 20, 20);
        return canvas.toDataURL('image/png');
      }, hue);
      return { name, mimeType: 'image/png', buffer: Buffer.from(url.split(',')[1] ?? '', 'base64') };
    };
    await input.setInputFiles([await picture('a.png', 20), await picture('b.png', 240)]);
    await page.getByRole('img', { name: 'Second picture: b.png' }).waitFor();
    await page.getByLabel('Task, in one sentence').fill('Move every Tasse into the red tray.');
    await page.getByRole('status').getByText('The model has never read: Tasse.').waitFor();
    await judge('The cured model');
    const answer = page.getByRole('region', { name: 'The answer' });
    await answer.getByText('The model has never read: Tasse.').waitFor();
    const agreed = (await answer.getByRole('heading', { level: 2 }).innerText()).startsWith('Both orders');
    const strange = answer.getByText('This model has only seen drawn scenes.');
    const disagreeing = answer.getByText('Asked in the other order, the model names another picture.');
    await (agreed ? strange : disagreeing).waitFor();
    expect(await (agreed ? disagreeing : strange).count()).toBe(0);
    await page.getByText('told to undo it, it names the same picture').waitFor();
  });

  it('is asked of moments that are searched by keys; the other picture’s episode comes next', async () => {
    const first = page.getByRole('region', { name: 'First picture' });
    await first.getByText('Take a moment of an episode').click();
    const search = first.getByLabel('Search episodes by name or task');
    await search.fill('zzz');
    await first.getByText('No episode matches “zzz”.').waitFor();
    await search.fill('wipe');
    await first
      .getByRole('button', { name: /^wipe stains \d+/ })
      .nth(1)
      .waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('img', { name: /^First picture: wipe stains \d+, frame/ }).waitFor();
    // The task is the episode's; what was typed can be had again.
    const task = page.getByLabel('Task, in one sentence');
    expect(await task.inputValue()).toMatch(/stain/);
    await page.getByRole('button', { name: 'Undo' }).last().click();
    expect(await task.inputValue()).toBe('Move every Tasse into the red tray.');
    const second = page.getByRole('region', { name: 'Second picture' });
    await second.getByRole('button', { name: /^Take a moment of the same episode: wipe stains/ }).click();
    await page.getByRole('img', { name: /^Second picture: wipe stains \d+, frame/ }).waitFor();
    await second
      .getByRole('button', { name: /take frame/ })
      .last()
      .click();
    await page.getByText('The task is now that of the episode.').first().waitFor();
  });

  it('is of the picture that was on its way when somebody asked', async () => {
    const frame = page
      .getByRole('region', { name: 'Second picture' })
      .getByRole('button', { name: /take frame/ })
      .first();
    const ask = page.getByRole('button', { name: 'Which is closer to done?' });
    const pressed = await Promise.all([frame.elementHandle(), ask.elementHandle()]);
    // In one turn, so that no picture can come between.
    await page.evaluate((buttons) => buttons.forEach((button) => (button as HTMLElement).click()), pressed);
    await page.getByRole('region', { name: 'The answer' }).waitFor({ timeout: 20_000 });
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

describe.skipIf(!hasModels)('what is written about a model', () => {
  it('is in the language of the page', async () => {
    const { context, open } = await visit(browser, served.address, { locale: 'de-DE' });
    const german = await open('#/judge');
    await german.getByRole('button', { name: 'Über dieses Modell' }).click();
    const dialog = german.getByRole('dialog', { name: 'Das geheilte Modell' });
    await dialog.getByText(/von 2\s200 gezeichneten Episoden/).waitFor();
    await dialog.getByText('von echten Aufnahmen weiß es nichts').waitFor();
    // Nothing of it is English but the commands for those who check.
    expect(await dialog.innerText()).not.toMatch(/\b(the|it|pairs|episodes|right)\b/);
    await context.close();
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
    const before = await page.evaluate(() => window.streams.length);
    await page.getByRole('button', { name: 'Camera: take the second picture' }).click();
    await page.getByLabel('What the camera sees').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => window.streams.length)).toBeGreaterThan(before);
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
