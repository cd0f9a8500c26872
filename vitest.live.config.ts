import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import base from './vitest.config.ts';

/** Those who share a product come last, for it runs from the first of them on. Others by name: every run is like the one before. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): string =>
      `${/e2e\/src\/(docs\/commands|live\/(page|page-faults|journeys|journeys-audit))\.live/.test(moduleId) ? 1 : 0} ${moduleId}`;
    return files.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
  }
}

/** Tests on real services. `e2e/src/live/setup.ts` starts each service once for the whole run and stops it at the end. */
export default defineConfig({
  ...base,
  test: {
    include: [
      '{packages,agents,servers}/*/src/**/*.live.test.ts',
      '{cli,playground,dev,bench,e2e}/src/**/*.live.test.ts',
    ],
    globalSetup: ['e2e/src/live/setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    /** Of one file, where its tests wait for different things. */
    maxConcurrency: 4,
    sequence: { sequencer: InOrder },
  },
});
