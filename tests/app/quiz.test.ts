// People as a baseline: a quiz from its first question to its results, by keys, over a reload and beside a second tab; and
// in a browser that keeps nothing.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations, wear } from './axe';
import { asked, download, hasModels, launch, serve, type Served, visit } from './studio';

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

const place = (page: Page, words: string) => page.getByText(words, { exact: false }).first().waitFor();

/** Answers from question `from` to `to` of 24 by a key. */
async function answer(page: Page, from: number, to: number, key: string): Promise<void> {
  for (let number = from; number <= to; number++) {
    await place(page, `Question ${number} of 24`);
    await press(page, key);
  }
}

/** Presses a key once it is taken; earlier it would mean the question before. */
async function press(page: Page, key: string): Promise<void> {
  await asked(page);
  await page.keyboard.press(key);
}

async function warmUp(page: Page): Promise<void> {
  for (const number of [1, 2, 3]) {
    await place(page, `Warm-up ${number} of 3`);
    await press(page, number === 2 ? 'ArrowLeft' : '2');
    // The warm-up is practice.
    await page.getByText(/^(Right|Wrong): picture/).waitFor();
    await page.keyboard.press('Enter');
  }
}

/** What is hard to reach or to read on the page as it is, in every look, and whether it is wider than the window. */
async function obstacles(page: Page): Promise<string[]> {
  const found = await violations(page);
  for (const theme of ['dark', 'projector', 'light']) {
    await wear(page, theme);
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    const faults = await violations(page, { runOnly: ['color-contrast', 'target-size'] });
    found.push(...faults.map((fault) => `${theme}, ${fault}`), ...(isWide ? [`${theme}: wider than the window`] : []));
  }
  return found;
}

it('asks by keys, goes on after a reload, keeps another tab off, and stands people beside models', async () => {
  const { context, log, open } = await visit(browser, served.address);
  const page = await open('#/quiz?seed=7&pairs=12');
  expect(await page.getByLabel('Number of the quiz').inputValue()).toBe('7');
  await page.getByLabel('Who are you?').fill('Ada');
  await page.keyboard.press('Enter');
  await warmUp(page);
  await place(page, 'Question 1 of 24');
  // Nothing on the page says which picture is later.
  expect(await page.locator('main').innerHTML()).not.toMatch(/earlier|later|forward|reverse|sim-|frame \d/i);
  await answer(page, 1, 3, '2');
  await place(page, 'Question 4 of 24');
  await page.keyboard.press('p');
  await page.getByRole('heading', { name: 'Paused' }).waitFor();
  expect(await page.locator('canvas').count()).toBe(0);
  const beside = await open('#/quiz');
  await beside.getByRole('button', { name: 'Delete Ada' }).waitFor();
  expect(await beside.getByRole('region', { name: 'Not finished' }).count()).toBe(0);
  await page.bringToFront();
  await page.reload();
  const unfinished = page.getByRole('region', { name: 'Not finished' });
  await unfinished.getByText('Ada: 3 of 24 questions answered').waitFor();
  await unfinished.getByRole('button', { name: 'Go on as Ada' }).click();
  await place(page, 'Question 4 of 24');
  // Whoever comes back to the view is not taken for Ada.
  await page.evaluate(() => (location.hash = '#/judge'));
  await page.getByText('Question 4 of 24').waitFor({ state: 'detached' });
  await page.evaluate(() => (location.hash = '#/quiz?seed=7&pairs=12'));
  await page.getByLabel('Who are you?').waitFor();
  await unfinished.getByRole('button', { name: 'Discard' }).click();
  await unfinished.getByText('The unfinished quiz of Ada was deleted.').waitFor();
  await unfinished.getByRole('button', { name: 'Undo' }).click();
  await unfinished.getByRole('button', { name: 'Go on as Ada' }).click();
  await place(page, 'Question 4 of 24');
  // The discarding cannot be done again under the quiz that goes on.
  await page.keyboard.press('Control+Shift+z');
  await answer(page, 4, 12, 'ArrowRight');
  await place(page, 'Question 13 of 24');
  expect(await page.locator('main').innerText()).toContain('Ada');
  await page.keyboard.press('p');
  const stop = await page.getByText(/If you stop now, \d+ of 12 pairs count/).innerText();
  expect(Number(/\d+/.exec(stop)?.[0])).toBeGreaterThanOrEqual(4);
  await page.keyboard.press('p');
  await answer(page, 13, 24, 'ArrowRight');

  await page.getByRole('heading', { name: 'Ada: the results' }).waitFor();
  await page.getByText('You were right in both orders in 0 of 12 pairs.').waitFor();
  await page.getByText('You nearly always named the second picture').waitFor();
  // The right answers are the next person's too.
  expect(await page.getByText('is closer to done').count()).toBe(0);
  await page.getByText('What went wrong').click();
  const mistakes = page.getByRole('region', { name: 'What went wrong' });
  await mistakes.getByText('Mistake 1 of 12').waitFor();
  await mistakes.getByText('You said picture 2. Picture 1 is closer to done').waitFor();
  await mistakes.getByText('In the other order this pair was answered right.').waitFor();
  await mistakes.locator('canvas').nth(1).waitFor();
  const shares = page.getByRole('table', { name: 'Right in both orders' });
  await shares.getByRole('row', { name: 'Guessing about 3 of 12' }).waitFor();
  if (hasModels) {
    await shares.getByRole('row', { name: /^The cured model in the studio’s own test \d+.%/ }).waitFor();
    await page.getByRole('checkbox', { name: 'The cured model' }).uncheck();
    await page.getByRole('button', { name: 'Let the models take the same quiz' }).click();
    // It sees nothing: right in no pair, and on the same 12 pairs.
    await shares.getByRole('row', { name: 'The biased model 0 of 12' }).waitFor({ timeout: 180_000 });
  }
  await page.getByText('For those who want to know exactly').click();
  const exactly = page.getByRole('region', { name: 'For those who want to know exactly' });
  await exactly.getByText('The second picture was named in 100.0').waitFor();
  await exactly.getByText('from 97.3').waitFor();
  await exactly.getByRole('row', { name: /^Ada 12 / }).waitFor();

  await page.getByRole('button', { name: 'Number 7 again' }).click();
  await page.getByLabel('Who are you?').fill('Ada');
  await page.getByText('Ada has taken quiz number 7 already').waitFor();
  await page.getByRole('button', { name: 'Take number 8 instead' }).click();
  expect(await page.getByLabel('Number of the quiz').inputValue()).toBe('8');
  const csv = await download(page, () => page.getByRole('button', { name: 'Save all answers as CSV' }).click());
  expect(csv.bytes.toString().trim().split('\r\n')).toHaveLength(25);
  for (const [button, said] of [
    ['Delete Ada', 'Ada was deleted.'],
    ['Delete all people’s answers', 'All people and all their answers were deleted.'],
  ] as const) {
    await page.getByRole('button', { name: button }).click();
    await page.getByText(said).first().waitFor();
    await page.getByText('Nobody has taken a quiz here yet.').waitFor();
    await beside.getByText('Nobody has taken a quiz here yet.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Delete Ada' }).waitFor();
    await beside.getByRole('button', { name: 'Delete Ada' }).waitFor();
  }
  await page.keyboard.press('Control+Shift+z');
  await page.getByText('Nobody has taken a quiz here yet.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Delete Ada' }).waitFor();
  expect([...log.errors, ...log.violations]).toEqual([]);
  expect(log.requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url))).toEqual([]);
  await context.close();
});

it('works where nothing can be kept, by touch and against the clock, and says what is missing', async () => {
  const { context, log, open } = await visit(browser, served.address, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    // For axe alone.
    bypassCSP: true,
  });
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
  });
  const page = await open('#/quiz?pairs=12&limit=5&practice=1');
  await page.getByText('results are kept only until this page is closed').waitFor();
  expect(await obstacles(page)).toEqual([]);
  await page.getByRole('button', { name: 'Begin' }).tap();
  await place(page, 'Warm-up 1 of 3');
  const first = page.locator('.choice').first();
  await asked(page);
  const size = await first.boundingBox();
  expect(size && Math.min(size.width, size.height)).toBeGreaterThanOrEqual(48);
  await first.tap();
  await page.getByText(/^(Right|Wrong): picture/).waitFor();
  expect(await obstacles(page)).toEqual([]);
  await page.getByRole('button', { name: 'Next question' }).tap();
  await page.getByText('No answer in time').waitFor();
  await page.getByRole('button', { name: 'Next question' }).tap();
  for (const words of ['Warm-up 3 of 3', 'Question 1 of 24']) {
    await place(page, words);
    await asked(page);
    await first.tap();
    await page.getByRole('button', { name: 'Next question' }).tap();
  }
  await place(page, 'Question 2 of 24');
  await page.getByRole('button', { name: 'Pause or stop' }).tap();
  await page.getByText('If you stop now, 0 of 12 pairs count').waitFor();
  expect(await obstacles(page)).toEqual([]);
  await page.getByRole('button', { name: 'Stop here' }).tap();
  await page.getByText('No pair was answered in both orders').waitFor();
  await page.getByText('What went wrong').tap();
  await page.getByText('For those who want to know exactly').tap();
  await page.getByRole('region', { name: 'For those' }).getByText('from 97.3').waitFor();
  for (const [width, height] of [
    [1280, 720],
    [360, 740],
  ] as const) {
    await page.setViewportSize({ width, height });
    expect(await obstacles(page), `results, ${width} wide`).toEqual([]);
  }
  await page.getByRole('button', { name: 'Take another quiz' }).tap();
  await page.getByRole('button', { name: 'Delete Guest 1' }).waitFor();
  expect(await obstacles(page)).toEqual([]);
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
});
