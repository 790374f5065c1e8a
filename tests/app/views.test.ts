// The six views in a real browser, as they are served: the way to them by keyboard, recipes in links, refused files with
// their sentence, and no request to anyone else. How they look is in looks.test.ts.
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { preview, type PreviewServer } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/build.mjs';
import { chromiumArguments, findBrowser } from '../../scripts/browser.mjs';

let server: PreviewServer;
let browser: Browser;
let address: string;
const requests: string[] = [];

beforeAll(async () => {
  await ensureBuild();
  server = await preview({ preview: { port: 0 }, logLevel: 'error' });
  address = server.resolvedUrls?.local[0] ?? '';
  browser = await chromium.launch({ executablePath: findBrowser() ?? undefined, args: chromiumArguments });
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A fresh visitor. */
async function visit(options: Parameters<Browser['newContext']>[0], hash: string): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext({ serviceWorkers: 'block', ...options });
  const page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(`${address}${hash}`);
  await page.locator('main h1').waitFor({ state: 'attached' });
  return [context, page];
}

describe('the keyboard', () => {
  it('skips to the content, walks through the views and keeps the theme that was chosen', async () => {
    const [context, page] = await visit({ colorScheme: 'light' }, '#/start');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');

    await page.getByRole('link', { name: 'Runs' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    expect(await page.getByRole('link', { name: 'Runs', exact: true }).getAttribute('aria-current')).toBe('page');

    await page.getByRole('button', { name: 'Look' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitemradio', { name: 'Projector' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe('Look');
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('projector');
    await context.close();
  });
});

describe('a link', () => {
  it('carries the recipe to another visitor', async () => {
    const [context, page] = await visit({}, '#/train');
    await page.getByRole('button', { name: 'A minute' }).click();
    await page.getByLabel('Steps').first().fill('77');
    await page.keyboard.press('Tab');
    await page.waitForFunction(() => location.hash.includes('r='));
    const hash = new URL(page.url()).hash;
    await context.close();

    const [other, copy] = await visit({}, hash);
    expect(await copy.getByLabel('Steps').first().inputValue()).toBe('77');
    await other.close();
  });

  it('that is damaged says so and leaves the usual recipe', async () => {
    const [context, page] = await visit({}, '#/train?r=%3Cimg%20src=x%3E');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.innerText()).toMatch(/could not be read[\s\S]*damaged[\s\S]*What to do/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await page.getByLabel('Steps').first().inputValue()).not.toBe('');
    await context.close();
  });
});

describe('a file that cannot be used', () => {
  it('stays in the list with its sentence, and its name is never HTML', async () => {
    const [context, page] = await visit({}, '#/data');
    const name = '<img src=x onerror=alert(1)>.mp4';
    const input = page.locator('input[type=file][multiple]');
    await input.setInputFiles({ name, mimeType: 'video/mp4', buffer: Buffer.from('this is no video') });
    const line = page.getByRole('listitem').filter({ hasText: name });
    await line.getByText('refused').waitFor({ timeout: 60_000 });
    expect((await line.innerText()).length).toBeGreaterThan(name.length + 30);
    expect(await page.locator('main img').count()).toBe(0);
    await context.close();
  });
});

describe('privacy', () => {
  it('asks nothing of anyone but the page’s own origin', () => {
    const origin = new URL(address).origin;
    expect(requests.length).toBeGreaterThan(10);
    expect(requests.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([]);
  });
});
