// What objects prove of the time before they were watched: when they were created, who wrote which fields when, and, by its ReplicaSets,
// what a Deployment was. Every such row is marked, and nothing is guessed.

import { instantOf, isRecord, type Json, type Manifest, recordAt, textAt, valueAt } from '@mosaic/kat';
import { type Compression, DAY_MS, type FieldDiff, MOST_DIFFS, type Revision } from '@mosaic/wire';
import { diffOf } from '../object/diff.ts';

export interface Reconstruction {
  /** A cleaned object as first seen. */
  note(cleaned: Manifest): void;
  /** All rows, oldest first; after it the reconstruction is empty. */
  rows(): Revision[];
}

/** Older facts would be swept by retention on arrival. */
const REACH_MS = 14 * DAY_MS;
const DEFLATE = 2;
const NO_BODY = { enc: 3, body: new Uint8Array(0), inflated: 0 } as const;
const SAME_WRITE_MS = 1_500; // managedFields know seconds

export function reconstruction(now: number, compression: Compression): Reconstruction {
  let rows: Revision[] = [];
  const deployments = new Map<string, Manifest>();
  const replicaSets = new Map<string, Manifest[]>();

  return {
    note(object) {
      const owner = object.metadata.ownerReferences?.find(({ controller }) => controller === true);
      if (object.kind === 'Deployment' && object.apiVersion.startsWith('apps/'))
        deployments.set(object.metadata.uid, object);
      if (object.kind === 'ReplicaSet' && owner?.kind === 'Deployment') {
        const sets = replicaSets.get(owner.uid) ?? [];
        sets.push(object);
        replicaSets.set(owner.uid, sets);
      }
      rows.push(...created(object), ...writes(object));
    },
    rows() {
      for (const [uid, deployment] of deployments) {
        rows.push(...rollOuts(deployment, replicaSets.get(uid) ?? [], compression));
      }
      const found = rows
        .filter(({ at }) => at >= now - REACH_MS && at < now)
        .sort((a, b) => a.at - b.at || a.rv - b.rv);
      rows = [];
      deployments.clear();
      replicaSets.clear();
      return found;
    },
  };
}

type Head = Omit<Revision, 'at' | 'rv' | 'op' | 'enc' | 'body' | 'inflated' | 'diff'>;

function headOf({ apiVersion, kind, metadata }: Manifest): Head {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
  return {
    uid: metadata.uid,
    kind,
    apiVersion,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    createdAt: instantOf(metadata.creationTimestamp) ?? 0,
    ...(owner !== undefined && { owner }),
  };
}

/** resourceVersions of reconstructed rows: below every real one, and each its own within an object. */
const CREATED_RV = 0;
const ROLL_OUT_RV = 1;
const WRITE_RV = 1_000;

function created(object: Manifest): Revision[] {
  const head = headOf(object);
  if (head.createdAt === 0) return [];
  return [
    {
      ...head,
      at: head.createdAt,
      rv: CREATED_RV,
      op: 'add',
      ...NO_BODY,
      diff: [],
      reconstructed: 'creationTimestamp',
    },
  ];
}

/** One row per manager and time after the creation. */
function writes(object: Manifest): Revision[] {
  const head = headOf(object);
  const entries = (object.metadata.managedFields ?? []).filter(isRecord);
  return entries.flatMap((entry, i) => {
    const at = instantOf(entry.time);
    const manager = textAt(entry, 'manager');
    if (at === undefined || manager === undefined || at <= head.createdAt + SAME_WRITE_MS) return [];
    const diff = fieldsOf(recordAt(entry, 'fieldsV1')).map((path): FieldDiff => ({ path, op: 'replace' }));
    return [
      {
        ...head,
        at,
        rv: WRITE_RV + i,
        op: 'modify' as const,
        ...NO_BODY,
        diff,
        actor: manager,
        reconstructed: 'managedFields',
      },
    ];
  });
}

/** Paths that a manager owns: `f:spec.f:template` → `spec.template`; only as deep as there is one way. */
export function fieldsOf(fields: Json, path = '', found: string[] = []): string[] {
  for (const [key, below] of Object.entries(fields)) {
    if (found.length >= MOST_DIFFS) break;
    if (key === '.') continue;
    const here = path + stepOf(key, path === '');
    const children = isRecord(below) ? Object.keys(below).filter((child) => child !== '.') : [];
    if (children.length === 0) found.push(here);
    else fieldsOf(below as Json, here, found); // a record: it has children
  }
  return found;
}

function stepOf(key: string, isFirst: boolean): string {
  const name = key.slice(2);
  if (key.startsWith('f:')) return /[.[\]]/.test(name) ? `[${name}]` : `${isFirst ? '' : '.'}${name}`;
  const value = key.startsWith('k:') ? /:("?)([^",}]+)\1/.exec(name.slice(1))?.[2] : undefined;
  return `[${value ?? name}]`;
}

/** A ReplicaSet is born with a Deployment's template: so that is what the Deployment was then. */
function rollOuts(deployment: Manifest, sets: readonly Manifest[], compression: Compression): Revision[] {
  const born = ({ metadata }: Manifest): number => instantOf(metadata.creationTimestamp) ?? 0;
  const inOrder = sets.filter((set) => born(set) > 0).sort((a, b) => born(a) - born(b));
  let before: Manifest | undefined;
  return inOrder.map((set, i) => {
    const object = withTemplateOf(deployment, set);
    const diff = before === undefined ? [] : diffOf(before, object);
    before = object;
    const json = Buffer.from(JSON.stringify(object));
    const body = new Uint8Array(compression.compress(DEFLATE, json));
    const about = { at: born(set), rv: ROLL_OUT_RV + i, op: 'modify', enc: 1, inflated: json.length } as const;
    return { ...headOf(deployment), ...about, body, diff, reconstructed: 'ReplicaSet template' };
  });
}

/** Status and managers are of now, so they are left out. */
function withTemplateOf(deployment: Manifest, set: Manifest): Manifest {
  const template = recordAt(set, 'spec', 'template');
  const metadata = recordAt(template, 'metadata');
  const { 'pod-template-hash': _, ...labels } = recordAt(metadata, 'labels');
  const revision = valueAt(set, 'metadata', 'annotations', REVISION);
  const { managedFields: __, annotations, ...about } = deployment.metadata;
  return {
    apiVersion: deployment.apiVersion,
    kind: deployment.kind,
    metadata: {
      ...about,
      annotations: { ...annotations, ...(typeof revision === 'string' && { [REVISION]: revision }) },
    },
    spec: { ...recordAt(deployment, 'spec'), template: { ...template, metadata: { ...metadata, labels } } },
  };
}
const REVISION = 'deployment.kubernetes.io/revision';
