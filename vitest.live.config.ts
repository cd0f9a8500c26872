import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Tests on real services. `e2e/src/live/setup.ts` starts each service once for the whole run and stops it at the end. */
export default defineConfig({
  ...base,
  test: {
    include: [
      '{packages,agents,servers}/*/src/**/*.live.test.ts',
      '{cli,playground,dev,bench,e2e}/src/**/*.live.test.ts',
    ],
    globalSetup: ['e2e/src/live/setup.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
