// What the page may cost: bytes before it can be used, work until then on a processor four times slower, and work for each
// step of a scrubber.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launch, serve, type Served, visit } from './studio';
import { mark, over, startTrace, TaskTimes } from './taskTimes';

const MOST_INITIAL_BYTES = 250_000;
const MOST_MS_UNTIL_USABLE = 2000;
/** A picture of sixty a second. */
const MOST_MS_A_STEP = 1000 / 60;

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

/** A built script and all that it imports at once, not what it loads later. */
function withImports(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const code = readFileSync(file, 'utf8');
  for (const [, name] of code.matchAll(
    /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{][^'"`;()]*?from\s*)?["'](\.[^"']+\.js)["']/g,
  ))
    withImports(posix.join(dirname(file), name as string), found);
  return found;
}

it('the page needs little before it can be used', () => {
  const page = readFileSync('dist/index.html', 'utf8');
  const entry = /<script type="module"[^>]+src="\.\/([^"]+)"/.exec(page)?.[1];
  expect(entry).toBeDefined();
  const scripts = withImports(join('dist', entry as string));
  // What the entry loads first of all: the shell, and then the start page.
  for (const part of ['App', 'Start']) {
    const code = [...scripts].map((file) => readFileSync(file, 'utf8')).join('\n');
    const name = new RegExp(`\\b${part}-[\\w-]+\\.js`).exec(code)?.[0];
    expect(name, part).toBeDefined();
    withImports(join('dist/assets', name as string), scripts);
  }
  const names = [...scripts].map((file) => posix.basename(file));
  expect(names.filter((name) => /worker|^(Data|Train|Evaluate|Judge|Runs)-/i.test(name))).toEqual([]);

  const bytes = [...scripts].reduce((sum, file) => sum + gzipSync(readFileSync(file)).length, 0);
  console.log(`Before the page can be used: ${scripts.size} scripts, ${(bytes / 1000).toFixed(0)} kB gzipped.`);
  expect(bytes).toBeGreaterThan(30_000);
  expect(bytes).toBeLessThan(MOST_INITIAL_BYTES);
  // The engine and the renderer come with the workers alone.
  for (const file of scripts)
    expect(readFileSync(file, 'utf8')).not.toMatch(/WebGLRenderer|KernelRegistry|registerBackend/);
});

it('it is usable within two seconds on a processor four times slower', async () => {
  const { context } = await visit(browser, served.address);
  const page = await context.newPage();
  await page.addInitScript(() => {
    performance.mark('opening');
    // Usable: the heading of the view is painted, with the links and buttons above it.
    new MutationObserver((_, observer) => {
      if (!document.querySelector('main h1') || !document.querySelector('header nav a')) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => performance.mark('usable')));
    }).observe(document, { childList: true, subtree: true });
  });
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await startTrace(browser, page);
  await page.goto(served.address);
  await page.waitForFunction(() => performance.getEntriesByName('usable').length > 0);
  await mark(page, 'looked');
  const times = await TaskTimes.stop(browser);
  const work = times.between('opening', 'usable').reduce((sum, ms) => sum + ms, 0);
  console.log(`Work until the page can be used, four times slower: ${work.toFixed(0)} ms.`);
  // Without the slowing the figure would mean nothing.
  expect(work).toBeGreaterThan(20);
  expect(work).toBeLessThan(MOST_MS_UNTIL_USABLE);
  await context.close();
});

it('scrubbing keeps up with sixty pictures a second', async () => {
  const { context, open } = await visit(browser, served.address);
  const page = await open('#/data');
  await page.locator('.strip canvas').nth(5).waitFor({ timeout: 60_000 });
  const scrubber = page.getByRole('region', { name: 'The chosen episode' }).getByRole('slider').first();
  await scrubber.focus();
  await page.waitForTimeout(2000);
  const steps = 40;
  await startTrace(browser, page);
  await mark(page, 'scrubbing');
  for (let step = 0; step < steps; step++) await page.keyboard.press('ArrowRight');
  await page.waitForTimeout(300);
  await mark(page, 'scrubbed');
  const tasks = (await TaskTimes.stop(browser)).between('scrubbing', 'scrubbed');
  const each = tasks.reduce((sum, ms) => sum + ms, 0) / steps;
  console.log(
    `Scrubbing: ${each.toFixed(1)} ms of the page's work a step, longest task ${Math.max(...tasks).toFixed(1)} ms.`,
  );
  expect(each).toBeGreaterThan(0);
  expect(each).toBeLessThan(MOST_MS_A_STEP);
  expect(over(50, tasks)).toEqual([]);
  await context.close();
});
