// The studio in a browser without a window, as the headless runner and the experiments drive it: built, served on this
// machine alone, and opened at #/headless, where src/app/headless.ts waits for orders and tells what happens.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Serves the built studio.
 * @param options.folder of the build; dist/ unless said
 * @param options.port of the address; any free one unless said. Storage in the browser belongs to the address
 * @param options.first a port to try first, where any free one above it will do as well
 */
export async function serveStudio({ folder, port, first } = {}) {
  const { preview } = await import('vite');
  const server = await preview({
    ...(folder && { build: { outDir: folder } }),
    preview: { port: port ?? first ?? 0, strictPort: port !== undefined, open: false },
    logLevel: 'warn',
  });
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error('The studio could not be served on this machine.');
  return { address, port: Number(new URL(address).port), close: () => server.close() };
}

/** Different profiles start at different ports, so that two of them can be in use at once. */
function portOf(profile) {
  const hash = createHash('sha256').update(resolve(profile)).digest();
  return 4200 + (hash.readUInt16BE() % 2000);
}

/** The port that a profile's storage belongs to; chosen once and then kept beside it. */
export async function serveProfile(profile, folder, wanted) {
  mkdirSync(profile, { recursive: true });
  const file = join(profile, 'port');
  const kept = existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  try {
    const server = await serveStudio({ folder, port: wanted ?? kept, first: portOf(profile) });
    writeFileSync(file, `${server.port}\n`);
    return server;
  } catch (error) {
    if (!/port .* in use/i.test(error.message)) throw error;
    throw new Error(
      `Port ${wanted ?? kept}, to which the storage of the profile ${profile} belongs, is taken, probably by other ` +
        'experiments. Wait for them, or use another profile.',
    );
  }
}

/**
 * Opens the studio's page for orders.
 * @param address of the served studio, with a slash at its end
 * @param tell hears what the page tells, besides that it is ready
 * @param options.profile folder whose storage outlives the browser; without it everything is forgotten
 * @param options.threads of the wasm backend
 * @param options.signals whether an interruption closes the browser at once
 */
export async function openStudio(address, tell, { hardware = false, profile, threads, signals = true } = {}) {
  const { chromiumArguments, ensureBrowser, hardwareArguments } = await import('./browser.mjs');
  const { chromium } = await import('playwright-core');
  const launch = {
    executablePath: ensureBrowser(),
    headless: true,
    args: hardware ? hardwareArguments : chromiumArguments,
    handleSIGINT: signals,
    handleSIGTERM: signals,
  };
  const browser = profile ? await chromium.launchPersistentContext(profile, launch) : await chromium.launch(launch);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => console.error(error.message));
    let ready = () => undefined;
    const isReady = new Promise((resolve) => (ready = resolve));
    await page.exposeFunction('palindromeTell', (event) => (event.kind === 'ready' ? ready() : tell(event)));
    await page.goto(`${address}${threads ? `?threads=${threads}` : ''}#/headless`);
    await isReady;
    return { page, close: () => browser.close() };
  } catch (error) {
    await browser.close();
    throw error;
  }
}
