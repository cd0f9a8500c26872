// The retention in force: what the store was opened with, until somebody says otherwise; kept with the data.

import { RETAINED, type Retained, type Retention } from './port.ts';
import type { Rows } from './rows.ts';

const MARK = 'retention';

export interface RetentionCell {
  now(): Retention;
  retain(retention: Retention): Promise<void>;
  /** What an earlier process was told. Once, when the store is opened. */
  recall(): Promise<void>;
}

export function retentionCell(first: Retention, marks: () => Rows['marks']): RetentionCell {
  let current = first;
  return {
    now: () => current,
    async retain(retention) {
      await marks().set(MARK, JSON.stringify(retention));
      current = retention;
    },
    async recall() {
      const kept = await marks().get(MARK);
      if (kept !== undefined) current = merged(first, JSON.parse(kept) as Partial<Retention>); // written above
    },
  };
}

/** A family that came later has its default. */
function merged(first: Retention, kept: Partial<Retention>): Retention {
  const days = Object.fromEntries(RETAINED.map((family) => [family, kept.days?.[family] ?? first.days[family]]));
  return { ...first, ...kept, days: days as Record<Retained, number> }; // every family filled above
}
