// npm run bench:node: the benchmarks in Node through the npm package `webgpu`, for machines without a browser. Builds one
// self-contained file and runs it; --bundle DIR writes it with its package for a machine without this repository.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readOptions } from './benchOptions.mjs';
import { ensureMessages } from './messages.mjs';
import { softwareAdapterEnvironment } from './softwareAdapter.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const OUT = '.cache/bench-node';

async function bundle() {
  const { build } = await import('vite');
  await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    ssr: { noExternal: true, external: ['webgpu'] },
    build: {
      ssr: 'tests/bench/node.ts',
      target: 'es2023',
      outDir: OUT,
      emptyOutDir: true,
      // Files that the code refers to travel inside it.
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      minify: false,
      rolldownOptions: {
        output: { entryFileNames: 'bench.mjs', codeSplitting: false },
        checks: { pluginTimings: false },
      },
    },
  });
}

/** Chromium's software adapter, where no graphics card is asked for. */
function environment(hardware) {
  return hardware ? process.env : { ...process.env, ...softwareAdapterEnvironment() };
}

async function main() {
  const options = readOptions('npm run bench:node --', ['palindrome', 'tfjs', 'jaxjs']);
  process.chdir(root);
  await ensureMessages();
  await bundle();
  if (options.bundle) {
    mkdirSync(options.bundle, { recursive: true });
    cpSync(join(OUT, 'bench.mjs'), join(options.bundle, 'bench.mjs'));
    const kept = ['package.json', 'index.js', `dist/${process.platform}-${process.arch}`];
    for (const path of kept) {
      cpSync(join('node_modules/webgpu', path), join(options.bundle, 'node_modules/webgpu', path), { recursive: true });
    }
    console.log(`Written to ${options.bundle}; run it with: node bench.mjs --hardware --json figures.json`);
    return 0;
  }
  const { status } = spawnSync(process.execPath, [join(OUT, 'bench.mjs'), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: environment(options.hardware),
  });
  return status ?? 1;
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
