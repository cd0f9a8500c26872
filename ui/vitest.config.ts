// The page's own tests: pure parts and components in jsdom. Journeys in a real browser live in e2e/.

import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [svelte(), svelteTesting()],
  resolve: { conditions: ['@mosaic/source', 'module', 'browser', 'development|production'] },
  test: {
    // a component's test says `@vitest-environment jsdom` on top; pure parts start several times faster without
    environment: 'node',
    include: ['src/**/*.test.ts'],
    exclude: ['**/*.live.test.ts', '**/node_modules/**'],
    setupFiles: ['src/testing/setup.ts'],
    testTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    env: { TZ: 'UTC' },
  },
});
