import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';
import { isolationHeaders, securityHeaders } from './scripts/headers.mjs';
import { ensureMessages, messageOptions } from './scripts/messages.mjs';

await ensureMessages();

/** The service worker, told of every built file; there is none while somebody writes. */
const offline = VitePWA({
  strategies: 'injectManifest',
  srcDir: 'src/workers',
  filename: 'service.worker.ts',
  // The page registers it by itself, and public/ has the manifest.
  injectRegister: false,
  manifest: false,
  injectManifest: {
    rollupFormat: 'iife',
    globPatterns: ['**/*'],
    maximumFileSizeToCacheInBytes: 64 * 2 ** 20,
    manifestTransforms: [
      (entries) => ({ manifest: entries.map((entry) => ({ ...entry, bytes: entry.size })), warnings: [] }),
    ],
  },
});

export default defineConfig(({ command, isPreview }) => ({
  base: './',
  resolve: {
    alias: [
      {
        find: /^@tensorflow\/tfjs-(layers|converter|data|backend-webgl)$/,
        replacement: fileURLToPath(new URL('src/gpu/leftOut.ts', import.meta.url)),
      },
    ],
  },
  // While somebody writes, messages are made anew as they change.
  plugins: [
    svelte(),
    ...(command === 'build' ? [offline] : []),
    ...(command === 'serve' && isPreview !== true ? [paraglideVitePlugin(messageOptions)] : []),
  ],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 2500,
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es', rolldownOptions: { checks: { pluginTimings: false } } },
  server: { headers: isolationHeaders, fs: { allow: ['.', process.env['PALINDROME_DATA'] ?? '../shared/data'] } },
  preview: { headers: securityHeaders },
}));
