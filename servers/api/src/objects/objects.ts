// Objects at a moment, and one object through time.

import { recordsAt, textAt } from '@mosaic/kat';
import type { ClusterRecord, KeptRevision } from '@mosaic/store';
import {
  type BlameAnswer,
  blameSchema,
  type Change,
  DAY_MS,
  type ListAnswer,
  listOf,
  nodeId,
  type ObjectAt,
  type ObjectDiffAnswer,
  type ObjectSummary,
  objectAtSchema,
  objectDiffSchema,
  objectSummarySchema,
  type RevisionAnswer,
  revisionSchema,
  type Slim,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { readCursor, writeCursor } from '../asking/cursor.ts';
import { rfc3339 } from '../asking/instants.ts';
import { mergePages } from '../asking/merged-pages.ts';
import { Refused } from '../asking/problem.ts';
import { checkSpan, instantOr, type RawQuery, readQuery, shared, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { blameOf } from './blame.ts';
import { fieldDiff } from './field-diff.ts';
import { manifestAt, withoutManagers } from './manifest-at.ts';
import { fieldTest, labelTest } from './selectors.ts';
import { summaryOf } from './summary.ts';

const RETENTION_DAYS = 14;
const listShape = {
  at: shared.at,
  cluster: shared.cluster,
  kind: words('`Deployment`, or `deployments`'),
  namespace: shared.namespace,
  name: words('The exact name'),
  labelSelector: words('`app=cart,tier!=db,env in (dev, test),!legacy`'),
  fieldSelector: words(
    '`metadata.name=cart`; also metadata.namespace, metadata.uid, status.phase, status.podIP, spec.nodeName',
  ),
  limit: shared.limit,
  cursor: shared.cursor,
};
const atShape = { at: shared.at };
const historyShape = {
  from: instantOr('Beginning of the span; default two weeks before now', (now) => now - RETENTION_DAYS * DAY_MS),
  to: shared.to,
  limit: shared.limit,
  cursor: shared.cursor,
};
const diffShape = { from: { ...shared.from, required: true }, to: shared.to };

const ONE = '/objects/{cluster}/{uid}';
export const objectEndpoints: readonly Endpoint[] = [
  {
    path: '/objects',
    about: 'Objects that were there at a moment, deleted ones included',
    query: listShape,
    answer: listOf(objectSummarySchema),
  },
  { path: ONE, about: 'One object with its manifest at a moment', query: atShape, answer: objectAtSchema },
  { path: `${ONE}/history`, about: 'Its revisions, newest first', query: historyShape, answer: listOf(revisionSchema) },
  {
    path: `${ONE}/diff`,
    about: 'What differs between two moments, by field',
    query: diffShape,
    answer: objectDiffSchema,
  },
  {
    path: `${ONE}/blame`,
    about: 'Who set the value each field has, when and by which manager',
    query: atShape,
    answer: blameSchema,
  },
];

export interface ObjectPath {
  readonly cluster: string;
  readonly uid: string;
}

export interface Objects {
  list(query: RawQuery): Promise<ListAnswer<ObjectSummary>>;
  one(path: ObjectPath, query: RawQuery): Promise<ObjectAt>;
  history(path: ObjectPath, query: RawQuery): Promise<ListAnswer<RevisionAnswer>>;
  diff(path: ObjectPath, query: RawQuery): Promise<ObjectDiffAnswer>;
  blame(path: ObjectPath, query: RawQuery): Promise<BlameAnswer>;
}

export function objects(asking: Asking): Objects {
  const { clusters, coverage, store, now } = asking;
  const manifest = (cluster: ClusterRecord, uid: string, at: number) =>
    manifestAt(store, cluster, uid, { at, now: now() });
  return {
    list: (query) => listObjects(asking, query),
    one: (path, query) => oneObject(asking, path, query),
    history: (path, query) => historyOf(asking, path, query),
    async diff(path, query) {
      const span = readQuery(diffShape, query, now());
      checkSpan(span);
      const cluster = await clusters.one(path.cluster);
      const [before, after] = await Promise.all([
        manifest(cluster, path.uid, span.from).catch(absent),
        manifest(cluster, path.uid, span.to).catch(absent),
      ]);
      if (before === undefined && after === undefined) await manifest(cluster, path.uid, span.to); // says which of the 404s it is
      const items = fieldDiff(before?.manifest ?? {}, after?.manifest ?? {});
      return {
        from: rfc3339(span.from),
        to: rfc3339(span.to),
        items,
        coverage: await coverage.answer([cluster], span, ['objects']),
      };
    },
    async blame(path, query) {
      const { at } = readQuery(atShape, query, now());
      const cluster = await clusters.one(path.cluster);
      const found = await manifest(cluster, path.uid, at);
      return {
        at: rfc3339(at),
        items: await blameOf(store, cluster.id, found),
        coverage: await coverage.answer([cluster], { from: at, to: at }, ['objects']),
      };
    },
  };
}

/** Not there at one end of the span is a difference, not an error. */
function absent(error: unknown): undefined {
  if (error instanceof Refused && error.status === 404) return undefined;
  throw error;
}

const kindTest = (kind: string | undefined) => {
  const wanted = kind?.toLowerCase();
  return ({ kind: own }: Slim): boolean => {
    if (wanted === undefined || own === kind) return true;
    const lower = own.toLowerCase();
    return (
      lower === wanted || `${lower}s` === wanted || `${lower}es` === wanted || `${lower.slice(0, -1)}ies` === wanted
    );
  };
};

const orderOf = (cluster: number, { kind, namespace, name, uid }: Slim): string =>
  [String(cluster).padStart(9, '0'), kind, namespace, name, uid].join('\u0001');

const isText = (value: unknown): value is string => typeof value === 'string';

async function listObjects({ clusters, moments, now }: Asking, query: RawQuery): Promise<ListAnswer<ObjectSummary>> {
  const { at, cluster, kind, namespace, name, labelSelector, fieldSelector, limit, cursor } = readQuery(
    listShape,
    query,
    now(),
  );
  const tests = [kindTest(kind), labelTest(labelSelector), fieldTest(fieldSelector)];
  const after = readCursor(cursor, isText) ?? '';
  const asked = await clusters.among(cluster);
  const read = await moments.all(asked, at);
  const matching = read.flatMap((moment) =>
    [...moment.objects.values()]
      .filter(
        (slim) =>
          (namespace === undefined || slim.namespace === namespace) && (name === undefined || slim.name === name),
      )
      .filter((slim) => tests.every((test) => test(slim)))
      .map((slim) => ({ moment, slim, order: orderOf(moment.id, slim) }))
      .filter(({ order }) => order > after),
  );
  const page = matching.sort((a, b) => (a.order < b.order ? -1 : 1)).slice(0, limit);
  const last = page.at(-1);
  const next = last !== undefined && page.length < matching.length ? writeCursor(last.order) : undefined;
  return {
    items: page.map(({ moment, slim }) => ({
      ...summaryOf(moment, slim),
      ...(moment.reconstructed && { reconstructed: true }),
    })),
    ...(next !== undefined && { next }),
    coverage: await moments.coverage(asked, read, at),
  };
}

async function oneObject(
  { clusters, moments, store, now }: Asking,
  path: ObjectPath,
  query: RawQuery,
): Promise<ObjectAt> {
  const { at } = readQuery(atShape, query, now());
  const cluster = await clusters.one(path.cluster);
  const [found, moment] = await Promise.all([
    manifestAt(store, cluster, path.uid, { at, now: now() }),
    moments.of(cluster, at),
  ]);
  const { revision, manifest, reconstructed } = found;
  const slim = moment.objects.get(path.uid) ?? slimOf(revision, manifest);
  const goneAt = await goneAtOf(store, cluster.id, revision, { from: at, to: now() });
  return {
    ...summaryOf(cluster, slim),
    at: rfc3339(at),
    manifest: withoutManagers(manifest),
    revision: { at: rfc3339(revision.at), resourceVersion: String(revision.rv) },
    owners: recordsAt(manifest, 'metadata', 'ownerReferences').map((owner) =>
      ownerOf(cluster.id, slim.namespace, owner),
    ),
    ...(goneAt !== undefined && { deletedAt: rfc3339(goneAt) }),
    ...((reconstructed || moment.reconstructed) && { reconstructed: true }),
    coverage: await moments.coverage([cluster], [moment], at),
  };
}

function ownerOf(cluster: number, namespace: string, owner: Readonly<Record<string, unknown>>) {
  const [kind, name, uid] = [textAt(owner, 'kind') ?? '', textAt(owner, 'name') ?? '', textAt(owner, 'uid') ?? ''];
  return { kind, name, uid, id: nodeId(cluster, kind, kind === 'Node' ? '' : namespace, name) };
}

/** For a revision whose slim projection is not filed yet. */
function slimOf(
  { uid, kind, apiVersion, namespace, name, owner, createdAt, rv }: KeptRevision,
  manifest: unknown,
): Slim {
  const labels = (manifest as { metadata?: { labels?: Record<string, string> } }).metadata?.labels ?? {}; // an object's labels are texts
  const blank = {
    links: [],
    images: [],
    hostNetwork: false,
    addresses: [],
    health: 'unknown' as const,
    reasons: [],
    containers: [],
  };
  return {
    uid,
    kind,
    apiVersion,
    namespace,
    name,
    labels,
    createdAt,
    rv,
    ...blank,
    ...(owner !== undefined && { owner }),
  };
}

async function goneAtOf(
  { objects: kept }: Asking['store'],
  cluster: number,
  { uid, kind, namespace, name }: KeptRevision,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<number | undefined> {
  const { items } = await kept.names(cluster, { kind, namespace, name, from, to: Math.max(from, to) }, { limit: 1000 });
  return items.find((one) => one.uid === uid)?.goneAt;
}

async function historyOf(
  { clusters, coverage, store, now }: Asking,
  path: ObjectPath,
  query: RawQuery,
): Promise<ListAnswer<RevisionAnswer>> {
  const { from, to, limit, cursor } = readQuery(historyShape, query, now());
  checkSpan({ from, to });
  const cluster = await clusters.one(path.cluster);
  const page = await mergePages({
    clusters: [cluster.id],
    to,
    limit,
    cursor,
    read: (id, end, asked) => store.objects.history(id, path.uid, { from, to: end }, asked),
    at: ({ at }: KeptRevision) => at,
  });
  if (page.items.length === 0 && cursor === undefined)
    await manifestAt(store, cluster, path.uid, { at: to, now: now() }).catch(onlyUnknown);
  const told = await changesOf(store, cluster.id, path.uid, { from, to });
  return {
    items: page.items.map(({ item }) => revisionAnswer(item, told.get(item.rv))),
    ...(page.next !== undefined && { next: page.next }),
    coverage: await coverage.answer([cluster], { from, to }, ['objects']),
  };
}

/** A span without revisions is an empty list; an object nobody knows is a 404. */
function onlyUnknown(error: unknown): void {
  if (!(error instanceof Refused) || error.message.startsWith('no object')) throw error;
}

async function changesOf(
  store: Asking['store'],
  cluster: number,
  uid: string,
  span: { from: number; to: number },
): Promise<Map<number, Change>> {
  const { items } = await store.changes.list(cluster, { ...span, uid }, { limit: 1000 });
  return new Map(items.map((change) => [change.rv, change]));
}

function revisionAnswer(
  { at, rv, op, actor, diff, reconstructed }: KeptRevision,
  change: Change | undefined,
): RevisionAnswer {
  return {
    at: rfc3339(at),
    resourceVersion: String(rv),
    op,
    ...(actor !== undefined && { actor }),
    summary: change?.summary ?? plainSummary(op, diff),
    severity: change?.severity ?? 0,
    diff: [...diff],
    ...(reconstructed !== undefined && { reconstructed }),
  };
}

function plainSummary(op: KeptRevision['op'], diff: KeptRevision['diff']): string {
  if (op === 'add') return 'created';
  if (op === 'delete') return 'deleted';
  const [first, ...others] = diff;
  if (first === undefined) return 'changed';
  return others.length === 0 ? `${first.path} changed` : `${first.path} and ${others.length} more changed`;
}
