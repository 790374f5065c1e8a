// Real recordings are described by mouse and by keys alone; what was said is kept, taken back, handed out and in again,
// and trains a stage of words.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeRecipe } from '../../src/app/recipes/recipeLink';
import {
  DATA,
  download,
  go,
  launch,
  runRow,
  serve,
  type Served,
  startTraining,
  tinyRecipe,
  trainLink,
  type Visit,
  visit,
  waitForEnd,
} from './studio';

const episodes = join(DATA, 'episodes');
const list = join(episodes, 'episodes.jsonl');
const hasEpisodes = existsSync(list);
if (!hasEpisodes) console.log(`There are no recordings at ${episodes}: describing them was not tested.`);

const axe = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const recordings = ['liv-apple-in-black-pot-1', 'liv-apple-in-black-pot-3', 'liv-pear-in-tray-1'];
const words = {
  reach: 'robot arm above the stove; <b>apple</b> on the stove',
  hold: 'gripper holds the apple above the table',
  drop: 'apple in the black pot; gripper open',
};

let served: Served;
let browser: Browser;
let visitor: Visit;
let page: Page;
let folder: string;
/** In the order of the list. */
let names: readonly string[] = [];

beforeAll(async () => {
  if (!hasEpisodes) return;
  folder = mkdtempSync(join(tmpdir(), 'described-'));
  const lines = readFileSync(list, 'utf8').trim().split('\n');
  for (const name of recordings) cpSync(join(episodes, name), join(folder, name), { recursive: true });
  // Three recordings are too few for chance to divide them.
  const chosen = lines
    .map((line) => JSON.parse(line) as { id: string; split: string })
    .filter(({ id }) => recordings.includes(id))
    .map((line) => JSON.stringify({ ...line, split: 'train' }));
  writeFileSync(join(folder, 'episodes.jsonl'), chosen.join('\n'));
  served = await serve();
  browser = await launch();
  visitor = await visit(browser, served.address);
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

// What follows a failed part could only wait in vain.
let stuck = false;
beforeEach(({ skip }) => skip(stuck, 'an earlier part of the way failed'));
afterEach(({ task }) => {
  stuck ||= task.result?.state === 'fail';
});

const recipe = tinyRecipe({ cot: 3 }, { name: 'described', source: { kind: 'library' } });
const episode = (name: string) =>
  page.getByRole('region', { name: 'Sources and episodes' }).getByRole('button').filter({ hasText: name });
const track = () => page.getByRole('group', { name: 'Described stretches' });
const stretches = () => track().getByRole('button');
const description = () => page.getByRole('combobox', { name: 'What is to be seen' });
const moment = () => page.getByRole('slider', { name: 'Moment', exact: true });
const given = () => page.getByRole('region', { name: 'What the descriptions give' });
const stored = () => page.getByText('Everything is stored on this computer.').waitFor();

async function openToDescribe(name: string): Promise<void> {
  await episode(name).click();
  await page.waitForFunction((wanted) => {
    const field = document.querySelector<HTMLInputElement>('section[aria-label="The chosen episode"] input');
    return field?.value === wanted;
  }, name);
  await page.getByRole('button', { name: 'Describe this episode' }).click();
  await page.getByRole('heading', { name: `Describe “${name}”` }).waitFor();
}

/** Where the track is, brought to the middle of the screen. */
async function trackBox(): Promise<{ x: number; y: number; width: number; height: number }> {
  await track().evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const box = await track().boundingBox();
  if (!box) throw new Error('The track is not on screen.');
  return box;
}

/** Drags a handle to a share of the track's width. */
async function dragTo(handle: Locator, share: number): Promise<void> {
  const box = await trackBox();
  await handle.hover();
  await page.mouse.down();
  await page.mouse.move(box.x + share * box.width, box.y + box.height, { steps: 4 });
  await page.mouse.up();
}

/** Draws a stretch with the mouse, from one share of the track's width to another. */
async function draw(from: number, to: number): Promise<void> {
  const box = await trackBox();
  const y = box.y + box.height - 6;
  await page.mouse.move(box.x + from * box.width, y);
  await page.mouse.down();
  await page.mouse.move(box.x + ((from + to) / 2) * box.width, y, { steps: 3 });
  await page.mouse.move(box.x + to * box.width, y, { steps: 3 });
  await page.mouse.up();
}

/** Presses Tab until something of that name has the focus. */
async function tabTo(name: string | RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let i = 0; i < 60; i++) {
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      return element?.getAttribute('aria-label') ?? element?.textContent?.trim() ?? '';
    });
    if (typeof name === 'string' ? focused === name : name.test(focused)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`Nothing called ${String(name)} is reached with ${key}.`);
}

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

async function faults(): Promise<string[]> {
  const session = await visitor.context.newCDPSession(page);
  // The content rules forbid scripts from elsewhere; the checker is handed in past them.
  const { result } = (await session.send('Runtime.evaluate', {
    expression: `${axe}; axe.run().then((r) => r.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')))`,
    awaitPromise: true,
    returnByValue: true,
  })) as { result: { value?: string[] } };
  return result.value ?? ['axe gave no answer'];
}

describe.skipIf(!hasEpisodes).sequential('describing real recordings', () => {
  it('takes three recordings in', async () => {
    page = await visitor.open(`#/data?r=${encodeRecipe(recipe)}`);
    await page.locator('input[type=file][webkitdirectory]').setInputFiles(folder);
    for (const name of recordings) await episode(name).waitFor();
    // They are read side by side, so any may be in first.
    const listed = page.getByRole('region', { name: 'Sources and episodes' }).getByRole('listitem');
    const order = await listed.allInnerTexts();
    names = recordings.toSorted(
      (a, b) => order.findIndex((t) => t.includes(a)) - order.findIndex((t) => t.includes(b)),
    );
  });

  it('describes one by mouse and sees the sample that two moments give', async () => {
    await openToDescribe(names[0] ?? '');
    await draw(0.02, 0.3);
    // Whoever marked a stretch by mouse types on at once.
    await expect.poll(() => description().evaluate((field) => field === document.activeElement)).toBe(true);
    await description().fill(words.reach);
    await given()
      .getByText(/Moment [AB], .*, has no description yet/)
      .first()
      .waitFor();
    await draw(0.33, 0.62);
    await description().fill(words.hold);
    await draw(0.66, 0.97);
    await description().fill(words.drop);
    expect(await stretches().count()).toBe(3);
    // The chosen stretch plays from its beginning to its end and no further.
    const end = await page.getByLabel('Last frame').inputValue();
    await page.getByRole('button', { name: 'Play this stretch' }).click();
    await expect.poll(() => moment().getAttribute('aria-valuenow'), { timeout: 10_000 }).toBe(end);

    // A and B are dragged to where they are wanted.
    await dragTo(page.getByRole('slider', { name: 'Moment B of the pair' }), 0.8);
    await dragTo(page.getByRole('slider', { name: 'Moment A of the pair' }), 0.2);
    await given().getByText(`- img2: ${words.drop}`).waitFor();
    const sample = await given().innerText();
    expect(sample).toContain(`- img1: ${words.reach}`);
    expect(sample).toMatch(/Closer to completion: img2/);
    expect(sample).toMatch(/\d+\s% of the kept frames are described \(\d+ of \d+\)/);
    expect(sample).toMatch(/\d+ pairs at windows 5 to 16/);

    // Live: the words are in the sample before they are anywhere else.
    await stretches().last().click();
    await description().fill('apple gone');
    await given().getByText('- img2: apple gone').waitFor();
    await page.getByRole('button', { name: 'Swap the order' }).click();
    await given().getByText('- img1: apple gone').waitFor();
    expect(await given().innerText()).toMatch(/Closer to completion: img1/);
    await page.getByRole('button', { name: 'Swap the order' }).click();
    // What the model has no room for is named.
    await description().fill(`${'gripper open beside the black pot, '.repeat(12)}the very end`);
    await given()
      .getByText(/^The end of B’s words is cut \(“.*the very end”\): the model reads 64 tokens/)
      .waitFor();
    await description().fill(words.drop);
    await stored();
  });

  it('takes back and does again', async () => {
    const undo = page.getByRole('button', { name: /^Undo/ });
    const redo = page.getByRole('button', { name: /^Redo/ });
    const end = page.getByRole('slider', { name: 'End of the stretch' });
    const before = await end.getAttribute('aria-valuenow');
    await dragTo(end, 0.8);
    expect(await end.getAttribute('aria-valuenow')).not.toBe(before);
    await undo.click();
    await page.getByText('Taken back: another end.').waitFor();
    await stretches().last().click();
    expect(await end.getAttribute('aria-valuenow')).toBe(before);
    await page.getByRole('button', { name: 'Remove', exact: true }).click();
    expect(await stretches().count()).toBe(2);
    await undo.click();
    await page.getByText('Taken back: removal.').waitFor();
    expect(await stretches().count()).toBe(3);
    await redo.click();
    await page.getByText('Done again: removal.').waitFor();
    expect(await stretches().count()).toBe(2);
    await undo.click();
    await stretches().nth(2).waitFor();
    await stored();
    expect(await stretches().last().getAttribute('aria-label')).toContain(words.drop);
  });

  it('has no accessibility fault while an episode is described', async () => {
    // Messages go by themselves as well.
    const note = page.getByRole('button', { name: 'Close this message' }).first();
    while (await note.isVisible()) await note.click({ timeout: 2000 }).catch(() => undefined);
    await stretches().first().click();
    expect(await faults()).toEqual([]);
    const look = async (theme: string) => {
      await page.getByRole('button', { name: 'Look' }).click();
      await page.getByRole('menuitemradio', { name: theme }).click();
      await page.keyboard.press('Escape');
    };
    await look('Dark');
    expect(await faults()).toEqual([]);
    await look('Light');
    // A phone shows it without scrolling sideways.
    const usual = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    await page.waitForTimeout(200);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    if (usual) await page.setViewportSize(usual);
  });

  it('describes another one by keys alone, with words that were used before', async () => {
    await tabTo('Next episode', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('heading', { name: `Describe “${names[1]}”` }).waitFor();
    await tabTo('Moment');
    await press('Home', '[', 'Shift+ArrowRight', ']');
    // The cursor is in the description, and phrases are there.
    await page.getByRole('option').first().waitFor();
    await page.keyboard.type('robot arm');
    await page.getByRole('option', { name: words.reach }).waitFor();
    await press('ArrowDown', 'Enter');
    expect(await description().inputValue()).toBe(words.reach);
    await press('Escape');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Moment');
    await press('ArrowRight', 'i', 'Shift+ArrowRight', 'o');
    await description().and(page.locator(':focus')).waitFor();
    await page.keyboard.type(words.hold);
    await press('Enter');
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Moment');
    // The same words once more, then other ones in their place.
    await press('ArrowRight', 'd', 'Enter');
    await description().and(page.locator(':focus')).waitFor();
    await page.keyboard.type(words.drop);
    await press('Enter');
    expect(await stretches().count()).toBe(3);
    await press('n', 'Delete');
    expect(await stretches().count()).toBe(2);
    await press('Control+z');
    await stretches().nth(2).waitFor();
    await press('Home', 'ArrowRight', 'a', 'End', 'b');
    await given().getByText(`- img2: ${words.drop}`).waitFor();
    expect(await given().innerText()).toContain(`- img1: ${words.reach}`);
    expect(await moment().getAttribute('aria-valuetext')).toMatch(/^0:0\d\.\d \(frame \d+\)$/);
    await stored();
  });

  it('hands descriptions out and takes the same in', async () => {
    const save = () => download(page, () => page.getByRole('button', { name: /^Save all/ }).click());
    const first = await save();
    const lines = first.bytes
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string });
    expect(lines.map(({ text }) => text)).toEqual([
      words.reach,
      words.hold,
      words.drop,
      words.reach,
      words.hold,
      words.drop,
    ]);

    for (let i = 0; i < 3; i++) {
      await stretches().first().click();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
    }
    expect(await stretches().count()).toBe(0);
    await page.getByRole('button', { name: 'Bring descriptions in' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bring descriptions in' });
    const stray = '{"episode": "nobody", "from_frame": 1, "to_frame": 2, "text": "stray"}';
    const buffer = Buffer.from(`${first.bytes.toString()}${stray}\nnot json\n`);
    await dialog.locator('input[type=file]').setInputFiles({ name: 'words.jsonl', mimeType: 'text/plain', buffer });
    await dialog.getByText('3 stretches for 1 episode will come in.').waitFor();
    const said = await dialog.innerText();
    expect(said).toContain('3 stretches are here already.');
    expect(said).toContain('Line 7: no episode here is “nobody”.');
    expect(said).toContain('Line 8: it is not JSON.');
    expect(await faults()).toEqual([]);
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await stretches().nth(2).waitFor();
    await stored();
    expect((await save()).bytes.toString()).toBe(first.bytes.toString());
  });

  it('takes in what a model said about sampled pictures, as the person says how it counted', async () => {
    await page.getByRole('button', { name: 'Next episode' }).click();
    await page.getByRole('heading', { name: `Describe “${names[2]}”` }).waitFor();
    await page.getByRole('button', { name: 'Bring descriptions in' }).click();
    const dialog = page.getByRole('dialog', { name: 'Bring descriptions in' });
    const spoken = [1, 2, 3, 4].map((n) => ({
      frame_number: n,
      frame_description: `picture ${n}`,
      task_completion_percentage: 25 * n,
    }));
    await dialog.getByRole('textbox').fill(`Sure:\n\`\`\`json\n${JSON.stringify(spoken)}\n\`\`\``);
    await dialog.getByText('are taken as 4 pictures spread evenly over the').waitFor();
    await dialog.getByRole('radio', { name: 'Frames of the video' }).check();
    await dialog.getByText('The numbers 1 to 4 are taken as frames of the video').waitFor();
    await dialog.getByRole('radio', { name: 'Pictures spread evenly over the video' }).check();
    await dialog.getByRole('button', { name: 'Bring in', exact: true }).click();
    await stretches().nth(3).waitFor();
    await stretches().nth(2).click();
    expect(await page.getByRole('spinbutton', { name: /Task done/ }).inputValue()).toBe('75');
    await page.getByRole('button', { name: /^Undo: descriptions/ }).click();
    await stretches().first().waitFor({ state: 'detached' });
  });

  it('loses no word when the tab dies while typing', async () => {
    await draw(0.1, 0.9);
    await stored();
    const session = await visitor.context.newCDPSession(page);
    const dead = page.waitForEvent('crash');
    await description().fill('pear on the way');
    // A closed tab would have a last moment to store in; a dead one has none.
    session.send('Page.crash').catch(() => undefined);
    await dead;
    await page.close();
    page = await visitor.open(`#/data?r=${encodeRecipe(recipe)}`);
    await episode(names[2] ?? '').click();
    const listed = page.getByRole('region', { name: 'The chosen episode' }).getByRole('listitem');
    await listed.filter({ hasText: 'pear on the way' }).waitFor();
    await episode(names[0] ?? '').click();
    await listed.filter({ hasText: words.drop }).waitFor();
    // Text is text, whatever stands in it.
    await listed.filter({ hasText: words.reach }).waitFor();
    expect(await page.locator('main b').count()).toBe(0);
  });

  it('trains a stage of words on what the person said', async () => {
    const samples = page.getByRole('region', { name: 'Samples' });
    const own = new RegExp([words.reach, words.hold, words.drop, 'pear on the way'].join('|'));
    await samples.getByText(own).first().waitFor();
    const line = /- img1: (.*)\n- img2: (.*)\n/.exec(await samples.getByRole('listitem').first().innerText());
    for (const said of line?.slice(1) ?? ['none']) expect(said).toMatch(own);
    const sampling = page.getByRole('region', { name: 'What this gives', exact: true });
    // The words that were recovered are counted a moment later.
    await sampling.getByText(/3 episodes described in words/).waitFor();
    expect(await sampling.innerText()).not.toContain('come from the simulator');
    await page.close();
    page = await visitor.open(trainLink(recipe));
    await startTraining(page);
    await waitForEnd(page);
    await go(page, 'Runs');
    expect(await runRow(page, 'described').first().innerText()).toContain('step 3 of 3');
  });

  it('has asked nobody else for anything, broken no rule and seen no error', () => {
    const { requests, errors, violations } = visitor.log;
    expect(requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url))).toEqual([]);
    expect(violations).toEqual([]);
    expect(errors).toEqual([]);
  });
});
