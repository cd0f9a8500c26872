// What of the logs could not be seen, and why: told once in our own log, and as a gap for as long as it lasts.

import type { Log } from '@mosaic/runtime';

export interface Trouble {
  /** A new look begins: what it does not complain of is well again. */
  begin(): void;
  unreadable(path: string, cause: unknown): void;
  /** Bytes that went away before they were read. */
  lost(path: string, bytes: number): void;
  /** Of the gap, when there is one. */
  reason(): string | undefined;
  readonly dropped: number;
}

export function trouble(log: Log): Trouble {
  let before = new Map<string, string>();
  let unreadable = new Map<string, string>();
  let lost: { readonly path: string; bytes: number } | undefined;
  let dropped = 0;
  return {
    begin() {
      before = unreadable;
      unreadable = new Map();
    },
    unreadable(path, cause) {
      const code = (cause as NodeJS.ErrnoException).code ?? String(cause); // what fs throws
      if (before.get(path) !== code && unreadable.get(path) !== code) log.warn('a log cannot be read', { path, cause });
      unreadable.set(path, code);
    },
    lost(path, bytes) {
      log.warn('a log went away before it was read to its end', { path, bytes });
      dropped += bytes;
      lost = { path: lost?.path ?? path, bytes: (lost?.bytes ?? 0) + bytes };
    },
    reason() {
      const [first] = unreadable;
      const gone = lost;
      lost = undefined;
      if (gone) return `${gone.bytes} bytes of logs went away unread, first ${gone.path}`;
      if (first === undefined) return undefined;
      const [path, code] = first;
      return unreadable.size === 1
        ? `unreadable: ${code} ${path}`
        : `unreadable: ${unreadable.size} logs, first ${code} ${path}`;
    },
    get dropped() {
      return dropped;
    },
  };
}
