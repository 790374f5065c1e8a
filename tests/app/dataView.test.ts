// The Data view by mouse and by keys: a long list of which only rows in sight exist, the film with its scrubber, playing,
// trimming, several episodes deleted and brought back, and all of it in German and on a phone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeRecipe } from '../../src/app/recipes/recipeLink';
import type { Recipe } from '../../src/training/recipe';
import { launch, serve, type Served, tinyRecipe, visit } from './studio';

let served: Served;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
  folder = mkdtempSync(join(tmpdir(), 'palindrome-data-'));
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

const sources = (page: Page) => page.getByRole('region', { name: 'Sources and episodes' });
const panel = (page: Page) => page.getByRole('region', { name: 'The chosen episode' });
const moment = (page: Page) => page.getByRole('slider', { name: 'Moment', exact: true });
const at = async (page: Page) => Number(await moment(page).getAttribute('aria-valuenow'));
const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');

/** Pictures of one colour each, drawn by the browser itself. */
async function pictures(page: Page, count: number): Promise<Buffer[]> {
  const drawn = await page.evaluate((n) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [64, 48];
    const pen = canvas.getContext('2d');
    return Array.from({ length: n }, (_, i) => {
      if (pen) pen.fillStyle = `hsl(${i * 4} 80% ${20 + i}%)`;
      pen?.fillRect(0, 0, 64, 48);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    });
  }, count);
  return drawn.map((text) => Buffer.from(text, 'base64'));
}

describe('the Data view', () => {
  it('keeps a long list quick, and leads through it by keys', { timeout: 180_000 }, async () => {
    const visitor = await visit(browser, served.address);
    const source = { ...tinyRecipe({ tag: 2 }).source, episodes: 3000, mishaps: 0.5 } as Recipe['source'];
    const recipe = tinyRecipe({ tag: 2 }, { source });
    const page = await visitor.open(`#/data?r=${encodeRecipe(recipe)}`);
    await sources(page).getByText('3,000 episodes').waitFor();
    expect(await sources(page).getByRole('listitem').count()).toBeLessThan(100);
    await page.getByRole('searchbox').focus();
    await page.keyboard.press('ArrowDown');
    const first = await focused(page);
    await page.keyboard.press('End');
    await expect.poll(() => focused(page)).not.toBe(first);
    const last = page.locator('[aria-posinset="3000"] button');
    expect(await last.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await expect.poll(() => last.getAttribute('aria-pressed')).toBe('true');
    await page.getByText('Filter and sort', { exact: true }).click();
    await page.getByRole('combobox', { name: 'How it ends' }).selectOption('failure');
    await sources(page)
      .getByText(/^[\d,]+ of 3,000 episodes$/)
      .waitFor();
    await page.getByRole('searchbox').fill('no such words');
    await sources(page).getByText('No episode matches “no such words”.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await sources(page).getByText('3,000 episodes').waitFor();
    expect(visitor.log.errors).toEqual([]);
    await visitor.context.close();
  });

  it('moves, plays and trims a film, and deletes several at once', { timeout: 180_000 }, async () => {
    const visitor = await visit(browser, served.address);
    const page = await visitor.open('#/data');
    const drawn = await pictures(page, 40);
    for (const name of ['one', 'two', 'three']) {
      mkdirSync(join(folder, name), { recursive: true });
      drawn.forEach((picture, i) =>
        writeFileSync(
          join(folder, name, `${i}.png`),
          name === 'one' ? picture : Buffer.concat([picture, Buffer.from(name)]),
        ),
      );
    }
    await page.locator('input[type=file][webkitdirectory]').setInputFiles(folder);
    await page.getByRole('heading', { name: 'Your files', exact: true }).waitFor();
    // A recording's ends can be moved; a simulated film's cannot, and one was open before.
    await page.getByRole('slider', { name: 'First frame that counts' }).waitFor();
    const listed = sources(page).getByRole('listitem');
    const count = await listed.count();
    expect(count).toBeGreaterThan(1);

    await moment(page).focus();
    await page.keyboard.press('Home');
    expect(await at(page)).toBe(0);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('PageUp');
    expect(await at(page)).toBe(21);
    await page.keyboard.press('End');
    expect(await at(page)).toBe(39);
    // Playing begins anew from the end, by the button as by the space bar, and goes no further than what counts.
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await expect.poll(() => at(page)).toBeGreaterThan(2);
    await panel(page).getByRole('button', { name: 'Pause', exact: true }).click();
    const stopped = await at(page);
    await page.waitForTimeout(400);
    expect(await at(page)).toBe(stopped);

    const begin = page.getByRole('slider', { name: 'First frame that counts' });
    await begin.focus();
    await page.keyboard.press('Home');
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight');
    await panel(page)
      .getByText(/What counts: frames 3 to \d+ \(set by you or by a list\)/)
      .waitFor();
    await panel(page).getByRole('button', { name: 'Find the ends again' }).click();
    await panel(page)
      .getByText(/found by the studio/)
      .waitFor();
    await page.getByLabel('Task, in one sentence').fill('Turn the colours.');
    await page.keyboard.press('Enter');
    await listed.filter({ hasText: 'Turn the colours.' }).waitFor();

    await page.getByRole('button', { name: 'Select several' }).click();
    await page.getByRole('checkbox', { name: 'All that are listed' }).check();
    await page.getByRole('button', { name: new RegExp(`^Delete ${count} episode`) }).click();
    await sources(page).getByText('No episodes yet.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => listed.count()).toBe(count);

    await page.setViewportSize({ width: 360, height: 740 });
    const parts = page.getByRole('navigation', { name: 'Parts of this page' });
    await parts.getByRole('link', { name: 'Samples' }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('data-part'))).toBe('samples');
    expect(await page.evaluate(() => location.hash)).toMatch(/^#\/data/);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(visitor.log.errors).toEqual([]);
    await visitor.context.close();
  });

  it('speaks German', { timeout: 120_000 }, async () => {
    const visitor = await visit(browser, served.address, { locale: 'de-DE' });
    const page = await visitor.open(`#/data?r=${encodeRecipe(tinyRecipe({ tag: 2 }))}`);
    await page.getByRole('region', { name: 'Quellen und Episoden' }).getByText('12 Episoden').waitFor();
    await page.getByRole('button', { name: 'Abspielen' }).waitFor();
    await page.getByRole('heading', { name: 'Beispiele, wie das Modell sie sieht' }).waitFor();
    await visitor.context.close();
  });
});
