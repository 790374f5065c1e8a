// Builds the studio into dist/, or another folder, when a source is newer than the last build there.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const inputs = [
  'src',
  'public',
  'shaders',
  'messages',
  'wasm',
  'index.html',
  // The plots show them.
  'docs/experiments/summary.json',
  'docs/experiments/safety.json',
  'vite.config.ts',
  'package-lock.json',
  'scripts/headers.mjs',
];

function newest(path) {
  if (!existsSync(path)) return 0;
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, 0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export async function ensureBuild(folder = 'dist') {
  const page = join(folder, 'index.html');
  const built = existsSync(page) ? statSync(page).mtimeMs : 0;
  if (built > Math.max(...inputs.map(newest))) return;
  console.log('Building the studio …');
  const { build } = await import('vite');
  await build({ logLevel: 'warn', build: { outDir: folder, emptyOutDir: true } });
}
