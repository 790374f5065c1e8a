// npm run icons: makes the PNG icons of public/ from public/icon.svg, for systems that take no SVG. The maskable one is cut
// to a shape by the system, so its ground reaches the edges and the drawing stays within the inner four fifths.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromiumArguments, ensureBrowser } from './browser.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const { chromium } = await import('playwright-core');

const svg = readFileSync('public/icon.svg', 'utf8');
const ground = '#fbfaf7';
const icons = [
  { file: 'icon-192.png', size: 192 },
  { file: 'icon-512.png', size: 512 },
  { file: 'icon-maskable-512.png', size: 512, drawing: 0.8 },
  // Apple rounds the corners itself and shows clear ones black.
  { file: 'apple-touch-icon.png', size: 180, drawing: 0.9 },
];

const browser = await chromium.launch({ executablePath: ensureBrowser(), args: chromiumArguments });
const page = await browser.newPage();
for (const { file, size, drawing } of icons) {
  await page.setViewportSize({ width: size, height: size });
  const width = size * (drawing ?? 1);
  await page.setContent(`<style>
    body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${drawing ? ground : 'none'} }
    svg { width: ${width}px; height: ${width}px }
  </style>${svg}`);
  await page.screenshot({ path: `public/${file}`, omitBackground: true });
  console.log(`public/${file}: ${size} × ${size}`);
}
await browser.close();
