// What dev/ has started, on disk: so that the next start can end what a crashed one left behind.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache.ts';

export interface Traces {
  readonly name: string;
  readonly pid: number;
  /** When the process began, as the kernel tells it: a reused pid has another. */
  readonly birth: string;
  readonly owner: { readonly pid: number; readonly birth: string };
  /** Removed with the process when it is temporary. */
  readonly folder?: string;
}

const runFolder = (): string => join(cacheFolder(), 'run');

/** Undefined when there is no such process. */
export function birthOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19]; // proc(5): state is field 3, starttime field 22
  } catch {
    return process.platform === 'linux' ? undefined : birthByPs(pid);
  }
}

function birthByPs(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Notes a process; returns what forgets it. */
export function note(name: string, pid: number, folder: string | undefined): () => void {
  const owner = { pid: process.pid, birth: birthOf(process.pid) ?? '' };
  const traces: Traces = { name, pid, birth: birthOf(pid) ?? '', owner, ...(folder !== undefined && { folder }) };
  const path = join(runFolder(), `${name}-${pid}.json`);
  mkdirSync(runFolder(), { recursive: true });
  writeFileSync(path, JSON.stringify(traces));
  return () => rmSync(path, { force: true });
}

/** Ends every process whose owner is gone, removes its temporary folder, and tells which they were. */
export function sweep(): readonly string[] {
  const swept: string[] = [];
  for (const path of pidFiles()) {
    const traces = read(path);
    if (traces && birthOf(traces.owner.pid) === traces.owner.birth) continue;
    if (traces && birthOf(traces.pid) === traces.birth) {
      killGroup(traces.pid, 'SIGKILL');
      swept.push(`${traces.name} (${traces.pid})`);
    }
    if (traces?.folder) rmSync(traces.folder, { recursive: true, force: true, maxRetries: 5 });
    rmSync(path, { force: true });
  }
  return swept;
}

/** The whole process group; one that is gone already is fine. */
export function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function pidFiles(): string[] {
  try {
    return readdirSync(runFolder())
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(runFolder(), name));
  } catch {
    return [];
  }
}

/** Undefined for a file a crash left half-written. */
function read(path: string): Traces | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Traces; // written by `note`
  } catch {
    return undefined;
  }
}
