// Images that nothing runs any more. What once ran them is told by the ReplicaSets and Jobs that are kept for going back, and when by their last pod.

import type { ClusterRecord, ObjectName, Store } from '@mosaic/store';
import type { SearchHit, Slim, Span } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import type { Moment } from '../asking/moments.ts';

interface Wanted {
  readonly store: { readonly objects: Pick<Store['objects'], 'names'> };
  readonly cluster: ClusterRecord;
  readonly moment: Pick<Moment, 'objects'>;
  /** Part of an image's name, in lower case. */
  readonly part: string;
  readonly span: Span;
}

/** Each costs a question about its pods. */
const MOST_OWNERS = 20;
const MOST_PODS = 200;

/** One hit per image, at the instant its last pod could still be seen. */
export async function pastImages(wanted: Wanted): Promise<readonly SearchHit[]> {
  const owners = ownersOf(wanted).slice(0, MOST_OWNERS);
  const ran = await Promise.all(owners.map(async (owner) => ({ owner, pods: await podsOf(owner, wanted) })));
  const newest = new Map<string, SearchHit>();
  for (const { owner, pods } of ran) {
    const [last] = pods.toSorted((a, b) => endOf(b) - endOf(a));
    if (last === undefined) continue;
    for (const image of owner.images) {
      const at = lastSeen(last);
      if (!image.toLowerCase().includes(wanted.part) || (newest.get(image)?.at ?? '') > at) continue;
      newest.set(image, hitOf(wanted.cluster, image, last, at));
    }
  }
  return [...newest.values()];
}

/** Of images that no pod of the moment runs, the newest owners first. */
function ownersOf({ moment, part }: Wanted): Slim[] {
  const found: Slim[] = [];
  const running = new Set<string>();
  for (const slim of moment.objects.values()) {
    if (slim.kind === 'Pod') for (const image of slim.images) running.add(image);
    else if (KEPT.has(slim.kind) && slim.images.some((image) => image.toLowerCase().includes(part))) found.push(slim);
  }
  return found
    .filter(({ images }) => images.some((image) => image.toLowerCase().includes(part) && !running.has(image)))
    .sort((a, b) => b.createdAt - a.createdAt);
}

const KEPT: ReadonlySet<string> = new Set(['ReplicaSet', 'Job']);

async function podsOf(owner: Slim, { store, cluster, span }: Wanted): Promise<readonly ObjectName[]> {
  const query = { like: `${owner.name}-`.toLowerCase(), kind: 'Pod', namespace: owner.namespace, ...span };
  const { items } = await store.objects.names(cluster.id, query, { limit: MOST_PODS });
  return items.filter((name) => name.owner === owner.uid);
}

const endOf = ({ firstAt, goneAt }: Pick<ObjectName, 'firstAt' | 'goneAt'>): number => goneAt ?? firstAt;

/** An instant at which it could still be seen: just before it went. */
export const lastSeen = (name: Pick<ObjectName, 'firstAt' | 'goneAt'>): string =>
  rfc3339(Math.max(name.firstAt, endOf(name) - 1));

const hitOf = ({ id, name }: ClusterRecord, image: string, last: ObjectName, at: string): SearchHit => ({
  ...{ type: 'image', id: image, title: image, cluster: id, living: false, at },
  subtitle: `image of no pod now · last ${last.namespace}/${last.name} · ${name}`,
});
