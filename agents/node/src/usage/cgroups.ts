// Where the containers of this machine are in its cgroup trees: v1 (one tree per controller), v2 (one tree), systemd or not.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Cgroup {
  /** Container id, without its runtime's prefix. */
  readonly id: string;
  /** Below the root, or below each controller's folder. */
  readonly path: string;
}

/** Pods are below these; a container directly below `docker` belongs to no pod. */
const PODS = /^kubepods(\.slice)?$/;
const CONTAINER = /^(?:cri-containerd-|crio-|docker-|libpod-)?([0-9a-f]{64})(?:\.scope)?$/;
/** kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod….slice/…scope. */
const DEEPEST = 5;
const MOST_FOLDERS = 5_000;

/** v2 where the root is the unified tree itself. */
export async function versionOf(root: string): Promise<1 | 2> {
  const names = await namesIn(root);
  return names.includes('cgroup.controllers') ? 2 : 1;
}

/** Bounded; a folder that goes meanwhile is passed over. */
export async function cgroupsOf(root: string, version: 1 | 2): Promise<readonly Cgroup[]> {
  const top = version === 2 ? root : join(root, (await v1Folder(root, 'cpuacct')) ?? 'cpuacct');
  const found: Cgroup[] = [];
  let folders = 0;
  const walk = async (path: string, depth: number): Promise<void> => {
    if (depth > DEEPEST || folders++ > MOST_FOLDERS) return;
    for (const entry of await foldersIn(join(top, path))) {
      const id = CONTAINER.exec(entry)?.[1];
      const below = join(path, entry);
      if (id !== undefined) found.push({ id, path: below });
      else if (depth > 0 || PODS.test(entry)) await walk(below, depth + 1);
    }
  };
  await walk('', 0);
  return found;
}

/** `cpu,cpuacct` is one folder on most machines, two on some. */
export async function v1Folder(root: string, controller: string): Promise<string | undefined> {
  const names = await namesIn(root);
  return names.includes(controller) ? controller : names.find((name) => name.split(',').includes(controller));
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
