// An hour's film in bounded memory, and the speed of 720p: a film of an hour is made from repeated packets in a real
// Chromium and imported by the studio's own importer, while the memory of all the browser's processes is watched.
//   node tests/bench/importHour.bench.mjs [minutes]
import { readdirSync, readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, findBrowser } from '../../scripts/browser.mjs';

const minutes = Number(process.argv[2] ?? 60);
const server = await createServer({
  // Only modules are wanted, not the studio's page.
  appType: 'custom',
  cacheDir: '.cache/bench-vite',
  optimizeDeps: { include: ['mediabunny', 'idb', 'valibot'], noDiscovery: true },
  server: { port: 0 },
  logLevel: 'error',
});
await server.listen();
const address = server.resolvedUrls.local[0];
const browser = await chromium.launch({ executablePath: findBrowser() ?? undefined, args: chromiumArguments });

/** Bytes of memory that this script's child processes hold for themselves, by /proc (Linux). */
function memory() {
  const parents = new Map();
  const bytes = new Map();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      parents.set(Number(name), Number(/PPid:\s+(\d+)/.exec(status)?.[1]));
      bytes.set(Number(name), Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended.
    }
  }
  const isOurs = (pid) => pid !== undefined && pid > 1 && (pid === process.pid || isOurs(parents.get(pid)));
  return [...bytes].reduce((sum, [pid, own]) => sum + (pid !== process.pid && isOurs(pid) ? own : 0), 0);
}

try {
  const page = await browser.newPage();
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: '<title>bench</title>' }));
  await page.goto(address);
  page.setDefaultTimeout(0);
  const made = await page.evaluate(async (groups) => {
    const { madeVideo } = await import('/tests/gpu/madeVideo.ts');
    globalThis.film = await madeVideo(groups);
    return globalThis.film.size;
  }, minutes * 30);
  const before = memory();
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, memory())), 250);
  const result = await page.evaluate(async () => {
    const { EpisodeLibrary } = await import('/src/episodes/library.ts');
    const { importFiles } = await import('/src/episodes/importFiles.ts');
    const library = await EpisodeLibrary.open('bench-hour');
    const begin = performance.now();
    const [entry] = await importFiles([{ path: 'wipe the table.webm', file: globalThis.film }], library);
    const seconds = (performance.now() - begin) / 1000;
    const { bytes } = await library.usage();
    library.close();
    return { state: entry.state, sentence: entry.sentence, seconds, bytes };
  });
  clearInterval(watch);
  const mb = (bytes) => `${(bytes / 1e6).toFixed(0)} MB`;
  console.log(result.sentence);
  console.log(
    `${minutes} min of film (${mb(made)}), ${result.state} in ${result.seconds.toFixed(0)} s = ` +
      `${((minutes * 60) / result.seconds).toFixed(1)} times real time; stored ${mb(result.bytes)}; memory ${mb(before)} before, ` +
      `at most ${mb(peak)}.`,
  );
} finally {
  await browser.close();
  await server.close();
}
process.exit(0);
