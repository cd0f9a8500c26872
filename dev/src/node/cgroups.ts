// The pods' cgroups: one tree in cgroup v2, one in each hierarchy of v1.

import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
/** The kubelet's name for the parent of all pods. */
const PODS = 'kubepods';

export const cgroupVersion = (): 1 | 2 => (existsSync(join(ROOT, 'cgroup.controllers')) ? 2 : 1);

export function cgroupsOfPods(): string[] {
  const hierarchies = cgroupVersion() === 2 ? [ROOT] : readdirSync(ROOT).map((name) => join(ROOT, name));
  return hierarchies.map((path) => join(path, PODS)).filter(existsSync);
}

/** Those below it too. */
export function processesIn(cgroup: string): number[] {
  const own = readFileSync(join(cgroup, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...own, ...childrenOf(cgroup).flatMap(processesIn)];
}

/** They have no processes any more. */
export function removeCgroups(cgroups: readonly string[]): void {
  for (const cgroup of cgroups) {
    removeCgroups(childrenOf(cgroup));
    rmdirSync(cgroup);
  }
}

const childrenOf = (cgroup: string): string[] =>
  readdirSync(cgroup, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(cgroup, name));
