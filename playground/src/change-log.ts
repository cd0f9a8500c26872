// The world's recent changes in order: what watches replay and past listings are rebuilt from. Bounded: older changes are compacted, and asking for them is answered `Gone`.

import { gone, type KubeObject } from '@mosaic/apiserver';

export interface Change {
  readonly rv: number;
  readonly at: number;
  readonly table: string;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: KubeObject;
  readonly before?: KubeObject;
}

export interface ChangeLog {
  add(change: Change): void;
  /** Changes after `rv`, oldest first. Throws `Gone` when some of them are compacted. */
  after(rv: number): readonly Change[];
  /** Everything before `rv` is forgotten. */
  compact(rv: number): void;
}

export function changeLog(most: number, compactedTo = 0): ChangeLog {
  let changes: Change[] = [];
  let floor = compactedTo;
  const keep = (from: number): void => {
    const last = changes[from - 1];
    if (last !== undefined) floor = last.rv;
    changes = changes.slice(from);
  };
  /** Index of the first change after `rv`; versions rise. */
  const firstAfter = (rv: number): number => {
    let low = 0;
    let high = changes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((changes[middle]?.rv ?? 0) <= rv) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    add(change) {
      changes.push(change);
      if (changes.length >= most * 2) keep(changes.length - most);
    },
    after(rv) {
      if (rv < floor) throw gone(`too old resource version: ${rv} (${floor})`);
      return changes.slice(firstAfter(rv));
    },
    compact(rv) {
      keep(firstAfter(rv - 1));
      floor = Math.max(floor, rv - 1);
    },
  };
}
