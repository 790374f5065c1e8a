import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArguments, findBrowser } from './scripts/browser.mjs';
import { isolationHeaders } from './scripts/headers.mjs';

const executablePath = findBrowser() ?? undefined;
const data = process.env['PALINDROME_DATA'] ?? '../shared/data';

// Three kinds of tests: `unit` in Node, `gpu` inside a real Chromium with WebGPU (SwiftShader), `app` drives the built
// studio from Node through a real Chromium.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/architecture.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          server: { deps: { inline: [/@tensorflow/] } },
        },
      },
      {
        plugins: [svelte()],
        // Found late, these would make the first run reload half-way.
        optimizeDeps: { include: ['mediabunny', 'idb', 'valibot', 'fast-check', 'three'] },
        server: { headers: isolationHeaders, fs: { allow: ['.', data] } },
        test: {
          name: 'gpu',
          include: ['tests/gpu/**/*.test.ts'],
          setupFiles: ['tests/gpu/setup.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
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
        test: {
          name: 'app',
          include: ['tests/app/**/*.test.ts'],
          environment: 'node',
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
