import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { isolationHeaders, securityHeaders } from './scripts/headers.mjs';

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    target: 'es2023',
    chunkSizeWarningLimit: 2500,
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es', rolldownOptions: { checks: { pluginTimings: false } } },
  server: { headers: isolationHeaders, fs: { allow: ['.', process.env['PALINDROME_DATA'] ?? '../shared/data'] } },
  preview: { headers: securityHeaders },
});
