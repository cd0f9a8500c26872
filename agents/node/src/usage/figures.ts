// The figures of one cgroup, under one set of names whichever version they come from. Seconds and bytes.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Figures {
  readonly cpuSeconds?: number;
  readonly cpuLimitCores?: number;
  readonly periods?: number;
  readonly throttledPeriods?: number;
  readonly throttledSeconds?: number;
  readonly memoryBytes?: number;
  readonly workingSetBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly oomKills?: number;
  readonly readBytes?: number;
  readonly writtenBytes?: number;
  readonly cpuPressureSeconds?: number;
  readonly memoryPressureSeconds?: number;
  readonly ioPressureSeconds?: number;
}

/** Text of a file of the cgroup; undefined when it is not there or may not be read. */
export type ReadFile = (controller: string, name: string) => Promise<string | undefined>;

/** v1 tells "no limit" as about 2^63, rounded to pages. */
const NO_LIMIT = 2 ** 60;

export async function figuresOfV2(read: ReadFile): Promise<Figures> {
  const names = ['cpu.stat', 'cpu.max', 'memory.current', 'memory.stat', 'memory.max', 'memory.events', 'io.stat'];
  const [cpu, max, current, memory, limit, events, io] = await Promise.all(names.map((name) => read('', name)));
  const stat = fields(cpu);
  const [quota, period] = (max ?? '').split(/\s+/).map(Number);
  const used = whole(current);
  return {
    ...pick({
      cpuSeconds: scaled(stat.get('usage_usec'), 1e6),
      cpuLimitCores: quota && period ? quota / period : undefined,
      periods: stat.get('nr_periods'),
      throttledPeriods: stat.get('nr_throttled'),
      throttledSeconds: scaled(stat.get('throttled_usec'), 1e6),
      memoryBytes: used,
      workingSetBytes: minus(used, fields(memory).get('inactive_file')),
      memoryLimitBytes: whole(limit),
      oomKills: fields(events).get('oom_kill'),
      readBytes: io === undefined ? undefined : summed(io, /\brbytes=(\d+)/g),
      writtenBytes: io === undefined ? undefined : summed(io, /\bwbytes=(\d+)/g),
    }),
    ...(await pressures((name) => read('', name))),
  };
}

export async function figuresOfV1(read: ReadFile): Promise<Figures> {
  const [usage, cpu, quota, period, used, memory, limit, oom, io] = await Promise.all([
    read('cpuacct', 'cpuacct.usage'),
    read('cpu', 'cpu.stat'),
    read('cpu', 'cpu.cfs_quota_us'),
    read('cpu', 'cpu.cfs_period_us'),
    read('memory', 'memory.usage_in_bytes'),
    read('memory', 'memory.stat'),
    read('memory', 'memory.limit_in_bytes'),
    read('memory', 'memory.oom_control'),
    read('blkio', 'blkio.throttle.io_service_bytes'),
  ]);
  const stat = fields(cpu);
  const inUse = whole(used);
  const bound = whole(limit);
  const cores = (whole(quota) ?? 0) / (whole(period) ?? 100_000);
  return {
    ...pick({
      cpuSeconds: scaled(whole(usage), 1e9),
      cpuLimitCores: cores > 0 ? cores : undefined,
      periods: stat.get('nr_periods'),
      throttledPeriods: stat.get('nr_throttled'),
      throttledSeconds: scaled(stat.get('throttled_time'), 1e9),
      memoryBytes: inUse,
      workingSetBytes: minus(inUse, fields(memory).get('total_inactive_file')),
      memoryLimitBytes: bound !== undefined && bound < NO_LIMIT ? bound : undefined,
      oomKills: fields(oom).get('oom_kill'),
      readBytes: io === undefined ? undefined : summed(io, / Read (\d+)/g),
      writtenBytes: io === undefined ? undefined : summed(io, / Write (\d+)/g),
    }),
    ...(await pressures((name) => read('unified', name))),
  };
}

/** Of a container, a pod, or the machine (`/proc/pressure/cpu`): the share of time in which something had to wait, as a sum. */
export async function pressures(
  read: (name: string) => Promise<string | undefined>,
): Promise<Pick<Figures, 'cpuPressureSeconds' | 'memoryPressureSeconds' | 'ioPressureSeconds'>> {
  const [cpu, memory, io] = await Promise.all(
    ['cpu.pressure', 'memory.pressure', 'io.pressure'].map(async (name) => someTotal(await read(name))),
  );
  return pick({ cpuPressureSeconds: cpu, memoryPressureSeconds: memory, ioPressureSeconds: io });
}

const someTotal = (text: string | undefined): number | undefined =>
  scaled(whole(/^some .*total=(\d+)/m.exec(text ?? '')?.[1]), 1e6);

/** `name value` lines. */
export function fields(text: string | undefined): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of (text ?? '').split('\n')) {
    const [name, value] = line.trim().split(/\s+/);
    const number = whole(value);
    if (name !== undefined && number !== undefined) found.set(name, number);
  }
  return found;
}

/** Undefined for `max`, nothing, or anything that is no count. */
function whole(text: string | undefined): number | undefined {
  const trimmed = text?.trim();
  return trimmed !== undefined && /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

const scaled = (value: number | undefined, by: number): number | undefined =>
  value === undefined ? undefined : value / by;
const minus = (value: number | undefined, less = 0): number | undefined =>
  value === undefined ? undefined : Math.max(0, value - less);

function summed(text: string, each: RegExp): number {
  let sum = 0;
  for (const [, digits] of text.matchAll(each)) sum += Number(digits);
  return sum;
}

function pick<T extends object>(all: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  }; // undefined ones are left out
}

export const readerAt =
  (root: string, path: string, folders: ReadonlyMap<string, string>): ReadFile =>
  async (controller, name) => {
    try {
      // A few lines that the kernel makes at once: cheaper than a turn of the thread pool.
      return readFileSync(join(root, folders.get(controller) ?? controller, path, name), 'utf8');
    } catch {
      return undefined;
    }
  };
