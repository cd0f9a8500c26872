// Logs that are not to be read: what is written meanwhile counts as read, so that it stays unread when the exclusion ends.

import type { FoundLog } from './log-folders.ts';
import type { PositionsEntry } from './positions.ts';
import { isTelling, printOf } from './print.ts';
import { headOf } from './tail.ts';

/** Forgetting one costs a read of its files' first bytes. */
const MOST_KNOWN = 1000;

export interface Excluded {
  /** Positions at the ends of its files, as they are now. Costs a read of each file when one has grown. */
  passOver(log: string, found: FoundLog, now: number): PositionsEntry[];
}

export function excluded(): Excluded {
  const known = new Map<string, { readonly sizes: string; readonly entries: PositionsEntry[] }>();
  return {
    passOver(log, { files }, seenAt) {
      const sizes = files.map(({ inode, size }) => `${inode}:${size}`).join();
      const before = known.get(log);
      if (before?.sizes === sizes) return before.entries.map((entry) => ({ ...entry, seenAt }));
      const entries = files.flatMap((file): PositionsEntry[] => {
        try {
          const head = headOf(file);
          if (!isTelling(head)) return [];
          return [{ log, inode: file.inode, print: printOf(head), ranges: [{ from: 0, to: file.size }], seenAt }];
        } catch {
          return []; // It is not read either way.
        }
      });
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(log, { sizes, entries });
      return entries;
    },
  };
}
