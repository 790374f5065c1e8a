// npm run bench: every engine on every preset in a browser without a window, side by side.
import { fileURLToPath } from 'node:url';
import { machine, readOptions, writeReport } from './benchOptions.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OUT = '.cache/bench-page';

async function main() {
  const options = readOptions('npm run bench --');
  process.chdir(root);
  const { ensurePackages } = await import('./install.mjs');
  ensurePackages();
  const { ensureMessages } = await import('./messages.mjs');
  await ensureMessages();
  const { build, preview } = await import('vite');
  const { chromium } = await import('playwright-core');
  const { chromiumArguments, ensureBrowser, hardwareArguments } = await import('./browser.mjs');
  const { isolationHeaders } = await import('./headers.mjs');
  const configFile = false;
  await build({
    configFile,
    logLevel: 'warn',
    publicDir: false,
    base: './',
    build: {
      target: 'es2023',
      outDir: OUT,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: 'tests/bench/page.html', checks: { pluginTimings: false } },
    },
  });
  const server = await preview({
    configFile,
    logLevel: 'warn',
    build: { outDir: OUT },
    preview: { port: 0, open: false, headers: isolationHeaders },
  });
  const browser = await chromium.launch({
    executablePath: ensureBrowser(),
    headless: true,
    args: options.hardware ? hardwareArguments : chromiumArguments,
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => console.error(error.message));
    page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
    await page.exposeFunction('benchTell', (line) => console.log(line));
    await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/page.html`);
    await page.waitForFunction(() => window.runBench !== undefined);
    const { report, text } = await page.evaluate(([o, m]) => window.runBench(o, m), [options.bench, machine()]);
    console.log(`\n${text}`);
    writeReport(options.json, report);
  } finally {
    await browser.close();
    await server.close();
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
