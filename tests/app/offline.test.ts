// After one visit the server may go: the studio opens, judges and trains from what the browser kept, isolated as before. A
// newer version waits for a click and for the end of every run, and the copy can be taken away.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureBuild } from '../../scripts/build.mjs';
import { securityHeaders } from '../../scripts/headers.mjs';
import { type PlainHost, plainHost } from './plainHost';
import {
  asked,
  download,
  givePictures,
  go,
  hasModels,
  launch,
  runBar,
  runRow,
  startTraining,
  tinyRecipe,
  trainLink,
  visit,
  waitForEnd,
  waitForStep,
} from './studio';

const FILLING_MS = 240_000;

let browser: Browser;
let folder: string;
const hosts: PlainHost[] = [];

beforeAll(async () => {
  await ensureBuild();
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  for (const host of hosts) await host.close();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

async function host(from: string, path: string, headers?: Record<string, string>): Promise<PlainHost> {
  const found = await plainHost(from, path, headers);
  hosts.push(found);
  return found;
}

const isReady = (page: Page) => page.getByText(/^Ready for offline: [\d.]+\sMB$/).waitFor({ timeout: FILLING_MS });
const keptFiles = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map(({ url }) => url);
  });
const isIsolated = (page: Page) => page.evaluate(() => crossOriginIsolated);

it('shows the demo, trains, judges, exports and asks people without a server after one visit', async () => {
  const served = await host('dist', '/', securityHeaders);
  const { context, log, open } = await visit(browser, served.address, { serviceWorkers: 'allow' });
  // Without a place to write to, a project comes as a download.
  await context.addInitScript(() => Reflect.deleteProperty(globalThis, 'showSaveFilePicker'));
  const first = await open('');
  await isReady(first);
  const built = readdirSync('dist', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  // All but the worker itself, which the browser keeps by itself.
  expect(await keptFiles(first)).toHaveLength(built.length - 1);
  await first.close();
  await served.close();

  const page = await open(trainLink(tinyRecipe({ cot: 1, tag: 2 }, { backend: 'wasm', name: 'unplugged' })));
  expect(await isIsolated(page)).toBe(true);
  await startTraining(page);
  await waitForEnd(page);
  await go(page, 'Judge');
  if (hasModels) {
    await givePictures(page);
    await page.getByRole('textbox', { name: 'Task, in one sentence' }).fill('Push the green block to the right.');
    await page.getByRole('button', { name: 'Which is closer to done?' }).click();
    await page.getByRole('heading', { name: /Both\s+orders\s+name|They\s+disagree/ }).waitFor();
  }
  for (const view of ['Data', 'Evaluate', 'Runs'] as const) await go(page, view);
  const row = runRow(page, 'unplugged');
  const model = await download(page, () => row.getByRole('button', { name: 'Export', exact: true }).click());
  expect(model.bytes.length).toBeGreaterThan(1e6);
  const project = await download(page, () => page.getByRole('button', { name: 'Export everything' }).click());
  expect(project.name).toMatch(/\.zip$/);
  expect(project.bytes.length).toBeGreaterThan(1e6);

  // What the views of a visit load later is here as well.
  await page.evaluate(() => (location.hash = '#/start'));
  await page.getByRole('button', { name: 'Swap them' }).click();
  if (hasModels) await page.getByText(/^That is wrong/).waitFor();
  await page.evaluate(() => (location.hash = '#/quiz'));
  await page.getByRole('button', { name: 'Begin' }).click();
  for (const number of [1, 2, 3]) {
    await page.getByText(`Warm-up ${number} of 3`).waitFor();
    await asked(page);
    await page.locator('.choice').first().click();
    await page.getByRole('button', { name: 'Next question' }).click();
  }
  await page
    .getByText(/Question 1 of/)
    .first()
    .waitFor();
  expect([...log.errors, ...log.violations]).toEqual([]);
  await context.close();
});

it('works from a folder of a host without headers, isolates itself there, and goes when told', async () => {
  const { address } = await host('dist', '/some/folder/');
  const { context, open } = await visit(browser, address, { serviceWorkers: 'allow' });
  const page = await open('');
  expect(await isIsolated(page)).toBe(false);
  await isReady(page);
  await page.reload();
  await isReady(page);
  expect(await isIsolated(page)).toBe(true);

  await page.getByText(/^Ready for offline/).click();
  await page.getByRole('button', { name: 'Remove the offline copy' }).click();
  await page.getByText('Not kept for offline use').waitFor();
  expect(await keptFiles(page)).toEqual([]);
  await page.reload();
  await page.getByText('Not kept for offline use').waitFor();
  expect(await page.evaluate(() => navigator.serviceWorker.getRegistration())).toBeUndefined();
  await context.close();
});

/** Puts a build on the server that differs in its page. */
function publishNewer(): void {
  const page = join(folder, 'index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace('<head>', '<head><meta name="newer" content="yes">'));
  const worker = join(folder, 'service.worker.js');
  const code = readFileSync(worker, 'utf8');
  const newer = code.replace(/("revision":")(\w+)(","url":"index\.html")/, '$1another$3');
  expect(newer).not.toBe(code);
  writeFileSync(worker, newer);
}

it('lets a newer version wait for the end of every run, and for a click', async () => {
  folder = mkdtempSync(join(tmpdir(), 'palindrome-'));
  cpSync('dist', folder, { recursive: true });
  const { address } = await host(folder, '/', securityHeaders);
  const { context, open } = await visit(browser, address, { serviceWorkers: 'allow' });
  const page = await open('#/runs');
  await isReady(page);
  const training = await open(trainLink(tinyRecipe({ tag: 100_000 }, { backend: 'wasm', name: 'in the way' })));
  await startTraining(training);
  await waitForStep(training, 2);

  publishNewer();
  await training.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  const prompt = (of: Page) => of.getByRole('region', { name: 'A newer studio' });
  await prompt(page).getByText('A newer Palindrome is ready.').waitFor({ timeout: FILLING_MS });
  // Where the run is on nothing is asked, and from elsewhere it is not ended.
  expect(await prompt(training).count()).toBe(0);
  await prompt(page).getByRole('button', { name: 'Use it now' }).click();
  await prompt(page).getByText('A run is on in another tab.').waitFor();
  expect(await page.locator('meta[name=newer]').count()).toBe(0);

  await runBar(training).getByRole('button', { name: 'Stop and save' }).click();
  await runBar(training).waitFor({ state: 'hidden' });
  await prompt(training).getByText('A newer Palindrome is ready.').waitFor();
  await prompt(page).getByRole('button', { name: 'Use it now' }).click();
  await page.locator('meta[name=newer]').waitFor({ state: 'attached' });
  await isReady(page);
  // The other tab was left as it is, and told.
  await prompt(training).getByText('opened in another tab').waitFor();
  expect(await training.locator('meta[name=newer]').count()).toBe(0);
  expect((await keptFiles(page)).filter((url) => url.startsWith(`${address}?`))).toHaveLength(2);
  await prompt(training).getByRole('button', { name: 'Use it now' }).click();
  await training.locator('meta[name=newer]').waitFor({ state: 'attached' });
  await training.close();
  // What only the version before needed is gone once nobody can need it.
  await page.reload();
  await expect
    .poll(async () => (await keptFiles(page)).filter((url) => url.startsWith(`${address}?`)), { timeout: 30_000 })
    .toEqual([`${address}?another`]);
  await context.close();
});
