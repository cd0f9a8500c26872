// Socket → the process that holds it, by the inodes behind /proc/<pid>/fd. The walk is bounded, and only new sockets cost.

import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@mosaic/runtime';
import type { Namespace, Process } from './namespaces.ts';

export interface Wanted {
  readonly namespace: Namespace;
  readonly inodes: ReadonlySet<number>;
}

export interface OwnerWalk {
  /** Links that were read. */
  readonly fds: number;
  /** Every wanted socket was looked for; else the rest comes with the next walk. */
  readonly isWhole: boolean;
}

export interface Owners {
  of(inode: number): Process | undefined;
  /** Looks for what is not known yet. */
  walk(wanted: readonly Wanted[]): Promise<OwnerWalk>;
  /** Forgets all but these. */
  keep(inodes: ReadonlySet<number>): void;
}

export interface OwnerOptions {
  readonly proc: string;
  readonly clock: Clock;
  /** Links read before others get their turn. */
  readonly fdsPerTick: number;
  /** Links read in one walk; a bigger machine takes several. */
  readonly fdsPerWalk: number;
}

const BETWEEN_TICKS_MS = 50;
/** A socket that no process had in so many walks is the kernel's own, or shut already. */
const ENOUGH_WALKS = 2;
const SOCKET = /^socket:\[(\d+)\]$/;

export function owners({ proc, clock, fdsPerTick, fdsPerWalk }: OwnerOptions): Owners {
  const known = new Map<number, Process>();
  const missed = new Map<number, number>();
  /** Where the last walk ran out of its budget. */
  let resumeAt: number | undefined;

  const isSought = (inode: number): boolean => !known.has(inode) && (missed.get(inode) ?? 0) < ENOUGH_WALKS;

  return {
    of: (inode) => known.get(inode),
    keep(inodes) {
      for (const inode of known.keys()) if (!inodes.has(inode)) known.delete(inode);
      for (const inode of missed.keys()) if (!inodes.has(inode)) missed.delete(inode);
    },
    async walk(wanted) {
      let fds = 0;
      let sinceTick = 0;
      const places = wanted
        .map(({ namespace, inodes }) => ({ namespace, sought: new Set([...inodes].filter(isSought)) }))
        .filter(({ sought }) => sought.size > 0);
      const all = places.flatMap(({ namespace, sought }) =>
        namespace.processes.map((process) => ({ process, sought })),
      );
      const begin = Math.max(
        0,
        all.findIndex(({ process }) => process.pid === resumeAt),
      );
      resumeAt = undefined;
      for (const { process, sought } of [...all.slice(begin), ...all.slice(0, begin)]) {
        if (sought.size === 0 || process.isPause) continue;
        if (fds >= fdsPerWalk) {
          resumeAt = process.pid;
          return { fds, isWhole: false };
        }
        for (const fd of fdsOf(proc, process.pid)) {
          const inode = inodeBehind(proc, process.pid, fd);
          fds++;
          if (inode !== undefined && sought.delete(inode)) known.set(inode, process);
          if (sought.size === 0) break;
          if (++sinceTick < fdsPerTick) continue;
          sinceTick = 0;
          await clock.sleep(BETWEEN_TICKS_MS);
        }
      }
      for (const { sought } of places) for (const inode of sought) missed.set(inode, (missed.get(inode) ?? 0) + 1);
      return { fds, isWhole: true };
    },
  };
}

/** Empty when the process has gone meanwhile, or may not be looked at. */
function fdsOf(proc: string, pid: number): string[] {
  try {
    return readdirSync(join(proc, String(pid), 'fd'));
  } catch {
    return []; // Its sockets stay without a process, which their records say.
  }
}

function inodeBehind(proc: string, pid: number, fd: string): number | undefined {
  try {
    const [, inode] = SOCKET.exec(readlinkSync(join(proc, String(pid), 'fd', fd))) ?? [];
    return inode === undefined ? undefined : Number(inode);
  } catch {
    return undefined; // Closed between the listing and this look.
  }
}
