// A test with a store and a cluster of its own.

import { test } from 'vitest';
import type { Store } from '../port.ts';

export type Making = () => Promise<Store>;

export interface Given {
  readonly store: Store;
  readonly cluster: number;
}

let made = 0;
/** Clusters of several runs may meet in one Cassandra. */
const run = Date.now().toString(36);
export const freshName = (): string => `contract-${run}-${made++}`;

/** A test with a store and a cluster of its own. */
export function testWith(make: Making, name: string, body: (given: Given) => Promise<void>): void {
  test(name, async () => {
    const store = await make();
    try {
      const { id } = await store.clusters.enrol({ name: freshName(), kind: 'playground' });
      await body({ store, cluster: id });
    } finally {
      await store.close();
    }
  });
}
