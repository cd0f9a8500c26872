// What ran: workloads, pods and images with their lives, read from the object history.

import { isRecord, recordsAt, textAt, valueAt } from '@mosaic/kat';
import { NotKept, type ObjectName, type Store } from '@mosaic/store';
import { WORKLOAD_KINDS } from '@mosaic/topology';
import { decodeUtf8, MINUTE_MS, type ReportRow, reportWord } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { mapped, paged, type ReportScope } from './scope.ts';

interface Life extends ObjectName {
  readonly clusterName: string;
}

const TOP_KINDS = [...WORKLOAD_KINDS].filter((kind) => kind !== 'Pod');

async function* livesOf(store: Store, scope: ReportScope, kinds: readonly string[]): AsyncGenerator<Life> {
  const { clusters, from, to, namespace } = scope;
  for (const { id, name: clusterName } of clusters)
    for (const kind of kinds) {
      const query = { kind, from, to, ...(namespace && { namespace }) };
      for await (const life of paged((page) => store.objects.names(id, query, page))) yield { ...life, clusterName };
    }
}

async function* topmost(lives: AsyncIterable<Life>): AsyncGenerator<Life> {
  for await (const life of lives) if (life.owner === undefined) yield life;
}

/** Those that nothing owns, with the images of their templates at both ends. */
export const workloadRows = (store: Store, scope: ReportScope): AsyncGenerator<ReportRow> =>
  mapped(topmost(livesOf(store, scope, TOP_KINDS)), async (life) => {
    const [before, after] = await Promise.all([
      manifestAt(store, life, Math.max(scope.from, life.firstAt), lastMoment(life, scope)),
      manifestAt(store, life, lastMoment(life, scope)),
    ]);
    const images = [imagesIn(before), imagesIn(after)].map((all) => all.join(', ')).filter((all) => all !== '');
    return lifeRow('workloads', life, [...new Set(images)].join(' → '));
  });

export interface ImageLife {
  pods: number;
  from: number;
  /** Undefined while a pod with it runs. */
  to: number | undefined;
}
export type ImageTally = Map<string, ImageLife>;

const MOST_IMAGES = 10_000;

/** Every pod with the images it ran, by digest where the node told; `tally` is filled meanwhile. */
export const podRows = (store: Store, scope: ReportScope, tally: ImageTally): AsyncGenerator<ReportRow> =>
  mapped(livesOf(store, scope, ['Pod']), async (life) => {
    const manifest = await manifestAt(store, life, lastMoment(life, scope));
    const images = runningIn(manifest);
    for (const image of images) count(tally, image, life);
    return { ...lifeRow('pods', life, images.join(', ')), by: reportWord(textAt(manifest, 'spec', 'nodeName') ?? '') };
  });

function count(tally: ImageTally, image: string, { firstAt, goneAt }: Life): void {
  const known = tally.get(image);
  if (known === undefined) {
    if (tally.size < MOST_IMAGES) tally.set(image, { pods: 1, from: firstAt, to: goneAt });
    return;
  }
  known.pods++;
  known.from = Math.min(known.from, firstAt);
  known.to = known.to === undefined || goneAt === undefined ? undefined : Math.max(known.to, goneAt);
}

export function* imageRows(tally: ImageTally): Generator<ReportRow> {
  for (const [name, { pods, from, to }] of [...tally].sort(([a], [b]) => (a < b ? -1 : 1)))
    yield {
      section: 'images',
      ...{ name, what: `${pods} ${pods === 1 ? 'pod' : 'pods'}`, at: rfc3339(from), until: until(to) },
    };
  if (tally.size >= MOST_IMAGES)
    yield { section: 'images', name: 'others', what: `only ${MOST_IMAGES} images are told` };
}

const until = (goneAt: number | undefined): string => (goneAt === undefined ? '' : rfc3339(goneAt));

const lifeRow = (section: 'workloads' | 'pods', life: Life, what: string): ReportRow => ({
  section,
  at: rfc3339(life.firstAt),
  until: until(life.goneAt),
  ...{ cluster: reportWord(life.clusterName), namespace: life.namespace, name: life.name },
  ...(section === 'workloads' && { kind: life.kind }),
  uid: life.uid,
  what,
});

/** The last of its life within the span: a delete has no manifest, the moment before has. */
const lastMoment = ({ goneAt }: Life, { to }: ReportScope): number =>
  goneAt === undefined || goneAt > to ? to : goneAt - 1;

/** Of a moment before what is kept: the first that is; undefined where that is after `last`. */
async function manifestAt(store: Store, life: Life, at: number, last = at): Promise<unknown> {
  try {
    return await keptAt(store, life, at);
  } catch (error) {
    if (!(error instanceof NotKept)) throw error;
    const first = error.keptFrom + MINUTE_MS; // what is kept moves on while we ask
    return first > last ? undefined : keptAt(store, life, first);
  }
}

async function keptAt({ objects }: Store, { cluster, uid }: Life, at: number): Promise<unknown> {
  const [kept] = await objects.bodies(cluster, [uid], at);
  return kept?.body === undefined ? undefined : JSON.parse(decodeUtf8(kept.body));
}

const SPECS = [['spec', 'template', 'spec'], ['spec', 'jobTemplate', 'spec', 'template', 'spec'], ['spec']] as const;

/** Of its pods, or its own. */
function imagesIn(manifest: unknown): readonly string[] {
  const spec = SPECS.map((path) => valueAt(manifest, ...path)).find((one) => isRecord(one) && 'containers' in one);
  const containers = [...recordsAt(spec, 'initContainers'), ...recordsAt(spec, 'containers')];
  const images = containers.map((one) => textAt(one, 'image')).filter((image) => image !== undefined);
  return [...new Set(images.map(reportWord))];
}

const DIGEST = /sha256:[0-9a-f]{64}$/;

/** `shop/checkout:1.9.0 sha256:…` where the node said which bytes the tag meant. */
function runningIn(manifest: unknown): readonly string[] {
  const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((name) =>
    recordsAt(manifest, 'status', name),
  );
  const digests = new Map(
    statuses.map((one) => [textAt(one, 'image') ?? '', DIGEST.exec(textAt(one, 'imageID') ?? '')?.[0]]),
  );
  return imagesIn(manifest).map((image) => {
    const digest = digests.get(image);
    return digest === undefined || image.endsWith(digest) ? image : `${image} ${digest}`;
  });
}
