// The progress of a video in a real browser: once by mouse, once by keyboard; its files read back; what cannot be judged.
import { crc32, deflateSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCriticList } from '../../src/reward/criticList';
import { violations, wear } from './axe';
import { download, hasModels, launch, serve, type Served, type Visit, visit } from './studio';

let served: Served;
let browser: Browser;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
  visitor = await visit(browser, served.address, { bypassCSP: true });
  page = await visitor.open('#/reward');
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const result = () => page.getByRole('region', { name: 'The progress of this video' });
const figure = () => result().getByRole('figure', { name: 'Progress along the video' });
const slider = () => figure().getByRole('slider');
const show = () => page.getByRole('button', { name: 'Show the progress' });
const picture = () => result().getByRole('img', { name: /,\s(\d+\.\d\ss|frame\s\d+)$/ });
const moment = async () => /([\d.]+)\ss$/.exec((await picture().getAttribute('aria-label')) ?? '')?.[1];

/** A grey picture of 16 × 16 points. */
function png(level: number): Buffer {
  const chunk = (kind: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
    const ends = [Buffer.alloc(4), Buffer.alloc(4)] as const;
    ends[0].writeUInt32BE(body.length);
    ends[1].writeUInt32BE(crc32(named));
    return Buffer.concat([ends[0], named, ends[1]]);
  };
  const rows = Buffer.alloc(16 * 17, level);
  for (let y = 0; y < 16; y++) rows[17 * y] = 0;
  const header = Buffer.from([0, 0, 0, 16, 0, 0, 0, 16, 8, 0, 0, 0, 0]);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const pictures = (count: number, level: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ name: `${i}.png`, mimeType: 'image/png', buffer: png(level(i)) }));

describe.skipIf(!hasModels)('the progress of a video', () => {
  it('is shown by one press; plot, picture and penalty follow the mouse', async () => {
    await show().and(page.locator(':enabled')).click();
    await figure().waitFor();
    const summary = await figure().locator('.summary').innerText();
    expect(summary).toMatch(/rises to \d+\s% .* It goes back .* Both orders agree in (9\d|100)\s% of \d+ comparisons/);
    // The focus stays on the button that was pressed.
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Show the progress');

    const before = await moment();
    await figure().getByRole('img').scrollIntoViewIfNeeded();
    const plot = await figure().getByRole('img').boundingBox();
    if (!plot) throw new Error('no plot');
    await page.mouse.move(plot.x + plot.width * 0.3, plot.y + 100);
    await page.mouse.down();
    await page.mouse.move(plot.x + plot.width * 0.6, plot.y + 120);
    await page.mouse.up();
    expect(Number(await moment())).toBeGreaterThan(Number(before) + 5);
    expect(await slider().getAttribute('aria-valuetext')).toMatch(/^Second [\d.]+, Progress [\d.]+\s%/);

    const penalty = result().getByRole('slider', { name: /A step back costs/ });
    await penalty.fill('0.5');
    await expect.poll(() => figure().locator('.summary').innerText()).not.toBe(summary);
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('Control+z');
    await expect.poll(() => penalty.inputValue()).toBe('0.1');

    await page.getByRole('checkbox', { name: /VLAC/ }).check();
    expect(await figure().getByRole('img').textContent()).toContain('VLAC’s rule');
  });

  it('goes out as CSV and JSON, and comes back as the list of another critic', async () => {
    const csv = await download(page, () => figure().getByRole('button', { name: 'CSV' }).click());
    const lines = csv.bytes.toString().trim().split('\r\n');
    expect(lines[0]).toBe('frame,seconds,value,low,high,critic,done,truth,marked,model,task,penalty,trust');
    const json = await download(page, () => figure().getByRole('button', { name: 'JSON' }).click());
    const record = JSON.parse(json.bytes.toString()) as Record<string, unknown>;
    expect(record).toMatchObject({
      penalty: 0.1,
      model: { kind: 'shipped', name: 'cured', weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      trust: { doubt: null },
    });
    const { values, critics, done } = readCriticList(json.bytes.toString());
    expect([values.length, critics?.length, done?.length]).toEqual([
      lines.length - 1,
      lines.length - 2,
      lines.length - 1,
    ]);
    expect(Number(lines.at(-1)?.split(',')[2])).toBeCloseTo((values.at(-1) ?? NaN) / 100, 4);

    const list = page.getByRole('region', { name: 'Beside other measures' }).locator('input[type=file]');
    await list.setInputFiles({ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('[500]') });
    await page.getByText('A critic lies between −100 and 100').waitFor();
    await list.setInputFiles({ name: 'own.json', mimeType: 'application/json', buffer: json.bytes });
    const row = page.getByRole('row', { name: /Imported list: own.json/ });
    await row.waitFor();
    const curve = page.getByRole('row', { name: /^This curve/ });
    const voc = (of: typeof row) => of.getByRole('cell').first().innerText();
    expect(await voc(row)).toBe(await voc(curve));
    await page.getByRole('button', { name: 'Take the list away' }).click();
  });

  it('is had by keyboard alone; the film plays by Space and moves by arrows', async () => {
    const video = page.getByRole('combobox', { name: 'Video', exact: true });
    await video.focus();
    await video.selectOption({ label: 'sweep crumbs: the arms stop half-way; never done' });
    await figure().waitFor({ state: 'detached' });
    await show().and(page.locator(':enabled')).focus();
    await page.keyboard.press('Enter');
    await figure().waitFor();
    await slider().focus();
    await page.keyboard.press('End');
    const end = Number(await moment());
    await page.keyboard.press('ArrowLeft');
    await expect.poll(moment).not.toBe(`${end.toFixed(1)}`);
    await page.keyboard.press('Home');
    await expect.poll(moment).toBe('0.0');
    await result().getByRole('button', { name: 'Play', exact: true }).focus();
    await page.keyboard.press('Space');
    await result().getByRole('button', { name: 'Pause', exact: true }).waitFor();
    await expect.poll(async () => Number(await moment())).toBeGreaterThan(0);
    await page.keyboard.press('Space');
    await page.keyboard.press('End');
    await expect.poll(moment).toBe(end.toFixed(1));
  });

  it('is accessible in both themes and stays at home', async () => {
    await page.getByText('Which recordings are worth learning from?').click();
    for (const theme of ['light', 'dark']) {
      await wear(page, theme);
      expect(await violations(page)).toEqual([]);
    }
    const strange = visitor.log.requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url));
    expect(strange).toEqual([]);
    expect(visitor.log.errors).toEqual([]);
  });

  it('teaches a policy by trying, to its end and until it is stopped', async () => {
    const panel = page.getByRole('region', { name: 'Teach a robot with the judge' });
    await panel.getByRole('spinbutton', { name: 'Rollouts' }).fill('5');
    await panel.getByRole('checkbox', { name: 'Success alone' }).uncheck();
    await panel.getByRole('button', { name: 'Train', exact: true }).press('Enter');
    const success = panel.getByRole('figure', { name: 'How often it succeeds' });
    await success.getByText(/After\s1\D?920\ssteps.*judge.*succeeds\sin/).waitFor();
    await panel
      .getByText(/preferences/i)
      .first()
      .waitFor();
    await panel.getByRole('spinbutton', { name: 'Rollouts' }).fill('400');
    await panel.getByRole('button', { name: 'Train anew' }).press('Enter');
    await panel.getByText(/Rollout [2-9] of 400/).waitFor();
    await panel.getByRole('button', { name: 'Stop', exact: true }).press('Enter');
    await panel.getByRole('button', { name: 'Stop', exact: true }).waitFor({ state: 'detached' });
    expect(await violations(page)).toEqual([]);
  });

  it('is refused in words: no task, too short, nothing moves', async () => {
    const task = page.getByLabel('Task, in one sentence');
    await task.fill(' ');
    await page.getByText('Say what the task is, in one sentence.').waitFor();
    expect(await show().isDisabled()).toBe(true);
    const input = page.getByRole('group', { name: 'A video of your own' }).locator('input[type=file]');
    await input.setInputFiles(pictures(6, (i) => 40 * i));
    await task.fill('Fill the grey box.');
    await page.getByText(/too short: 6 frames are left/).waitFor();
    await input.setInputFiles(pictures(12, () => 120));
    await page.getByText(/too short/).waitFor({ state: 'detached' });
    await task.fill('Fill the grey box.');
    await show().and(page.locator(':enabled')).click();
    await result().getByText('Nothing moves in this video').waitFor();
    expect(await figure().count()).toBe(0);
    await input.setInputFiles({ name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no film') });
    await page
      .getByRole('alert')
      .getByText(/^film.mp4: /)
      .waitFor();
  });
});
