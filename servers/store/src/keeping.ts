// How long things are kept, and the answer to who asks for older.

import { DAY_MS } from '@mosaic/wire';
import { NotKept, type Retention } from './port.ts';
import type { Family, Rows } from './rows.ts';

/** As storage.md's defaults: a week of logs, two of the other raw signals, three months of roll-ups. */
export const DEFAULT_RETENTION: Retention = {
  days: {
    ...{ logs: 7, objects: 14, state: 14, events: 14, changes: 14, coverage: 14 },
    ...{ connections: 14, edges: 14, metrics: 14, rolled: 90 },
  },
};

export interface Keeping {
  retention(): Retention;
  readonly now: () => number;
  /** The oldest instant of the family that can be asked. */
  from(family: Family): number;
  /** Throws `NotKept` when `instant` is older. */
  check(family: Family, instant: number): void;
}

export function keeping(retention: () => Retention, now: () => number, rows: Pick<Rows, 'keptFrom'>): Keeping {
  const from = (family: Family): number => Math.max(now() - retention().days[family] * DAY_MS, rows.keptFrom(family));
  return {
    retention,
    now,
    from,
    check(family, instant) {
      const kept = from(family);
      if (instant < kept) throw new NotKept(kept);
    },
  };
}
