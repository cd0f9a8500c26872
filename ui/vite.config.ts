// Builds the page to ui/dist with hashed assets; the api serves that folder. In development the API is asked at localhost:9000 (or MOSAIC_API).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const api = process.env.MOSAIC_API ?? 'http://localhost:9000';

const ABOUT = 'virtual:about';

/** What the About page tells of this build: its version, and the measurements as bench/README.md has them. */
function about(): Plugin {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  return {
    name: 'mosaic-about',
    resolveId: (id) => (id === ABOUT ? `\0${ABOUT}` : undefined),
    load(id) {
      if (id !== `\0${ABOUT}`) return undefined;
      const { version } = JSON.parse(read('../package.json')) as { version: string };
      return `export const version = ${JSON.stringify(version)};\nexport const measurements = ${JSON.stringify(read('../bench/README.md'))};`;
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [svelte(), about()],
  resolve: { conditions: ['@mosaic/source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // the Content-Security-Policy has no inline script and no data: worker
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // A slow machine is no reason to tell a user of plugins.
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '/api': api, '/readyz': api, '/livez': api } },
});
