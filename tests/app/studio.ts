// What every end-to-end test needs: the built studio on a port of its own, with the headers it is hosted with, a real
// browser, and a visitor whose requests, errors and broken content rules are written down.
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { preview } from 'vite';
import { ensureBuild } from '../../scripts/build.mjs';
import { chromiumArguments, findBrowser } from '../../scripts/browser.mjs';
import { encodeRecipe } from '../../src/app/recipes/recipeLink';
import { preset } from '../../src/training/presets';
import type { Recipe } from '../../src/training/recipe';

/** Real recordings, if this checkout has any. */
export const DATA = process.env['PALINDROME_DATA'] ?? '../shared/data';

export interface Served {
  /** With a slash at its end. */
  address: string;
  close(): Promise<void>;
}

export async function serve(): Promise<Served> {
  await ensureBuild();
  const server = await preview({ preview: { port: 0, open: false }, logLevel: 'error' });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('The studio could not be served.');
  return { address, close: () => server.close() };
}

export function launch(args: readonly string[] = chromiumArguments): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser() ?? undefined, args: [...args] });
}

/** What went over the network and what went wrong during a visit. */
export interface Log {
  requests: string[];
  errors: string[];
  violations: string[];
}

export interface Visit {
  context: BrowserContext;
  log: Log;
  /** Another tab of the same visitor. */
  open(hash: string): Promise<Page>;
}

/**
 * A visitor with a fresh profile. Unless `serviceWorkers` says so the studio is not kept for offline use, which would load
 * everything a second time and answer requests where a test watches or changes them.
 */
export async function visit(
  browser: Browser,
  address: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Visit> {
  const context = await browser.newContext({ acceptDownloads: true, serviceWorkers: 'block', ...options });
  const log: Log = { requests: [], errors: [], violations: [] };
  context.on('request', (request) => log.requests.push(request.url()));
  context.on('console', (message) => {
    if (message.type() === 'error') log.errors.push(`console: ${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => log.errors.push(`uncaught: ${error.error().message}`));
  await context.exposeFunction('tellViolation', (words: string) => log.violations.push(words));
  await context.addInitScript(() => {
    const tell = (globalThis as unknown as { tellViolation(words: string): void }).tellViolation;
    document.addEventListener('securitypolicyviolation', (event) =>
      tell(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  const open = async (hash: string) => {
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${address}${hash}`);
    await page.locator('main h1').waitFor({ state: 'attached' });
    return page;
  };
  return { context, log, open };
}

/** The shortest run that is a run: bias, words and tags on a few simulated films, no measuring. */
export function tinyRecipe(
  steps: { bias?: number; cot?: number; tag?: number },
  changes: Partial<Recipe> = {},
): Recipe {
  const recipe = preset('smoke');
  const stages = recipe.stages
    .map((stage) => ({ ...stage, steps: steps[stage.name as 'bias' | 'cot' | 'tag'] ?? 0, warmupSteps: 1 }))
    .filter((stage) => stage.steps > 0);
  return {
    ...recipe,
    name: 'tiny',
    source: { kind: 'simulator', seed: 7, episodes: 12, templates: null, variety: 0.3, mishaps: 0, counterTasks: true },
    // Of so few films none should be missing in a split.
    sampling: { ...recipe.sampling, split: [60, 20, 20] },
    batchPairs: 1,
    stages,
    evaluation: { everySteps: 1000, validationPairs: 0, testPairsPerWindow: 0, generatedPairs: 0 },
    ...changes,
  };
}

export const trainLink = (recipe: Recipe): string => `#/train?r=${encodeRecipe(recipe)}`;

export const runBar = (page: Page) => page.getByRole('region', { name: 'The run that is on' });

/** Presses Start, once the device has been chosen. */
export async function startTraining(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start training' }).click();
  await runBar(page).waitFor();
}

/** The step that the run bar shows; -1 where there is no run. */
export async function stepOf(page: Page): Promise<number> {
  const text = await runBar(page)
    .innerText({ timeout: 1000 })
    .catch(() => '');
  return Number(/step (\d+)/.exec(text.replaceAll(/[\s,]+/g, ' '))?.[1] ?? -1);
}

export async function waitForStep(page: Page, step: number): Promise<void> {
  while ((await stepOf(page)) < step) await page.waitForTimeout(50);
}

/** Waits until no run is on. Throws what the studio says where it ends in trouble. */
export async function waitForEnd(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog');
  await runBar(page).waitFor({ state: 'hidden', timeout: 300_000 });
  if (await dialog.isVisible()) throw new Error(await dialog.innerText());
}

/** Goes to a view as its link in the masthead does. */
export async function go(page: Page, view: 'Data' | 'Train' | 'Evaluate' | 'Judge' | 'Runs'): Promise<void> {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }).click();
  await page.locator('main h1').filter({ hasText: view }).waitFor({ state: 'attached' });
}

/** The line of a run in the list of runs, found by the name of its recipe. */
export const runRow = (page: Page, recipe: string) =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: `Recipe ${recipe},` });

/** Bytes of a file that a click hands to the visitor. */
export async function download(page: Page, click: () => Promise<void>): Promise<{ name: string; bytes: Buffer }> {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** Whether the studio comes with its trained models. */
export const hasModels = existsSync('public/models/biased.safetensors');

/** Waits until the quiz takes an answer to the question at hand. */
export async function asked(page: Page): Promise<void> {
  await page.locator('.choice[aria-disabled="false"] canvas').nth(1).waitFor();
}

/** Gives Judge two pictures as files: a block on a table, left in the first and right in the second. */
export async function givePictures(page: Page): Promise<void> {
  for (const [name, left] of Object.entries({ 'First picture': 64, 'Second picture': 218 })) {
    const base64 = await page.evaluate((x) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [320, 240];
      const pen = canvas.getContext('2d');
      if (!pen) throw new Error('no canvas');
      pen.fillStyle = '#8b6b4a';
      pen.fillRect(0, 0, 320, 240);
      pen.fillStyle = '#2f8f4e';
      pen.fillRect(x, 120, 60, 60);
      return canvas.toDataURL('image/png').split(',')[1] ?? '';
    }, left);
    const file = { name: `${name}.png`, mimeType: 'image/png', buffer: Buffer.from(base64, 'base64') };
    await page.getByRole('region', { name }).locator('input[type=file]').setInputFiles(file);
  }
}
