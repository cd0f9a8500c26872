// Which processes live in which network namespace: their tables are read once per namespace, not once per process.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Belongs, belongsOf } from './processes.ts';

export interface Process extends Belongs {
  readonly pid: number;
  /** Inode of its network namespace. */
  readonly namespace: string;
  /** Holds a pod's namespaces and nothing else. */
  readonly isPause: boolean;
}

export interface Namespace {
  readonly id: string;
  /** The machine's own, where process 1 lives. */
  readonly isHost: boolean;
  readonly processes: readonly Process[];
  /** The one pod that all its processes are of, as their cgroups spell its uid; never of the host's. */
  readonly podUid?: string;
}

export interface NamespaceLook {
  /** The host's and those of pods: others (machines in machines, other runtimes) are not this node's. */
  readonly namespaces: readonly Namespace[];
  /** Processes of pods whose namespace we may not read. */
  readonly forbidden: number;
}

export interface NamespaceLister {
  look(now: number): NamespaceLook;
}

/** A container's first process moves into its namespaces and cgroup after it was born; and a pid is somebody else's some day. */
const YOUNG_MS = 30_000;
const TRUST_MS = 30_000;

interface Known {
  readonly process: Process;
  readonly since: number;
  checked: number;
}

/** Costs one readdir, and two reads for each process that is young or was not asked for half a minute. Throws when /proc itself cannot be read. */
export function namespaceLister(proc: string): NamespaceLister {
  const known = new Map<number, Known>();
  return {
    look(now) {
      const pids = readdirSync(proc).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
      const alive = new Set(pids);
      for (const pid of known.keys()) if (!alive.has(pid)) known.delete(pid);
      let forbidden = 0;
      for (const pid of pids) {
        const before = known.get(pid);
        if (before !== undefined && now - before.since > YOUNG_MS && now - before.checked < TRUST_MS) continue;
        const process = readProcess(proc, pid);
        if (process === 'forbidden') forbidden++;
        if (typeof process === 'string') known.delete(pid);
        else known.set(pid, { process, since: before?.since ?? now, checked: now });
      }
      const processes = [...known.values()].map(({ process }) => process);
      return { namespaces: namespacesOf(processes, hostNamespace(proc)), forbidden };
    },
  };
}

function readProcess(proc: string, pid: number): Process | 'forbidden' | 'gone' {
  const folder = join(proc, String(pid));
  try {
    const belongs = belongsOf(readFileSync(join(folder, 'cgroup'), 'utf8'));
    const namespace = namespaceBehind(join(folder, 'ns/net'));
    // A closed process of the machine's own hides nothing: its namespace is that of many.
    if (namespace === 'forbidden') return belongs.podUid === undefined ? 'gone' : 'forbidden';
    if (namespace === undefined) return 'gone';
    const isPause = readFileSync(join(folder, 'comm'), 'utf8').trim() === 'pause';
    return { pid, namespace, isPause, ...belongs };
  } catch (error) {
    return isForbidden(error) ? 'forbidden' : 'gone';
  }
}

function namespaceBehind(link: string): string | 'forbidden' | undefined {
  try {
    return namespaceOfLink(readlinkSync(link));
  } catch (error) {
    return isForbidden(error) ? 'forbidden' : undefined;
  }
}

/** `net:[4026531840]` → `4026531840`. */
const namespaceOfLink = (link: string): string | undefined => /^net:\[(\d+)\]$/.exec(link)?.[1];

/** Process 1's; where that one is closed to everybody, the kernel's own threads'. Undefined: none is the host's. */
export function hostNamespace(proc: string): string | undefined {
  for (const [pid, comm] of MACHINE) {
    const namespace = namespaceBehind(join(proc, pid, 'ns/net'));
    if (namespace === undefined || namespace === 'forbidden') continue;
    if (comm === undefined || commOf(proc, pid) === comm) return namespace;
  }
  return undefined;
}

const MACHINE = [
  ['1', undefined],
  ['2', 'kthreadd'],
] as const;

function commOf(proc: string, pid: string): string {
  try {
    return readFileSync(join(proc, pid, 'comm'), 'utf8').trim();
  } catch {
    return '';
  }
}

export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

export const isForbidden = (error: unknown): boolean => ['EACCES', 'EPERM'].includes(codeOf(error));

function namespacesOf(processes: readonly Process[], host: string | undefined): Namespace[] {
  return [...Map.groupBy(processes, ({ namespace }) => namespace)].flatMap(([id, inside]) => {
    const isHost = id === host;
    const uids = new Set(inside.flatMap(({ podUid }) => podUid ?? []));
    if (!isHost && uids.size === 0) return [];
    const [podUid] = uids;
    const isOnePods = !isHost && uids.size === 1 && podUid !== undefined;
    return [{ id, isHost, processes: inside, ...(isOnePods && { podUid }) }];
  });
}
