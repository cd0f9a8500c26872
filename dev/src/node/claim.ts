// One node per machine: who has it is written in its folder, with what it found here and must leave as it was.

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { withLock } from '../lock.ts';
import { birthOf } from '../pid-files.ts';
import { removeNode } from './leftovers.ts';
import { CONTAINER_LOGS, FOLDER, inFolder, POD_LOGS } from './places.ts';
import { readSysctls } from './sysctls.ts';

const LOCK = '/run/mosaic-dev-node.lock';

/** Folders whose place is fixed in the programs, shared with whatever else runs here. */
const SHARED = [
  POD_LOGS,
  CONTAINER_LOGS,
  '/var/lib/kubelet',
  '/var/lib/cni/results',
  '/var/lib/cni',
  '/run/containerd/s',
  '/run/containerd',
  '/run/netns',
];

export interface Claim {
  readonly owner: { readonly pid: number; readonly birth: string };
  /** Folder → what was in it already; a folder that was not there is not named. */
  readonly found: Readonly<Record<string, readonly string[]>>;
  readonly sysctls: Readonly<Record<string, string>>;
}

const claimPath = (): string => inFolder('claim.json');

/** Makes the machine's node ours. True when a crashed run had left one, which is removed. Throws when another process has it. */
export function claimNode(): Promise<boolean> {
  return withLock(LOCK, async () => {
    const isLeft = removeLeft();
    const claim = readClaim();
    if (claim)
      throw new Error(`process ${claim.owner.pid} has this machine's node already; a machine has one: stop that first`);
    mkdirSync(FOLDER, { recursive: true, mode: 0o711 });
    const owner = { pid: process.pid, birth: birthOf(process.pid) ?? '' };
    const found = Object.fromEntries(SHARED.filter(existsSync).map((path) => [path, readdirSync(path)]));
    writeFileSync(claimPath(), JSON.stringify({ owner, found, sysctls: readSysctls() } satisfies Claim));
    return isLeft;
  });
}

/** As `sweep` for programs: removes a node whose process is gone, and tells whether there was one. */
export const sweepNode = (): Promise<boolean> => withLock(LOCK, async () => removeLeft());

function removeLeft(): boolean {
  if (!existsSync(FOLDER)) return false;
  const claim = readClaim();
  if (claim && birthOf(claim.owner.pid) === claim.owner.birth) return false;
  removeNode(claim);
  return true;
}

/** Removes all there is of the node when it is ours; another's, and none at all, are left alone. */
export function releaseNode(): void {
  const claim = readClaim();
  if (claim?.owner.pid === process.pid && claim.owner.birth === birthOf(process.pid)) removeNode(claim);
}

/** Undefined when a crash left it half-written: before anything else was made. */
function readClaim(): Claim | undefined {
  try {
    return JSON.parse(readFileSync(claimPath(), 'utf8')) as Claim; // written by `claimNode`
  } catch {
    return undefined;
  }
}
