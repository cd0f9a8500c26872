// The machine's own figures, from /proc and the root file system.

import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from '../ports.ts';
import { type Figures, fields, pressures } from './figures.ts';

export interface MachineFigures extends Figures {
  readonly cores?: number;
  readonly load1?: number;
  readonly memoryTotalBytes?: number;
  readonly diskBytes?: number;
  readonly diskUsedBytes?: number;
  readonly receivedBytes?: number;
  readonly sentBytes?: number;
}

/** USER_HZ: ticks of /proc/stat in a second, 100 on every Linux that Kubernetes runs on. */
const TICKS_PER_S = 100;
const KIB = 1024;

export async function machineFigures({ proc, root }: Pick<Host, 'proc' | 'root'>): Promise<MachineFigures> {
  const read = (name: string): Promise<string | undefined> => readFile(join(proc, name), 'utf8').catch(() => undefined);
  const [stat, meminfo, loadavg, net, waits, disk] = await Promise.all([
    read('stat'),
    read('meminfo'),
    read('loadavg'),
    read('1/net/dev'),
    pressures((name) => read(join('pressure', name.replace('.pressure', '')))),
    statfs(root).catch(() => undefined),
  ]);
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0, steal = 0] =
    /^cpu +(.*)$/m
      .exec(stat ?? '')?.[1]
      ?.split(/\s+/)
      .map(Number) ?? [];
  const memory = fields(meminfo?.replaceAll(':', ' '));
  const total = memory.get('MemTotal');
  const free = memory.get('MemAvailable');
  const traffic = trafficOf(net);
  return {
    ...(stat !== undefined && {
      cpuSeconds: (user + nice + system + irq + soft + steal) / TICKS_PER_S,
      cores: (stat.match(/^cpu\d+ /gm) ?? []).length,
    }),
    ...(loadavg !== undefined && { load1: Number(loadavg.split(' ')[0]) }),
    ...(total !== undefined && { memoryTotalBytes: total * KIB }),
    ...(total !== undefined && free !== undefined && { workingSetBytes: (total - free) * KIB }),
    ...(disk && { diskBytes: disk.blocks * disk.bsize, diskUsedBytes: (disk.blocks - disk.bfree) * disk.bsize }),
    ...traffic,
    ...waits,
  };
}

/** Bytes of all links of a network namespace but loopback. */
export function trafficOf(
  text: string | undefined,
): { readonly receivedBytes: number; readonly sentBytes: number } | undefined {
  if (text === undefined) return undefined;
  let receivedBytes = 0;
  let sentBytes = 0;
  for (const line of text.split('\n')) {
    const [name, rest] = line.split(':');
    if (rest === undefined || name?.trim() === 'lo') continue;
    const columns = rest.trim().split(/\s+/).map(Number);
    receivedBytes += columns[0] ?? 0;
    sentBytes += columns[8] ?? 0;
  }
  return { receivedBytes, sentBytes };
}
