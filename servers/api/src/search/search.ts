// Find anything, living or gone: clusters, namespaces, workloads, pods, images, addresses.

import type { ClusterRecord, ObjectName } from '@mosaic/store';
import { clusterNodeId, namespaceId, WORKLOAD_KINDS } from '@mosaic/topology';
import { DAY_MS, nodeId, type SearchAnswer, type SearchHit, type Slim, searchSchema } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import type { Moment } from '../asking/moments.ts';
import { needed, type RawQuery, readQuery, shared, whole } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { lastSeen, pastImages } from './past-images.ts';

const shape = {
  q: needed('Part of a name, an image or an address'),
  cluster: shared.cluster,
  limit: whole('At most so many', 1, 200, 30),
};
const SEARCHED_DAYS = 14;
const MOST_NAMES = 300;

export const searchEndpoints: readonly Endpoint[] = [
  { path: '/search', about: 'Things living and gone by name, image or address', query: shape, answer: searchSchema },
];

export interface Search {
  find(query: RawQuery): Promise<SearchAnswer>;
}

type Ranked = SearchHit & { readonly rank: number };

export function search({ clusters, coverage, moments, store, now }: Asking): Search {
  return {
    async find(query) {
      const { q, cluster, limit } = readQuery(shape, query, now());
      const asked = await clusters.among(cluster);
      const part = q.trim().toLowerCase();
      const found = await Promise.all(asked.map((one) => inCluster(one, part)));
      const at = now();
      return {
        items: best(found.flat(), limit),
        coverage: await coverage.answer(asked, { from: at, to: at }, ['objects']),
      };
    },
  };

  async function inCluster(cluster: ClusterRecord, part: string): Promise<Ranked[]> {
    const span = { from: Math.max(0, now() - SEARCHED_DAYS * DAY_MS), to: now() };
    const [moment, names, holders] = await Promise.all([
      moments.of(cluster, now()),
      store.objects.names(cluster.id, { like: part, ...span }, { limit: MOST_NAMES }),
      isAddress(part) ? store.leases.of(cluster.id, part, span) : [],
    ]);
    const living = livingHits(moment, part);
    const gone = names.items.filter(
      ({ uid, kind, goneAt }) => !moment.objects.has(uid) && goneAt !== undefined && !HIDDEN.has(kind),
    );
    const images = await pastImages({ store, cluster, moment, part, span });
    const lessees = holders
      .filter(({ uid }) => !moment.objects.has(uid))
      .map(({ uid, to, from }) => leaseHit(cluster, uid, part, to ?? from, names.items));
    return [
      ...clusterHits(cluster, part),
      ...living,
      ...gone.map((name) => goneHit(cluster, name, part)),
      ...lessees,
      ...images.map((hit) => ({ ...hit, rank: (rankOf(hit.title, part) ?? 2) + 0.5 })),
    ];
  }
}

const isAddress = (part: string): boolean => /^[0-9a-f:.]+$/.test(part) && /[.:]/.test(part);

/** 0 is best: the very name, then its beginning, then a part of it. */
function rankOf(text: string, part: string): number | undefined {
  const lower = text.toLowerCase();
  if (lower === part) return 0;
  if (lower.startsWith(part)) return 1;
  return lower.includes(part) ? 2 : undefined;
}

function clusterHits({ id, name, kind }: ClusterRecord, part: string): Ranked[] {
  const rank = rankOf(name, part);
  if (rank === undefined) return [];
  return [
    { type: 'cluster', id: clusterNodeId({ id, name }), title: name, subtitle: kind, cluster: id, living: true, rank },
  ];
}

const TYPE_RANK: Readonly<Record<SearchHit['type'], number>> = {
  cluster: 0,
  namespace: 1,
  workload: 2,
  node: 3,
  pod: 5,
  object: 4,
  image: 6,
  ip: 3,
};

function typeOf(kind: string, owner: string | undefined): SearchHit['type'] {
  if (kind === 'Pod') return 'pod';
  if (kind === 'Namespace') return 'namespace';
  if (kind === 'Node') return 'node';
  return WORKLOAD_KINDS.has(kind) && owner === undefined ? 'workload' : 'object';
}

/** Never searched for by name: machinery of every workload. */
const HIDDEN: ReadonlySet<string> = new Set(['EndpointSlice', 'Endpoints', 'ControllerRevision', 'Lease', 'Event']);

function livingHits(moment: Moment, part: string): Ranked[] {
  const hits: Ranked[] = [];
  const images = new Map<string, number>();
  for (const slim of moment.objects.values()) {
    if (HIDDEN.has(slim.kind)) continue;
    const rank = rankOf(slim.name, part);
    if (rank !== undefined) hits.push(livingHit(moment, slim, typeOf(slim.kind, slim.owner), slim.name, rank));
    const address = [slim.ip, ...slim.addresses].find(
      (one) => one !== undefined && (one === part || (isAddress(part) && one.startsWith(part))),
    );
    if (address !== undefined) hits.push(livingHit(moment, slim, 'ip', address, address === part ? 0 : 1));
    if (slim.kind === 'Pod')
      for (const image of slim.images)
        if (image.toLowerCase().includes(part)) images.set(image, (images.get(image) ?? 0) + 1);
  }
  for (const [image, pods] of images)
    hits.push({
      type: 'image',
      id: image,
      title: image,
      subtitle: `image of ${pods} pods · ${moment.name}`,
      cluster: moment.id,
      living: true,
      rank: rankOf(image, part) ?? 2,
    });
  return hits;
}

function livingHit(moment: Moment, slim: Slim, type: SearchHit['type'], title: string, rank: number): Ranked {
  const { kind, namespace, name, uid } = slim;
  const place = [namespace, moment.name].filter(Boolean).join(' · ');
  return {
    type,
    id: kind === 'Namespace' ? namespaceId(moment.id, name) : nodeId(moment.id, kind, namespace, name),
    title,
    subtitle: type === 'ip' ? `${kind} ${name} · ${place}` : `${kind} · ${place}`,
    cluster: moment.id,
    uid,
    kind,
    living: true,
    rank,
  };
}

function goneHit(cluster: ClusterRecord, name: ObjectName, part: string): Ranked {
  const { kind, namespace, uid } = name;
  const place = [namespace, cluster.name].filter(Boolean).join(' · ');
  return {
    type: typeOf(kind, name.owner),
    id: nodeId(cluster.id, kind, namespace, name.name),
    title: name.name,
    subtitle: `${kind} · ${place} · gone ${rfc3339(name.goneAt ?? name.firstAt)}`,
    cluster: cluster.id,
    uid,
    kind,
    living: false,
    at: lastSeen(name),
    rank: (rankOf(name.name, part) ?? 2) + 0.5,
  };
}

function leaseHit(cluster: ClusterRecord, uid: string, ip: string, at: number, names: readonly ObjectName[]): Ranked {
  const name = names.find((one) => one.uid === uid);
  const id =
    name === undefined ? nodeId(cluster.id, 'Pod', '', uid) : nodeId(cluster.id, name.kind, name.namespace, name.name);
  return {
    type: 'ip',
    id,
    title: ip,
    subtitle: `held by ${name?.name ?? uid} · ${cluster.name}`,
    cluster: cluster.id,
    uid,
    kind: 'Pod',
    living: false,
    at: rfc3339(at),
    rank: 0.5,
  };
}

/** Ranked by nearness, then by what people look for most, then by name; one hit per thing. */
function best(hits: readonly Ranked[], limit: number): SearchHit[] {
  const seen = new Set<string>();
  return hits
    .toSorted(
      (a, b) =>
        a.rank - b.rank ||
        TYPE_RANK[a.type] - TYPE_RANK[b.type] ||
        (a.title < b.title ? -1 : a.title > b.title ? 1 : 0),
    )
    .filter(({ type, id, living, uid }) => {
      const key = JSON.stringify([type, id, living ? '' : uid]);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, limit)
    .map(({ rank: _, ...hit }) => hit);
}
