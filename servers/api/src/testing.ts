// A small world for tests: two clusters in the memory store, written as agents and receivers write, and the API over it on a real port.

import { makeKey, nodeCompression, type SigningKey, silentLog } from '@mosaic/runtime';
import { memoryStore, type Store } from '@mosaic/store';
import { type Delivery, type SubscribeOptions, TOPICS, type Transport } from '@mosaic/transport';
import {
  type Change,
  type ClusterEvent,
  dynamicOf,
  encodeUtf8,
  type Link,
  type Revision,
  type Slim,
  type SlimDelta,
  sealChunk,
  staticOf,
  writeDeltas,
  writeSlims,
} from '@mosaic/wire';
import { type Api, createApi } from './create-api.ts';
import type { ApiParts } from './ports.ts';

/** 2026-03-10T12:20Z: twenty minutes into an hour. */
export const NOW = Date.UTC(2026, 2, 10, 12, 20);
export const MINUTE = 60_000;
export const at = (minutesAgo: number): number => NOW - minutesAgo * MINUTE;
export const iso = (instant: number): string => new Date(instant).toISOString();

let numbers = 0;
export const uidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

type Part = Partial<Slim> & Pick<Slim, 'kind' | 'name'>;
export const slim = (part: Part): Slim => ({
  uid: uidOf(++numbers),
  apiVersion: part.kind === 'Deployment' || part.kind === 'ReplicaSet' ? 'apps/v1' : 'v1',
  namespace: 'shop',
  labels: {},
  links: [],
  images: [],
  createdAt: at(24 * 60),
  hostNetwork: false,
  addresses: [],
  health: 'well',
  reasons: [],
  containers: [],
  rv: 1,
  ...part,
});

/** Deployment, ReplicaSet and pods. */
export function workload(name: string, pods = 2, links: readonly Link[] = []): Slim[] {
  const labels = { app: name };
  const images = [`shop/${name}:1.8.2`];
  const top = slim({ kind: 'Deployment', name, labels, images, links, wanted: pods, ready: pods });
  const set = slim({
    kind: 'ReplicaSet',
    name: `${name}-5d`,
    labels,
    images,
    owner: top.uid,
    wanted: pods,
    ready: pods,
  });
  const own = Array.from({ length: pods }, (_, i) =>
    slim({
      kind: 'Pod',
      name: `${name}-5d-${i}`,
      labels,
      images,
      links,
      owner: set.uid,
      phase: 'Running',
      wanted: 1,
      ready: 1,
      restarts: 0,
      ip: `10.0.0.${++numbers % 250}`,
      containers: [{ name, state: 'running', ready: true, restarts: 0 }],
    }),
  );
  return [top, set, ...own];
}

export const service = (name: string): Slim =>
  slim({
    kind: 'Service',
    name,
    links: [{ relation: 'selects', kind: 'Pod', selector: { matchLabels: { app: name } }, port: 80 }],
  });

const header = (cluster: number, seq: number, instant: number, signal: 'state' | 'objects' = 'state') => ({
  signal,
  cluster,
  source: 'cluster-agent',
  boot: 'boot-1',
  epoch: 1,
  seq,
  t0: instant,
  t1: instant,
  sealedAt: instant,
  count: 1,
});

export async function checkpoint(
  store: Store,
  cluster: number,
  instant: number,
  slims: readonly Slim[],
  seq: number,
): Promise<void> {
  const about = {
    ...header(cluster, seq, instant),
    checkpoint: { at: instant, shard: 0, shards: 1, watermark: seq - 1 },
  };
  const chunk = sealChunk({ header: about, body: writeSlims(slims) }, nodeCompression);
  await store.state.file(chunk, instant);
}

export async function steps(store: Store, cluster: number, seq: number, deltas: readonly SlimDelta[]): Promise<void> {
  const instants = deltas.map((delta) => delta.at);
  const about = { ...header(cluster, seq, Math.min(...instants)), t1: Math.max(...instants) };
  await store.state.file(sealChunk({ header: about, body: writeDeltas(deltas) }, nodeCompression), NOW);
}

export const born = (one: Slim, instant: number): SlimDelta => ({
  uid: one.uid,
  at: instant,
  gone: false,
  is: staticOf(one),
  how: dynamicOf(one),
});
export const turned = (one: Slim, instant: number, how: Partial<Slim>): SlimDelta => ({
  uid: one.uid,
  at: instant,
  gone: false,
  how: dynamicOf({ ...one, ...how }),
});
export const gone = (one: Slim, instant: number): SlimDelta => ({ uid: one.uid, at: instant, gone: true });

export function revision(
  one: Slim,
  rv: number,
  instant: number,
  manifest: object | undefined,
  part: Partial<Revision> = {},
): Revision {
  const { uid, kind, apiVersion, namespace, name, createdAt } = one;
  const body = manifest === undefined ? new Uint8Array(0) : encodeUtf8(JSON.stringify(manifest));
  const enc = manifest === undefined ? 3 : 0;
  const op = manifest === undefined ? ('delete' as const) : rv === 1 ? ('add' as const) : ('modify' as const);
  return {
    uid,
    kind,
    apiVersion,
    namespace,
    name,
    createdAt,
    at: instant,
    rv,
    op,
    enc,
    body,
    inflated: body.length,
    diff: [],
    ...part,
  };
}

export const watching = (
  cluster: string,
  from: number,
  to: number,
  signal: 'objects' | 'events' = 'objects',
  kind = '',
) => ({
  source: `agent ${cluster}`,
  boot: 'boot-1',
  epoch: 1,
  sequence: 1,
  signal,
  kind,
  from,
  coveredTo: to,
  state: 'watching' as const,
});

export const change = (one: Slim, rv: number, instant: number, part: Partial<Change> = {}): Change => ({
  at: instant,
  uid: one.uid,
  rv,
  op: 'modify',
  kind: one.kind,
  apiVersion: one.apiVersion,
  namespace: one.namespace,
  name: one.name,
  fields: ['spec.replicas'],
  actor: 'kubectl',
  summary: 'replicas 2 → 3',
  severity: 1,
  diff: [],
  ...part,
});

export const event = (one: Slim, n: number, instant: number, part: Partial<ClusterEvent> = {}): ClusterEvent => ({
  uid: uidOf(1_000_000 + n),
  at: instant,
  firstAt: instant,
  count: 1,
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container',
  namespace: one.namespace,
  kind: one.kind,
  name: one.name,
  objectUid: one.uid,
  source: 'kubelet',
  ...part,
});

/** A road of one lane: what is published is handed over before `publish` resolves. */
export function laneTransport(): Transport & { breakDown(reason: string): void } {
  const subscribers: SubscribeOptions[] = [];
  let offset = 0;
  return {
    async publish(topic, messages) {
      const batch = messages.map(
        (message): Delivery => ({ ...message, topic, partition: 0, offset: String(offset++), writtenAt: NOW }),
      );
      for (const { topics, handle } of subscribers) if (topics.includes(topic)) await handle(batch);
    },
    async subscribe(options) {
      subscribers.push(options);
      return { stop: async () => void subscribers.splice(subscribers.indexOf(options), 1) };
    },
    ensureTopics: async () => {},
    lag: async () => ({}),
    health: async () => ({ ok: true }),
    close: async () => {},
    breakDown: (reason) => {
      for (const { onTrouble } of subscribers) onTrouble?.({ reason, error: new Error(reason) });
    },
  };
}

export interface World {
  readonly store: Store;
  readonly transport: ReturnType<typeof laneTransport>;
  readonly cluster: number;
  readonly key: SigningKey;
  readonly clock: { now: number };
  /** The agent tells the live topic. */
  tell(deltas: readonly SlimDelta[], signer?: SigningKey): Promise<void>;
}

export async function emptyWorld(): Promise<World> {
  const clock = { now: NOW };
  const store = memoryStore({ compression: nodeCompression, now: () => clock.now });
  const transport = laneTransport();
  const { id: cluster } = await store.clusters.enrol({ name: 'eu-1', kind: 'playground' });
  const key = makeKey();
  await store.clusters.addKey(cluster, { keyId: key.keyId, publicKey: key.publicKey });
  let seq = 1_000;
  return {
    store,
    transport,
    cluster,
    key,
    clock,
    async tell(deltas, signer = key) {
      const instant = deltas[0]?.at ?? clock.now;
      const chunk = sealChunk(
        { header: header(cluster, seq++, instant, 'objects'), body: writeDeltas(deltas) },
        nodeCompression,
        signer,
      );
      await transport.publish(TOPICS.objects, [{ key: String(cluster), value: chunk.bytes }]);
    },
  };
}

export interface Asked {
  readonly api: Api;
  readonly url: string;
  get(path: string, init?: RequestInit): Promise<Response>;
  /** The body of a 200. */
  ask(path: string): Promise<unknown>;
}

export async function apiOver({ store, transport, clock }: World, more: Partial<ApiParts> = {}): Promise<Asked> {
  const api = await createApi({
    store,
    transport,
    compression: nodeCompression,
    log: silentLog,
    now: () => clock.now,
    version: '0.0.0-test',
    ...more,
    settings: { host: '127.0.0.1', port: 0, ...more.settings },
  });
  const url = await api.listen(0);
  const get = (path: string, init?: RequestInit) => fetch(`${url}${path}`, init);
  return {
    api,
    url,
    get,
    async ask(path) {
      const response = await get(path);
      const body: unknown = await response.json();
      if (response.status !== 200) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
      return body;
    },
  };
}
