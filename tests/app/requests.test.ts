// Nothing leaves the computer. The whole network goes through a trap that answers nothing and writes down who asked:
// page and workers, a film taken in, a run and a judgement. The trap is tried out first, and the headers are read.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumArguments } from '../../scripts/browser.mjs';
import { contentSecurityPolicy, securityHeaders } from '../../scripts/headers.mjs';
import {
  DATA,
  go,
  launch,
  serve,
  type Served,
  startTraining,
  tinyRecipe,
  trainLink,
  visit,
  waitForEnd,
} from './studio';

const video = join(DATA, 'videos', 'apple-in-tray-320x180-10fps.mp4');

let served: Served;
let browser: Browser;
let trap: Server;
const trapped: string[] = [];

/** What went to anyone but the browser's maker, who is asked by the browser and not by the page. */
const byPages = () => trapped.filter((address) => !/\.(google|googleapis|gstatic|gvt1)\.com[:/]/.test(address));

beforeAll(async () => {
  served = await serve();
  trap = createServer((request, response) => {
    trapped.push(request.url ?? '');
    response.writeHead(502).end();
  });
  trap.on('connect', (request, socket) => {
    trapped.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Trapped\r\n\r\n');
  });
  await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
  const { port } = trap.address() as AddressInfo;
  browser = await launch([...chromiumArguments, `--proxy-server=http://127.0.0.1:${port}`]);
});

afterAll(async () => {
  await browser?.close();
  await served?.close();
  trap?.close();
});

it('the trap catches pages, workers and pictures that ask elsewhere', async () => {
  const context = await browser.newContext({ bypassCSP: true, serviceWorkers: 'block' });
  // Without what would keep the page from asking.
  await context.route(served.address, async (route) => {
    const response = await route.fetch();
    const headers = Object.entries(response.headers()).filter(([name]) => name !== 'connection-allowlist');
    await route.fulfill({ response, headers: Object.fromEntries(headers) });
  });
  const page = await context.newPage();
  await page.goto(served.address);
  await page.evaluate(async () => {
    await fetch('http://from-the-page.test/').catch(() => undefined);
    const image = new Image();
    image.src = 'https://from-a-picture.test/p.png';
    await new Promise((resolve) => (image.onerror = resolve));
    const code = 'fetch("http://from-a-worker.test/").catch(() => 0).then(() => postMessage(0))';
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    await new Promise((resolve) => (worker.onmessage = resolve));
  });
  expect(trapped.join()).toMatch(/from-the-page/);
  expect(trapped.join()).toMatch(/from-a-picture/);
  expect(trapped.join()).toMatch(/from-a-worker/);
  await context.close();
  trapped.length = 0;
});

it('the browser keeps page and workers from everyone else, without the content policy too', async ({ skip }) => {
  skip(Number(browser.version().split('.')[0]) < 152, 'This browser knows no Connection-Allowlist.');
  const context = await browser.newContext({ bypassCSP: true, serviceWorkers: 'block' });
  const code = 'fetch("http://from-a-worker.test/").then(() => postMessage("reached"), () => postMessage("stopped"))';
  await context.route('**/assets/probe.js', (route) =>
    route.fulfill({ contentType: 'text/javascript', headers: securityHeaders, body: code }),
  );
  const page = await context.newPage();
  await page.goto(served.address);
  const said = await page.evaluate(async () => {
    const fetched = await fetch('http://from-the-page.test/').catch(() => 'stopped');
    const image = new Image();
    image.src = 'https://from-a-picture.test/p.png';
    await new Promise((resolve) => (image.onerror = resolve));
    const worker = new Worker('assets/probe.js');
    const fromWorker = await new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
    open('http://from-a-window.test/');
    navigator.sendBeacon('http://from-a-beacon.test/');
    return [fetched, fromWorker];
  });
  await page.waitForTimeout(500);
  expect(said).toEqual(['stopped', 'stopped']);
  expect(byPages()).toEqual([]);
  await context.close();
});

it('is served with headers that isolate the page and allow no other origin', async () => {
  const response = await fetch(served.address);
  expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy);
  expect(contentSecurityPolicy).toMatch(/default-src 'none'/);
  expect(contentSecurityPolicy).not.toMatch(/https?:|\*|'unsafe-eval'/);
  expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(response.headers.get('connection-allowlist')).toMatch(/^\(response-origin\)/);
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('referrer-policy')).toBe('no-referrer');
});

it('a whole session asks nobody else, breaks no content rule and sees no error', async () => {
  const visitor = await visit(browser, served.address, { serviceWorkers: 'allow' });
  const page = await visitor.open(trainLink(tinyRecipe({ cot: 2, tag: 2 }, { backend: 'wasm', name: 'private' })));
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  await startTraining(page);
  await waitForEnd(page);
  await go(page, 'Data');
  if (existsSync(video)) {
    await page.locator('input[type=file][multiple]:not([webkitdirectory])').setInputFiles(video);
    await page.getByRole('region', { name: 'Files that were read' }).getByText('taken in').waitFor();
  } else console.log(`No video at ${video}: the import was left out.`);
  await go(page, 'Evaluate');
  await go(page, 'Judge');
  await go(page, 'Runs');
  await page.getByRole('link', { name: /start page/ }).click();
  await page.getByRole('img', { name: /Picture 2/ }).waitFor();

  const { requests, errors, violations } = visitor.log;
  const kinds = ['gpu.worker', 'data.worker', '.wasm', 'tokenizer.json'];
  for (const kind of kinds)
    expect(
      requests.some((url) => url.includes(kind)),
      `a request for ${kind}`,
    ).toBe(true);
  expect(requests.filter((url) => !url.startsWith(served.address) && !/^(blob|data):/.test(url))).toEqual([]);
  expect(byPages()).toEqual([]);
  expect(violations).toEqual([]);
  expect(errors).toEqual([]);
  // The page's own list of what it has asked for says the same.
  await page.getByText(/^Ready for offline/).waitFor({ timeout: 120_000 });
  await page.getByText('Your videos and answers stay on this computer').click();
  await page.getByText(/made\s+no request\s+to anyone else/).waitFor();
  await page.getByText(/^Its own \d+ files/).click();
  // What the workers fetched is in the list as well.
  await page
    .getByText(/tokenizer\/tokenizer\.json$/)
    .first()
    .waitFor();
  if (Number(browser.version().split('.')[0]) >= 152) await page.getByText('This browser also forbids it').waitFor();
  await visitor.context.close();
});
