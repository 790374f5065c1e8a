import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { isolationHeaders, securityHeaders } from './scripts/headers.mjs';
import { ensureMessages, messageOptions } from './scripts/messages.mjs';

await ensureMessages();

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
  plugins: [svelte(), ...(command === 'serve' && isPreview !== true ? [paraglideVitePlugin(messageOptions)] : [])],
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
