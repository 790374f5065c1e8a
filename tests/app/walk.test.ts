// One way through every view, walked three times: by mouse, by keys alone, and by touch on a phone. On the way axe looks at
// what each view holds by then, in light and dark.
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violations, wear } from './axe';
import {
  asked,
  hasModels,
  launch,
  runBar,
  runRow,
  serve,
  type Served,
  tinyRecipe,
  trainLink,
  visit,
  waitForStep,
} from './studio';

/** A way to use the page. */
interface Hand {
  context: Parameters<Browser['newContext']>[0];
  press(target: Locator): Promise<void>;
  /** Chooses in a list by the first letters of an option. */
  choose(list: Locator, option: string): Promise<void>;
  write(field: Locator, words: string): Promise<void>;
}

/** Moves the focus to a part of the page as someone without a mouse does. */
async function tabTo(target: Locator): Promise<void> {
  const page = target.page();
  await target.waitFor();
  for (let stops = 0; stops < 500; stops++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`500 times Tab did not lead to ${target.toString()}`);
}

async function writeByKeys(field: Locator, words: string): Promise<void> {
  await field.page().keyboard.press('ControlOrMeta+a');
  await field.page().keyboard.type(words);
}

const mouse: Hand = {
  context: { viewport: { width: 1280, height: 800 } },
  press: (target) => target.click(),
  async choose(list, option) {
    await list.selectOption({ label: option });
  },
  async write(field, words) {
    await field.click();
    await writeByKeys(field, words);
  },
};

const keys: Hand = {
  context: { viewport: { width: 1280, height: 800 } },
  async press(target) {
    await tabTo(target);
    const isLink = await target.evaluate((element) => element instanceof HTMLAnchorElement);
    await target.page().keyboard.press(isLink ? 'Enter' : 'Space');
  },
  async choose(list, option) {
    await tabTo(list);
    await list.page().keyboard.type(option);
    await list.page().keyboard.press('Tab');
  },
  async write(field, words) {
    await tabTo(field);
    await writeByKeys(field, words);
  },
};

const touch: Hand = {
  context: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
  press: (target) => target.tap(),
  choose: mouse.choose,
  async write(field, words) {
    await field.tap();
    await writeByKeys(field, words);
  },
};

/** What axe finds on the page as it is, in dark and light. */
async function faults(page: Page): Promise<string[]> {
  const found: string[] = [];
  for (const theme of ['dark', 'light']) {
    await wear(page, theme);
    found.push(...(await violations(page)).map((fault) => `${theme}, ${fault}`));
  }
  return found;
}

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

async function walk(hand: Hand, look: (page: Page, where: string) => Promise<void>): Promise<void> {
  const { context, log, open } = await visit(browser, served.address, { ...hand.context, bypassCSP: true });
  const page = await open('');
  const main = page.getByRole('main');
  const button = (name: string | RegExp) => main.getByRole('button', { name, exact: true });
  const goTo = async (view: string) => {
    // On a phone the links are behind a button.
    const menu = page.getByRole('button', { name: 'Menu', exact: true });
    if (await menu.isVisible()) await hand.press(menu);
    await hand.press(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }));
    await main.locator('h1').filter({ hasText: view }).waitFor({ state: 'attached' });
  };

  if (hasModels) {
    await main.getByText(/answers\s+followed\s+the\s+position/).waitFor();
    const verdict = () => main.getByText(/^That is (right|wrong)/).innerText();
    const before = await verdict();
    await hand.press(button('Swap them'));
    await expect.poll(verdict).not.toBe(before);
    await look(page, 'Start, swapped');
  }

  await goTo('Data');
  const episodes = main.getByRole('region', { name: 'Sources and episodes' });
  await hand.write(episodes.getByRole('searchbox'), 'no such film');
  await expect.poll(() => episodes.getByRole('listitem').count()).toBe(0);
  await look(page, 'Data, nothing found');
  await hand.write(episodes.getByRole('searchbox'), 'fold cloth');
  await hand.press(episodes.getByRole('button', { name: /fold cloth/ }).first());
  const chosen = main.getByRole('region', { name: 'The chosen episode' });
  await chosen.getByRole('heading', { name: /^fold cloth/ }).waitFor();
  await chosen.locator('.strip canvas').first().waitFor();
  const moment = () => chosen.getByRole('slider', { name: 'Moment' }).getAttribute('aria-valuenow');
  const stood = await moment();
  await hand.press(chosen.getByRole('button', { name: 'One frame on' }));
  await expect.poll(moment).not.toBe(stood);
  await hand.write(main.getByRole('spinbutton', { name: /^Seed/ }), '4');
  await page.keyboard.press('Tab');
  await expect.poll(() => page.url()).toContain('r=');

  // A recipe that is done in seconds is no preset: it comes as a link, as from a teacher.
  const recipe = tinyRecipe(
    { bias: 2, tag: 100_000 },
    {
      name: 'walked',
      backend: 'wasm',
      evaluation: { everySteps: 1000, validationPairs: 2, testPairsPerWindow: 1, generatedPairs: 0 },
    },
  );
  await page.evaluate((link) => (location.hash = link), trainLink(recipe));
  const stages = main.getByRole('list', { name: 'Stages of the recipe' }).getByRole('listitem');
  await expect.poll(() => stages.count()).toBe(2);
  await hand.press(button('Start training'));
  const bar = runBar(page);
  await waitForStep(page, 3);
  await hand.press(bar.getByRole('button', { name: 'Pause' }));
  await bar.getByRole('button', { name: 'Continue' }).waitFor();
  await look(page, 'Train, paused');
  await hand.press(bar.getByRole('button', { name: 'Continue' }));
  await hand.press(bar.getByRole('button', { name: 'Stop and save' }));
  await bar.waitFor({ state: 'hidden' });

  await goTo('Evaluate');
  const models = main.getByLabel('Which model answers');
  await expect.poll(() => models.getByRole('option').allInnerTexts()).toContainEqual(expect.stringMatching(/^walked/));
  const own = (await models.getByRole('option').allInnerTexts()).find((label) => label.startsWith('walked'));
  await hand.choose(models, own ?? '');
  await hand.choose(main.getByLabel('How many pairs'), '12 (1 for each window)');
  await hand.press(button('Evaluate'));
  await main.getByRole('region', { name: 'The four cells' }).waitFor();
  await look(page, 'Evaluate, measured');

  await goTo('Judge');
  await hand.press(button('Take a pair from the simulator'));
  await hand.choose(main.getByLabel('Which model answers'), own ?? '');
  await hand.press(button('Which is closer to done?'));
  await main
    .getByRole('region', { name: 'The answer' })
    .getByText(/Both\s+orders\s+name|They\s+disagree/)
    .waitFor();
  await look(page, 'Judge, answered');

  await goTo('Runs');
  const row = runRow(page, 'walked');
  await row.waitFor();
  await hand.press(row.getByRole('button', { name: 'Delete' }));
  await row.waitFor({ state: 'detached' });
  const messages = page.getByRole('region', { name: 'Messages' });
  const undo = messages.getByRole('button', { name: 'Undo', exact: true }).last();
  // Somebody is at the messages: they stay, however long the look takes.
  await undo.focus();
  await look(page, 'Runs, deleted');
  await hand.press(undo);
  await row.waitFor();

  await page.evaluate(() => (location.hash = '#/quiz'));
  await hand.press(main.getByRole('button', { name: 'Begin' }));
  for (const number of [1, 2]) {
    await main.getByText(`Warm-up ${number} of 3`).waitFor();
    await asked(page);
    if (number === 1) await look(page, 'Quiz, asked');
    await hand.press(page.locator('.choice').first());
    await hand.press(main.getByRole('button', { name: 'Next question' }));
  }
  await main.getByText('Warm-up 3 of 3').waitFor();
  await hand.press(main.getByRole('button', { name: 'Pause or stop' }));
  await main.getByRole('heading', { name: 'Paused' }).waitFor();
  await look(page, 'Quiz, paused');
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
}

const nothing = () => Promise.resolve();

it('every view is used by mouse, and axe finds nothing on the way', () =>
  walk(mouse, async (page, where) => expect(await faults(page), where).toEqual([])));

it('every view is used by keys alone', () => walk(keys, nothing));

it('every view is used by touch on a phone, which nothing is wider than', () =>
  walk(touch, async (page, where) => {
    expect(await page.evaluate(() => document.documentElement.scrollWidth), where).toBeLessThanOrEqual(360);
  }));
