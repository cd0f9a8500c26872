// Removing all there is of a node: its processes, mounts, cgroups, network, rules and files. One way for a stop, for our own sudden end and for what a
// crash left behind; so it looks at the machine, not at what we remember, and does not wait for anybody.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, unlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cgroupsOfPods, processesIn, removeCgroups } from './cgroups.ts';
import type { Claim } from './claim.ts';
import {
  CABLE,
  CONTAINER_LOGS,
  FOLDER,
  LINK,
  OTHER_NODE,
  OTHER_POD,
  POD_LOGS,
  POD_RANGE,
  SERVICE_RANGE,
  TABLES,
} from './places.ts';
import { commandLine } from './requirements.ts';
import { restoreSysctls } from './sysctls.ts';

const PROGRAMS = new Set(['kubelet', 'kube-proxy', 'containerd', 'containerd-shim-runc-v2', 'runc']);
const KILL_WITHIN_MS = 10_000;
const LOOK_AGAIN_MS = 20;

export function removeNode(claim: Claim | undefined): void {
  untilNone(programsOfNode); // first those who would start others again
  untilNone(() => [...cgroupsOfPods().flatMap(processesIn), ...processesOf(OTHER_POD), ...processesOf(OTHER_NODE)]);
  const sockets = shimSockets();
  for (const path of mountsBelow(FOLDER)) execFileSync('umount', ['--lazy', path]);
  removeCgroups(cgroupsOfPods());
  removeNetwork();
  if (claim) restoreSysctls(claim.sysctls);
  for (const path of sockets) rmSync(path, { force: true });
  removeSharedFiles(claim?.found ?? {});
  rmSync(FOLDER, { recursive: true, force: true, maxRetries: 5 });
}

/** Kills whoever `find` finds until it finds nobody. */
function untilNone(find: () => readonly number[]): void {
  const until = performance.now() + KILL_WITHIN_MS;
  for (let found = find(); found.length > 0; found = find()) {
    if (performance.now() > until) throw new Error(`processes ${found.join(', ')} of the node do not end`);
    for (const pid of found) kill(pid);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone meanwhile
  }
}

/** Known by their command line, which names our folder. */
function programsOfNode(): number[] {
  return readdirSync('/proc')
    .filter((pid) => {
      const [program = '', ...args] = commandLine(pid);
      return PROGRAMS.has(basename(program)) && args.some((arg) => arg.includes(FOLDER));
    })
    .map(Number);
}

const processesOf = (namespace: string): number[] =>
  quietly('ip', ['netns', 'pids', namespace]).split('\n').filter(Boolean).map(Number);

/** Deepest first. proc(5): the fifth field of mountinfo is where it is mounted, with spaces and the like as octal. */
function mountsBelow(folder: string): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replaceAll(/\\(\d{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .reverse();
}

/** A shim's socket is outside our folder; its bundle says where. */
function shimSockets(): string[] {
  const bundles = join(FOLDER, 'run', 'io.containerd.runtime.v2.task', 'k8s.io');
  return entriesOf(bundles).flatMap((id) => {
    const address = textOf(join(bundles, id, 'address'));
    return address?.startsWith('unix://') ? [address.slice('unix://'.length)] : [];
  });
}

function removeNetwork(): void {
  for (const namespace of [OTHER_POD, OTHER_NODE]) quietly('ip', ['netns', 'delete', namespace]);
  quietly('ip', ['link', 'delete', LINK]);
  for (const table of TABLES) quietly('nft', ['delete', 'table', ...table.split(' ')]);
  forgetConnections();
}

/** Connections of a node that is gone would be kept from the rules of the next one: its clients would stay in SYN_SENT. */
function forgetConnections(): void {
  for (const range of [POD_RANGE, SERVICE_RANGE, CABLE])
    for (const end of ['--orig-src', '--orig-dst']) quietly('conntrack', ['--delete', end, range]);
}

/** What appeared in folders that are not ours alone while the node ran. */
function removeSharedFiles(found: Claim['found']): void {
  const added = (folder: string) => entriesOf(folder).filter((name) => found[folder]?.includes(name) !== true);
  for (const name of added(POD_LOGS)) rmSync(join(POD_LOGS, name), { recursive: true, force: true });
  for (const name of added(CONTAINER_LOGS)) {
    const path = join(CONTAINER_LOGS, name);
    if (targetOf(path)?.startsWith(`${POD_LOGS}/`)) unlinkSync(path);
  }
  for (const name of added('/var/lib/cni/results')) {
    const path = join('/var/lib/cni/results', name);
    if (textOf(path)?.includes(FOLDER)) unlinkSync(path);
  }
  for (const name of added('/var/lib/kubelet'))
    rmSync(join('/var/lib/kubelet', name), { recursive: true, force: true });
  for (const folder of [
    POD_LOGS,
    CONTAINER_LOGS,
    '/var/lib/kubelet',
    '/var/lib/cni/results',
    '/var/lib/cni',
    '/run/containerd/s',
    '/run/containerd',
  ])
    if (!(folder in found)) removeEmpty(folder);
  removeNetnsFolder(found);
}

/** `ip netns add` mounts /run/netns on itself and leaves it so. */
function removeNetnsFolder(found: Claim['found']): void {
  if ('/run/netns' in found || entriesOf('/run/netns').length > 0) return;
  quietly('umount', ['/run/netns']);
  removeEmpty('/run/netns');
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // not there, or others use it
  }
}

/** What is asked to be removed may be gone already: that is no failure. */
function quietly(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch {
    return '';
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}
