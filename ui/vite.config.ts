// Builds the page to ui/dist with hashed assets; the api serves that folder. In development the API is asked at localhost:9000 (or MOSAIC_API).

import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const api = process.env.MOSAIC_API ?? 'http://localhost:9000';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [svelte()],
  resolve: { conditions: ['@mosaic/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // the Content-Security-Policy has no inline script and no data: worker
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '/api': api, '/readyz': api, '/livez': api } },
});
