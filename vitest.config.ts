import { defineConfig } from 'vitest/config';

const conditions = ['@mosaic/source', 'module', 'node'];
const resolve = { conditions };
const ssr = { resolve: { conditions, externalConditions: ['@mosaic/source'] } };

/** Units and contracts on real adapters that need no other process. What needs real services lives in `*.live.test.ts`. */
export default defineConfig({
  resolve,
  ssr,
  test: {
    include: [
      '{packages,agents,servers}/*/src/**/*.test.ts',
      '{cli,manifestr,playground,dev,bench}/src/**/*.test.ts',
      'e2e/src/house/**/*.test.ts',
    ],
    exclude: ['**/*.live.test.ts', '**/node_modules/**', '**/dist/**'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
