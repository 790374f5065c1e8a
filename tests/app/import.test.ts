// Imports as people make them: two hundred recordings in one drop, a pause, a closed tab, the same files again, and a
// disk that is full half-way. The recordings are folders of small made-up pictures, each unlike the others.
import { cpSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, crc32 } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launch, serve, type Served, visit } from './studio';

const LONGEST_MS = 50;

let served: Served;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'palindrome-import-'));
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A picture of noise that follows from `seed`: browsers compress what they store, and noise cannot be. */
function png(seed: number, width: number, height: number): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  let state = seed;
  for (let i = 0; i < rows.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    rows[i] = i % (1 + width * 3) === 0 ? 0 : state >>> 24;
  }
  const chunk = (kind: string, body: Buffer) => {
    const named = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
    const frame = Buffer.alloc(8 + named.length);
    frame.writeUInt32BE(body.length, 0);
    named.copy(frame, 4);
    frame.writeUInt32BE(crc32(named), 4 + named.length);
    return frame;
  };
  const header = Buffer.from([0, 0, 0, width, 0, 0, 0, height, 8, 2, 0, 0, 0]);
  const magic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]);
  return Buffer.concat([
    magic,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A folder of episodes, each a folder of pictures. */
function recordings(name: string, count: number, pictures: number, side = 16): string {
  const root = join(folder, name);
  for (let episode = 0; episode < count; episode++) {
    const place = join(root, `wipe the table ${episode}`);
    mkdirSync(place, { recursive: true });
    for (let i = 0; i < pictures; i++) writeFileSync(join(place, `${i}.png`), png(1 + episode * 1000 + i, side, side));
  }
  return root;
}

const drop = (page: Page, root: string) => page.locator('input[type=file][webkitdirectory]').setInputFiles(root);
const list = (page: Page) => page.getByRole('region', { name: 'Files that were read' });
const chosen = (page: Page) => page.getByRole('region', { name: 'The chosen episode' });
const finished = (page: Page) =>
  page.getByRole('heading', { name: 'Your files', exact: true }).waitFor({ timeout: 120_000 });
const press = (page: Page, name: string) => chosen(page).getByRole('button', { name, exact: true }).click();
const takenIn = async (page: Page) => Number(/(\d+) taken in/.exec(await chosen(page).innerText())?.[1] ?? 0);

interface TraceEvent {
  name: string;
  ts: number;
  pid: number;
  tid: number;
  tdur?: number;
}

/**
 * Tasks of the page's own thread since files were picked that took the processor for longer than LONGEST_MS, in ms.
 * Time in which other programs had the processor does not count.
 */
function longTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const picked = traceEvents.find(({ name }) => name === 'files picked');
  if (!picked) throw new Error('The trace does not say when files were picked.');
  const own = traceEvents.filter(({ pid, tid, ts }) => pid === picked.pid && tid === picked.tid && ts > picked.ts);
  if (!own.some(({ tdur = 0 }) => tdur > 1000)) throw new Error('The trace shows no task of the page.');
  return own.map(({ tdur = 0 }) => Math.round(tdur / 1000)).filter((ms) => ms > LONGEST_MS);
}

describe('an import', () => {
  it('of two hundred recordings stays usable, can be paused, and knows what it has', { timeout: 240_000 }, async () => {
    const root = recordings('many', 200, 6);
    // Three broken ones, and two copies under other names.
    for (const episode of [40, 80, 120]) truncateSync(join(root, `wipe the table ${episode}`, '3.png'), 60);
    for (const episode of [5, 6])
      cpSync(join(root, `wipe the table ${episode}`), join(root, `copy of ${episode}`), { recursive: true });

    const visitor = await visit(browser, served.address);
    await visitor.context.addInitScript(() => {
      // Before this event the browser itself opens the files.
      addEventListener('change', () => performance.mark('files picked'), true);
    });
    let page = await visitor.open('#/data');
    await page.waitForTimeout(3000);
    await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] });
    await drop(page, root);
    await expect.poll(() => takenIn(page), { timeout: 60_000 }).toBeGreaterThan(5);

    await press(page, 'Pause');
    await page.getByRole('heading', { name: 'Reading is paused' }).waitFor();
    await page.waitForTimeout(600);
    const halted = await takenIn(page);
    await page.waitForTimeout(800);
    expect(await takenIn(page)).toBe(halted);
    expect(halted).toBeLessThan(190);

    // The tab is closed; the next visit says what is missing.
    const tasks = longTasks(await browser.stopTracing());
    await page.close();
    page = await visitor.open('#/data');
    const note = page.getByRole('note', { name: 'Files of your last import' });
    await expect
      .poll(() => note.innerText())
      .toMatch(/^1\d\d files of your last import were not finished: .* and 1\d\d more/);

    await drop(page, root);
    await finished(page);
    expect(await note.count()).toBe(0);
    const said = await chosen(page).innerText();
    const count = (words: string) => Number(new RegExp(`(\\d+) ${words}`).exec(said)?.[1] ?? 0);
    expect(count('refused')).toBe(3);
    expect(count('already here')).toBeGreaterThanOrEqual(halted + 2);
    expect(count('taken in') + count('already here')).toBe(199);
    // What was refused stands first, with its reason.
    expect(await list(page).getByRole('listitem').first().innerText()).toMatch(/refused[^]*3\.png.*damaged or cut off/);
    await list(page)
      .getByRole('button', { name: /already here/ })
      .click();
    expect(
      await list(page)
        .getByRole('listitem')
        .filter({ hasText: /^\s*many\/copy of 5/ })
        .innerText(),
    ).toMatch(/“(copy of|wipe the table) 5”/);
    console.log(`Tasks over ${LONGEST_MS} ms while 200 recordings came in: [${tasks.join()}].`);
    expect(tasks).toEqual([]);
    expect(visitor.log.errors).toEqual([]);
    await visitor.context.close();
  });

  it('that was done before its list came is put right by it, in one step that can be undone', async () => {
    const root = recordings('late', 3, 12);
    const visitor = await visit(browser, served.address);
    const page = await visitor.open('#/data');
    await drop(page, root);
    await finished(page);
    const sources = page.getByRole('region', { name: 'Sources and episodes' });
    const listed = (words: string) => sources.getByRole('listitem').filter({ hasText: words }).count();
    await expect.poll(() => listed('guessed')).toBe(3);
    const lines = [0, 1, 7].map((n) =>
      JSON.stringify({ id: `wipe the table ${n}`, task: 'Wipe the red stain.', split: 'test' }),
    );
    lines.push(JSON.stringify({ episode: 'wipe the table 2', from: 0, to: 5, text: 'The sponge is left.' }));
    const buffer = Buffer.from(lines.join('\n'));
    const given = { name: 'episodes.jsonl', mimeType: 'application/jsonl', buffer };
    await page.locator('input[type=file]:not([webkitdirectory])').first().setInputFiles(given);
    await list(page)
      .getByText(/Changes 3 episodes .* 1 name in it fits no episode here: wipe the table 7\. Describes 3 recordings/)
      .waitFor();
    await expect.poll(() => listed('Wipe the red stain.')).toBe(2);
    expect([await listed('guessed'), await listed('described')]).toEqual([1, 1]);
    const sampling = page.getByRole('region', { name: 'Sampling' });
    await sampling.getByText(/^2 of 3 episodes have a split of their own/).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => listed('guessed')).toBe(3);
    expect(await listed('described')).toBe(0);

    await page.getByRole('button', { name: 'Select several' }).click();
    await page.getByRole('checkbox', { name: 'All that are listed' }).check();
    await page.getByLabel('Task for all selected').fill('Wipe it all.');
    await page.keyboard.press('Enter');
    await expect.poll(() => listed('Wipe it all.')).toBe(3);
    await page.getByLabel('Use all selected for').selectOption('train');
    await page.getByRole('button', { name: 'Set what all selected are used for' }).click();
    await sampling.getByText(/^All 3 episodes have a split of their own/).waitFor();
    await sampling.getByRole('button', { name: 'Draw the split for all' }).click();
    await expect.poll(() => sampling.getByText('a split of their own').count()).toBe(0);

    // What is dropped again is known, and what was deleted since is said to be.
    await page.getByRole('button', { name: 'Cancel' }).click();
    await drop(page, root);
    await expect.poll(() => chosen(page).innerText()).toContain('3 already here');
    await press(page, 'Delete this episode');
    await list(page).getByText('deleted', { exact: true }).waitFor();
    await sources.getByText(/In the bin: 1 episode/).waitFor();
    await list(page).getByRole('button', { name: 'Bring back' }).click();
    await expect.poll(() => listed('Wipe it all.')).toBe(3);
    await sources.getByText('In the bin').waitFor({ state: 'detached' });
    expect(visitor.log.errors).toEqual([]);
    await visitor.context.close();
  });

  it('cancelled keeps what is done; removed episodes can be taken in again', async () => {
    const root = recordings('few', 3, 6);
    const visitor = await visit(browser, served.address);
    const page = await visitor.open('#/data');
    await drop(page, root);
    await finished(page);
    expect(await takenIn(page)).toBe(3);
    await press(page, 'Close this list');
    await page
      .getByRole('button', { name: /^Delete/ })
      .first()
      .click();
    await page.getByText('1 episode deleted.').first().waitFor();
    await drop(page, root);
    await finished(page);
    expect(await chosen(page).innerText()).toMatch(/1 taken in, 2 already here/);
    await visitor.context.close();
  }, 60_000);

  it('waits where the disk is full, and goes on once there is room', async () => {
    // 7.4 MB each; the first of the three is known by the time when all are dropped.
    const first = recordings('first', 1, 150, 128);
    const root = recordings('large', 3, 150, 128);
    const visitor = await visit(browser, served.address);
    const page = await visitor.context.newPage();
    page.setDefaultTimeout(30_000);
    const session = await visitor.context.newCDPSession(page);
    // A limit that is set after the first write is not kept to.
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(served.address).origin, quotaSize: 20e6 });
    await page.goto(`${served.address}#/data`);
    await drop(page, first);
    await finished(page);
    expect(await takenIn(page)).toBe(1);
    await press(page, 'Close this list');
    await drop(page, root);
    await page.getByRole('heading', { name: 'Reading is paused' }).waitFor();
    await expect.poll(() => chosen(page).innerText()).toMatch(/storage.*full.*Delete episodes/);
    await press(page, 'Cancel');
    await finished(page);
    const before = await takenIn(page);
    expect(before).toBeLessThan(2);
    expect(await list(page).innerText()).toMatch(/cancelled; nothing of this file was kept/);
    await press(page, 'Close this list');

    await drop(page, root);
    await page.getByRole('heading', { name: 'Reading is paused' }).waitFor();
    // Somebody makes room.
    await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(served.address).origin });
    await press(page, 'Resume');
    await finished(page);
    expect(await takenIn(page)).toBe(2 - before);
    expect(await list(page).innerText()).not.toContain('refused');
    await visitor.context.close();
  }, 120_000);
});
