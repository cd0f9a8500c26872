// Who belongs to whom in one cluster: which workload an object is part of, and which objects are known already.

import { topmostOwner, WORKLOAD_KINDS } from '@mosaic/topology';
import type { Revision, Slim } from '@mosaic/wire';

type Kin = Pick<Slim, 'kind' | 'namespace' | 'name' | 'owner'>;

export interface Kinship {
  /** Everything alive when this memory begins. */
  load(objects: ReadonlyMap<string, Slim>): void;
  /** Owners only: a later state. */
  learn(objects: ReadonlyMap<string, Slim>): void;
  note(revisions: readonly Revision[]): void;
  /** `Deployment/checkout`; undefined for what is no workload and belongs to none, and while an owner on the way is not known. */
  workloadOf(revision: Revision): string | undefined;
  /** Whether a chain of owners ends in one that was never seen. */
  isUnclear(revision: Revision): boolean;
  knows(uid: string): boolean;
  remember(uid: string): void;
  forget(uid: string): void;
}

/** These own nothing: they need not be remembered as owners. */
const LEAVES: ReadonlySet<string> = new Set([
  'Pod',
  'EndpointSlice',
  'Endpoints',
  'ConfigMap',
  'Secret',
  'Lease',
  'ControllerRevision',
]);
/** Owners remembered of one cluster; the oldest go first, and are found again in the store. */
const MOST_OWNERS = 100_000;
const MOST_KNOWN = 500_000;

export function kinship(): Kinship {
  const owners = new Map<string, Kin>();
  const known = new Set<string>();
  const keep = (uid: string, { kind, namespace, name, owner }: Kin): void => {
    if (LEAVES.has(kind)) return;
    owners.delete(uid);
    owners.set(uid, { kind, namespace, name, ...(owner !== undefined && { owner }) });
    if (owners.size > MOST_OWNERS) dropOldest(owners);
  };
  const remember = (uid: string): void => {
    known.add(uid);
    if (known.size > MOST_KNOWN) dropOldest(known);
  };
  const isClear = ({ owner }: Kin): boolean => owner === undefined || owners.has(owner);
  return {
    load(objects) {
      for (const [uid, slim] of objects) {
        keep(uid, slim);
        remember(uid);
      }
    },
    learn(objects) {
      for (const [uid, slim] of objects) if (!owners.has(uid)) keep(uid, slim);
    },
    note(revisions) {
      for (const revision of revisions) keep(revision.uid, revision);
    },
    workloadOf(revision) {
      const top = topmostOwner<Kin>(owners, revision);
      if (!isClear(top)) return undefined;
      const isWorkload = revision.owner !== undefined || WORKLOAD_KINDS.has(top.kind);
      return isWorkload ? `${top.kind}/${top.name}` : undefined;
    },
    isUnclear: (revision) => !isClear(topmostOwner<Kin>(owners, revision)),
    knows: (uid) => known.has(uid),
    remember,
    forget: (uid) => void known.delete(uid),
  };
}

function dropOldest(kept: Map<string, unknown> | Set<string>): void {
  const [oldest] = kept.keys();
  if (oldest !== undefined) kept.delete(oldest);
}
