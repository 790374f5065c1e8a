import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findBrowser } from './scripts/browser.mjs';
import { isolationHeaders } from './scripts/headers.mjs';
import { ensureMessages, messagesInOneFile } from './scripts/messages.mjs';
import { softwareAdapterEnvironment } from './scripts/softwareAdapter.mjs';

await ensureMessages();

const executablePath = findBrowser() ?? undefined;
const software = softwareAdapterEnvironment();
const data = process.env['PALINDROME_DATA'] ?? '../shared/data';

/** Kernels against their twins: in Node where it has a software adapter, else in the browser; in both where all is asked for. */
const KERNELS = 'tests/gpu/kernels/{attention,linear,rows}.test.ts';
const kernelsInBrowser = software === null || process.env['PALINDROME_TESTS'] === 'all';

/** What measures how quick the studio is must have the machine to itself. */
const MEASURING = ['tests/app/{responsive,budgets,measure}.test.ts'];

// Four kinds of tests: `unit` in Node, `gpu` inside a real Chromium with WebGPU (SwiftShader), `node-gpu` the kernels in Node
// on the same software adapter through the npm package `webgpu`, `app` drives the built studio from Node through Chromium
// (`app-alone` without anything beside it).
export default defineConfig({
  test: {
    projects: [
      {
        plugins: [messagesInOneFile],
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/architecture.test.ts'],
          environment: 'node',
          // Loading the studio anew for each file took as long as half of the tests.
          isolate: false,
          testTimeout: 60_000,
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        plugins: [svelte(), messagesInOneFile],
        // Found late, these would make the first run reload half-way.
        optimizeDeps: { include: ['mediabunny', 'idb', 'valibot', 'fast-check', 'three'] },
        server: { headers: isolationHeaders, fs: { allow: ['.', data] } },
        test: {
          name: 'gpu',
          include: ['tests/gpu/**/*.test.ts'],
          exclude: kernelsInBrowser ? [] : [KERNELS],
          setupFiles: ['tests/gpu/setup.ts'],
          provide: { data },
          testTimeout: 120_000,
          fileParallelism: false,
          // A page for each file took as long as the tests.
          isolate: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: chromiumArguments } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        plugins: [messagesInOneFile],
        test: {
          name: 'node-gpu',
          // What is no WebGPU (the loops on wasm's memory) is tested in the browser alone.
          include: software === null ? [] : [KERNELS],
          environment: 'node',
          env: software ?? {},
          setupFiles: ['tests/gpu/nodeWebgpu.ts', 'tests/gpu/setup.ts'],
          // Compiling shaders, which takes most of the time, keeps one core busy.
          maxWorkers: 2,
          testTimeout: 120_000,
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        plugins: [messagesInOneFile],
        test: {
          name: 'app',
          globalSetup: ['tests/app/build.ts'],
          include: ['tests/app/**/*.test.ts'],
          exclude: MEASURING,
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 120_000,
          // They wait more than they compute, and loading the studio's modules anew for each file would cost a fifth of it.
          maxWorkers: 3,
          isolate: false,
        },
      },
      {
        plugins: [messagesInOneFile],
        test: {
          name: 'app-alone',
          globalSetup: ['tests/app/build.ts'],
          include: MEASURING,
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
