// The safety view in a real browser: one press makes a rollout and has the judge watch it; the threshold moves the sentence
// without asking again, the stop is played out, and what is saved can be read back.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RULE } from '../../src/reward/safety/boundary';
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
  page = await visitor.open('#/safety');
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

const replay = () => page.getByRole('region', { name: 'Replay' });
const sentence = () =>
  replay()
    .getByText(/^With a threshold of/)
    .innerText();
const threshold = () => page.getByRole('slider', { name: /^Threshold/ });
const scrubber = () => page.getByRole('slider', { name: 'Moment of the rollout' });

describe.skipIf(!hasModels)('a rollout', () => {
  it('is made and watched at one press, and stopped in time', async () => {
    await page.getByText('Nothing has been played yet.').waitFor();
    const run = page.getByRole('button', { name: 'Let it run' }).and(page.locator(':enabled'));
    await run.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'In time', exact: true }).waitFor();
    expect(await sentence()).toMatch(/threshold of \d ticks .* after the deviation began and .* before the/);
    expect(await threshold().inputValue()).toBe(`${RULE.threshold}`);
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Let it run');
    await page.getByRole('img', { name: /^Without the boundary, at/ }).waitFor();
  });

  it('is told anew when the threshold moves by keys, without asking again', async () => {
    const before = await sentence();
    await threshold().focus();
    await page.keyboard.press('Home');
    expect(await sentence()).toMatch(/^With a threshold of 1 tick /);
    await page.keyboard.press('End');
    expect(await sentence()).toMatch(/threshold of 24 ticks .* does not stop it/);
    await page.getByRole('heading', { name: 'Missed', exact: true }).waitFor();
    expect(await page.getByText('there is nothing to respond to').count()).toBe(1);
    for (let i = 24; i > RULE.threshold; i--) await page.keyboard.press('ArrowLeft');
    expect(await sentence()).toBe(before);
    expect(await page.getByRole('progressbar').count()).toBe(0);
  });

  it('is looked through by keys and by dragging in the plot', async () => {
    await scrubber().focus();
    await page.keyboard.press('Home');
    expect(await scrubber().getAttribute('aria-valuetext')).toMatch(/^0\.0\ss of/);
    await page.keyboard.press('ArrowRight');
    expect(await scrubber().inputValue()).toBe('1');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Stop playing' }).waitFor();
    await page.waitForFunction(() => Number(document.querySelector<HTMLInputElement>('.scrubber')?.value) > 2);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const plot = page.getByRole('figure', { name: 'What the judge says along the way' }).getByRole('img');
    const box = await plot.boundingBox();
    if (!box) throw new Error('no plot');
    await page.mouse.move(box.x + box.width * 0.3, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height / 2);
    await page.mouse.up();
    const [at, most] = [Number(await scrubber().inputValue()), Number(await scrubber().getAttribute('max'))];
    expect(Math.abs(at - most / 2)).toBeLessThan(4);
  });

  it('is played out after the stop, beside what would have been', async () => {
    await page.getByText('Back off', { exact: true }).click();
    await page.getByRole('button', { name: 'Show what happens then' }).click();
    await page.getByRole('img', { name: /^With the boundary: Back off, at/ }).waitFor();
    await replay()
      .getByText(/^The task is done after .* Nothing is damaged\.$/)
      .waitFor();
    await replay()
      .getByText(/^After .* the task is not done: .* pushed off the table\.$/)
      .waitFor();
  });

  it('is saved as ticks, as everything and as a drawing', async () => {
    const save = async (name: string) => {
      const file = await download(page, () => page.getByRole('button', { name }).click());
      expect(file.name).toMatch(/^palindrome-safety-cubes-into-tray-1\.\w+$/);
      return file.bytes.toString();
    };
    const saved = JSON.parse(await save('Everything as JSON')) as {
      preferences: (number | null)[];
      boundary: { stopTick: number };
      responses: unknown[];
    };
    expect(saved).toMatchObject({
      format: 'palindrome-safety',
      boundary: { threshold: RULE.threshold, outcome: 'in time' },
    });
    const { stopTick } = saved.boundary;
    expect(
      saved.preferences.slice(stopTick - RULE.threshold, stopTick + 1).every((one) => one !== null && one < 0),
    ).toBe(true);
    expect(saved.responses).toHaveLength(1);
    const lines = (await save('Ticks as CSV')).trim().split('\r\n');
    expect(lines).toHaveLength(1 + saved.preferences.length);
    expect(lines[1 + stopTick]).toContain('stopped');
    expect(await save('Plot as SVG')).toMatch(new RegExp(`^<svg[\\s\\S]*threshold ${RULE.threshold}`));
  });

  it('is usable by everybody, in both themes and on a phone', async () => {
    for (const theme of ['light', 'dark']) {
      await wear(page, theme);
      expect(await violations(page), theme).toEqual([]);
    }
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await violations(page, { runOnly: ['target-size'] })).toEqual([]);
    expect(visitor.log.errors).toEqual([]);
    expect(visitor.log.violations).toEqual([]);
  });
});
