// Which log files there are: `/var/log/pods/<namespace>_<pod>_<uid>/<container>/<restart>.log` with its rotations, and what
// `/var/log/containers` links to elsewhere (Docker's own folder).

import { readdirSync, type Stats, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Host, Pods } from '../ports.ts';
import { resolveBelow } from './below-root.ts';

export interface FoundFile {
  readonly path: string;
  readonly inode: number;
  readonly size: number;
  readonly isGzip: boolean;
}

/** One container's run: its files, oldest first; the last one is being written. */
export interface FoundLog {
  readonly namespace: string;
  readonly pod: string;
  /** As the folder tells it: of a static pod its mirror's. */
  readonly uid: string;
  readonly container: string;
  readonly restart: number;
  readonly files: readonly FoundFile[];
}

export interface LogFolders {
  /** Every log there is now. `trouble` is told what cannot be looked at, and why. */
  list(trouble: (path: string, cause: unknown) => void): FoundLog[];
}

type Trouble = (path: string, cause: unknown) => void;
const UID = /^(?<namespace>[^_]+)_(?<pod>[^_]+)_(?<uid>[^_]+)$/;
const LINK = /^(?<pod>[^_]+)_(?<namespace>[^_]+)_(?<container>.+)-(?<id>[0-9a-f]{64})\.log$/;
const RUN = /^(?<restart>\d+)\.log(?<rotation>[.-].+)?$/;

export function logFolders(host: Host, pods: Pods): LogFolders {
  const targets = new Map<string, string>();

  /** A link's end does not move while it is there. */
  const resolved = (path: string): string => {
    const known = targets.get(path);
    if (known !== undefined) return known;
    const target = resolveBelow(host.root, path);
    if (targets.size > 10_000) targets.clear();
    targets.set(path, target);
    return target;
  };

  const ofContainer = (folder: string, about: Omit<FoundLog, 'files' | 'restart'>, trouble: Trouble): FoundLog[] => {
    const runs = new Map<number, Named[]>();
    for (const entry of entriesOf(folder, trouble)) {
      const match = RUN.exec(entry.name)?.groups;
      if (match === undefined || entry.name.endsWith('.tmp')) continue;
      const path = `${folder}/${entry.name}`;
      const restart = Number(match.restart);
      const named = entry.isSymbolicLink()
        ? rotationsOf(resolved, path, trouble)
        : [{ path, rotation: match.rotation }];
      runs.set(restart, [...(runs.get(restart) ?? []), ...named]);
    }
    return [...runs].map(([restart, named]) => ({ ...about, restart, files: filesOf(named, trouble) }));
  };

  const inPods = (folder: string, trouble: Trouble): FoundLog[] =>
    entriesOf(folder, trouble).flatMap((pod) => {
      const about = UID.exec(pod.name)?.groups;
      if (about === undefined) return [];
      const { namespace = '', pod: name = '', uid = '' } = about;
      return entriesOf(`${folder}/${pod.name}`, trouble).flatMap((container) =>
        ofContainer(
          `${folder}/${pod.name}/${container.name}`,
          { namespace, pod: name, uid, container: container.name },
          trouble,
        ),
      );
    });

  const inContainers = (folder: string, podsFolder: string | undefined, trouble: Trouble): FoundLog[] =>
    entriesOf(folder, trouble).flatMap((entry) => {
      const about = LINK.exec(entry.name)?.groups;
      if (about === undefined) return [];
      const { namespace = '', pod = '', container = '', id = '' } = about;
      const first = linkTarget(resolved, `${folder}/${entry.name}`, trouble);
      const isPods = podsFolder !== undefined && first?.startsWith(`${podsFolder}/`);
      if (first === undefined || isPods || isKnown.has(first)) return [];
      const known =
        pods.byContainer(id) ?? pods.all().find((each) => each.namespace === namespace && each.name === pod);
      const restart = known?.containers.find((each) => each.id === id)?.restart ?? 0;
      const files = filesOf(rotationsOf(resolved, first, trouble), trouble);
      return [{ namespace, pod, uid: known?.uid ?? '', container, restart, files }];
    });

  const isKnown = new Set<string>();

  return {
    list(trouble) {
      isKnown.clear();
      const podsFolder = folderAt(resolved, `${host.log}/pods`);
      const found = podsFolder === undefined ? [] : inPods(podsFolder, trouble);
      for (const { files } of found) for (const { path } of files) isKnown.add(path);
      const containers = folderAt(resolved, `${host.log}/containers`);
      return containers === undefined ? found : [...found, ...inContainers(containers, podsFolder, trouble)];
    },
  };
}

interface Named {
  readonly path: string;
  readonly rotation?: string | undefined;
}
type Resolve = (path: string) => string;

function folderAt(resolved: Resolve, path: string): string | undefined {
  try {
    return resolved(path);
  } catch {
    return undefined;
  }
}

/** Where a link leads; one that leads nowhere (its container was just removed) is passed over. */
function linkTarget(resolved: Resolve, path: string, trouble: Trouble): string | undefined {
  try {
    return resolved(path);
  } catch (cause) {
    if (!isGone(cause)) trouble(path, cause);
    return undefined;
  }
}

/** Docker's file behind a link, and its rotations `….log.1`, `….log.2.gz`. */
function rotationsOf(resolved: Resolve, path: string, trouble: Trouble): Named[] {
  const target = linkTarget(resolved, path, trouble);
  if (target === undefined) return [];
  const name = basename(target);
  return entriesOf(dirname(target), trouble)
    .filter((entry) => entry.name.startsWith(name) && !entry.name.endsWith('.tmp'))
    .map((entry) => ({
      path: `${dirname(target)}/${entry.name}`,
      rotation: entry.name.slice(name.length) || undefined,
    }));
}

function filesOf(named: readonly Named[], trouble: Trouble): FoundFile[] {
  return [...named].sort(byAge).flatMap(({ path }) => {
    const stats = statOf(path, trouble);
    if (stats === undefined || !stats.isFile()) return [];
    return [{ path, inode: stats.ino, size: stats.size, isGzip: path.endsWith('.gz') }];
  });
}

/** `.20261121-030000` before later ones, `.2` before `.1`, what is being written last. */
function byAge(a: Named, b: Named): number {
  if (a.rotation === undefined || b.rotation === undefined)
    return Number(a.rotation === undefined) - Number(b.rotation === undefined);
  const [left, right] = [numberOf(a.rotation), numberOf(b.rotation)];
  if (left !== undefined && right !== undefined) return right - left;
  return a.rotation < b.rotation ? -1 : Number(a.rotation > b.rotation);
}

function numberOf(rotation: string): number | undefined {
  const number = /^[.-](\d{1,4})(\.gz)?$/.exec(rotation)?.[1];
  return number === undefined ? undefined : Number(number);
}

function statOf(path: string, trouble: Trouble): Stats | undefined {
  try {
    return statSync(path);
  } catch (cause) {
    if (!isGone(cause)) trouble(path, cause);
    return undefined;
  }
}

function entriesOf(folder: string, trouble: Trouble) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (!isGone(cause)) trouble(folder, cause);
    return [];
  }
}

const isGone = (cause: unknown): boolean => {
  const code = (cause as NodeJS.ErrnoException).code; // what fs throws
  return code === 'ENOENT' || code === 'ENOTDIR';
};
