// The retention in force: what the store was opened with, until somebody says otherwise; kept with the data.

import { RETAINED, type Retained, type Retention } from './port.ts';
import type { Rows } from './rows.ts';

const MARK = 'retention';

export interface RetentionCell {
  now(): Retention;
  retain(retention: Retention): Promise<void>;
  /** What was said last, by this process or another; in force here from then on. */
  recall(): Promise<Retention>;
}

export function retentionCell(first: Retention, marks: () => Rows['marks']): RetentionCell {
  let current = first;
  let said = 0;
  return {
    now: () => current,
    async retain(retention) {
      said += 1;
      await marks().set(MARK, JSON.stringify(retention));
      said += 1;
      current = retention;
    },
    async recall() {
      const before = said;
      const kept = await marks().get(MARK);
      // What this process said meanwhile is newer than what was read.
      if (kept !== undefined && said === before) current = merged(first, JSON.parse(kept) as Partial<Retention>); // written above
      return current;
    },
  };
}

/** A family that came later has its default. */
function merged(first: Retention, kept: Partial<Retention>): Retention {
  const days = Object.fromEntries(RETAINED.map((family) => [family, kept.days?.[family] ?? first.days[family]]));
  return { ...first, ...kept, days: days as Record<Retained, number> }; // every family filled above
}
