// How the studio looks and feels in every view: nothing that axe finds, in every theme and with contents on it; all of it by
// keyboard; nothing wider than a phone or than a page at 200 %; and on a very wide screen lines that can be read.
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { violations, wear } from './axe';
import { launch, runBar, serve, type Served, startTraining, tinyRecipe, trainLink, type Visit, visit } from './studio';

const VIEWS = ['start', 'data', 'train', 'evaluate', 'judge', 'reward', 'safety', 'runs', 'quiz'] as const;

let served: Served;
let browser: Browser;
let visitor: Visit;
let page: Page;

beforeAll(async () => {
  served = await serve();
  browser = await launch();
  // The content policy is lifted because axe has to be put into the page.
  visitor = await visit(browser, served.address, { bypassCSP: true, viewport: { width: 1280, height: 900 } });
  page = await visitor.open(trainLink(tinyRecipe({ tag: 100_000 }, { backend: 'wasm', name: 'looked at' })));
  await startTraining(page);
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
});

async function open(view: string): Promise<void> {
  await page.evaluate((name) => (location.hash = `#/${name}`), view);
  await page.locator('main h1').waitFor({ state: 'attached' });
  // What a view is about must be there before it is looked at.
  const content = { start: '.slot canvas', data: '.strip canvas, figure svg, .tokens' }[view];
  for (const selector of content?.split(', ') ?? []) await page.locator(selector).first().waitFor({ timeout: 60_000 });
  await page.waitForTimeout(200);
}

describe.sequential('axe', () => {
  for (const theme of ['light', 'dark', 'projector']) {
    it(`finds nothing in any view while a run is on, ${theme}`, async () => {
      await wear(page, theme);
      for (const view of VIEWS) {
        await open(view);
        expect(await violations(page), view).toEqual([]);
        expect(await page.locator('h1').count(), view).toBe(1);
      }
      expect(await runBar(page).isVisible()).toBe(true);
    });
  }

  it('finds nothing in forced colours, without motion, in the open menu, or in a dialog', async () => {
    await wear(page, 'light');
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    for (const view of ['start', 'train'] as const) {
      await open(view);
      expect(await violations(page), view).toEqual([]);
    }
    await page.emulateMedia({ forcedColors: 'none', reducedMotion: 'no-preference' });
    await page.getByRole('button', { name: 'Look', exact: true }).click();
    await page.getByRole('menuitemradio', { name: 'Dark' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await open('evaluate');
    await page.getByRole('button', { name: 'About this model' }).first().click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    for (const summary of ['Your videos and answers stay on this computer', /offline/i])
      await page.getByText(summary).first().click();
    expect(await violations(page)).toEqual([]);
  });
});

/** Walks once round the page by Tab. Gives what could be used and was not come to, and where the focus could not be seen. */
async function walk(): Promise<{ stops: number; missed: string[]; unseen: string[] }> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    scrollTo(0, 0);
    document.querySelector<HTMLElement>('.skip')?.focus();
    for (const element of document.querySelectorAll('[data-met]')) element.removeAttribute('data-met');
  });
  // There and back: the focus is shown only where keys have moved it.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Shift+Tab');
  const unseen: string[] = [];
  let stops = 0;
  for (; stops < 400; stops++) {
    const seen = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      if (!element || element === document.body) return 'round';
      if (element.hasAttribute('data-met')) return 'round';
      element.setAttribute('data-met', '');
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const name = `${element.tagName.toLowerCase()} “${(element.ariaLabel ?? element.innerText ?? '').slice(0, 40)}”`;
      if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 1) return `${name} has no outline`;
      const bar = document.querySelector('section:has(> progress)')?.getBoundingClientRect();
      const edge = bar && !element.closest('section:has(> progress)') ? bar.top : innerHeight;
      if (box.bottom <= 0 || box.top >= edge || box.right <= 0 || box.left >= innerWidth)
        return `${name} is out of sight`;
      return '';
    });
    if (seen === 'round' && stops > 0) break;
    if (seen !== '' && seen !== 'round') unseen.push(seen);
    await page.keyboard.press('Tab');
  }
  const missed = await page.evaluate(() => {
    const usable = 'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, summary, [tabindex="0"]';
    return [...document.querySelectorAll<HTMLElement>(usable)]
      .filter((element) => element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => !(element instanceof HTMLInputElement && element.type === 'radio' && !element.checked))
      .filter((element) => !element.hasAttribute('data-met'))
      .map((element) => element.outerHTML.slice(0, 120));
  });
  return { stops, missed, unseen };
}

describe.sequential('the keyboard', () => {
  for (const view of VIEWS) {
    it(`comes to everything, and is seen there: ${view}`, async () => {
      // What appears and goes by itself while a run is on would make the walk another one each time.
      if (await runBar(page).isVisible()) {
        await open(view);
        const { unseen } = await walk();
        expect(unseen).toEqual([]);
        await runBar(page).getByRole('button', { name: 'Stop and save' }).click();
        await runBar(page).waitFor({ state: 'hidden' });
      }
      await open(view);
      const { stops, missed, unseen } = await walk();
      expect(stops).toBeGreaterThan(8);
      expect(missed).toEqual([]);
      expect(unseen).toEqual([]);
    });
  }
});

describe.sequential('the room', () => {
  for (const [name, width, height, theme] of [
    ['a phone', 360, 740, 'light'],
    ['a phone, in large letters', 360, 740, 'projector'],
    ['a page at 200 %', 640, 450, 'light'],
  ] as const) {
    it(`of ${name} holds every view without scrolling sideways`, async () => {
      await page.setViewportSize({ width, height });
      await wear(page, theme);
      for (const view of VIEWS) {
        await open(view);
        const wide = await page.evaluate((room) => {
          if (document.documentElement.scrollWidth <= room) return [];
          return [...document.querySelectorAll('main *')]
            .filter((element) => element.getBoundingClientRect().right > room + 1)
            .map((element) => element.outerHTML.slice(0, 100));
        }, width);
        expect(wide, view).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth), view).toBeLessThanOrEqual(width);
      }
    });
  }

  it('of a very wide screen is used, with lines that can be read', async () => {
    await page.setViewportSize({ width: 3840, height: 2160 });
    await wear(page, 'light');
    for (const view of VIEWS) {
      await open(view);
      const { share, long } = await page.evaluate(() => {
        const main = document.querySelector('main');
        const pen = document.createElement('canvas').getContext('2d');
        const long = [...document.querySelectorAll<HTMLElement>('main p, main li, main dd')].filter((element) => {
          const lines = element.getClientRects()[0]?.height ?? 0;
          const { fontFamily, fontSize, fontWeight, lineHeight } = getComputedStyle(element);
          if (!pen || lines < 1.5 * Number.parseFloat(lineHeight) || element.querySelector('p, li, button'))
            return false;
          pen.font = `${fontWeight} ${fontSize} ${fontFamily}`;
          // A hundred letters of average width; printed books have 60 to 75.
          return element.clientWidth > pen.measureText('average letters of text, ').width * 4;
        });
        return {
          share: (main?.clientWidth ?? 0) / innerWidth,
          long: long.map((element) => element.innerText.slice(0, 60)),
        };
      });
      expect(share, view).toBeGreaterThan(0.7);
      expect(long, view).toEqual([]);
    }
  });
});
