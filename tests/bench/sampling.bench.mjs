// npm run bench:sampling: how fast the sampler opens and draws at the paper's scale. Builds sampling.ts for Node and runs
// it with the garbage collector in hand, so that memory can be measured; prints one JSON object.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { ensureMessages } from '../../scripts/messages.mjs';

process.chdir(fileURLToPath(new URL('../..', import.meta.url)));
await ensureMessages();
await build({
  configFile: false,
  logLevel: 'error',
  publicDir: false,
  build: { ssr: 'tests/bench/sampling.ts', outDir: '.cache/bench', minify: false },
});
const { status } = spawnSync(process.execPath, ['--expose-gc', '.cache/bench/sampling.js'], { stdio: 'inherit' });
process.exit(status ?? 1);
