// What many clusters send: state of a cluster of some thousand objects, and the headers of everything its nodes say. Bodies are compressed once and shared.

import { nodeCompression, type SigningKey } from '@mosaic/runtime';
import { type Message, TOPICS } from '@mosaic/transport';
import {
  type ChunkHeader,
  type Compression,
  dynamicOf,
  type Sealing,
  SHARDS,
  type Slim,
  sealChunk,
  writeCoverage,
  writeDeltas,
  writeSlims,
} from '@mosaic/wire';
import { syntheticCluster, uidOf } from '../synthetic.ts';

/** Pods of a node, and what the agent says of them. */
const PODS_A_NODE = 100;
/** 2.5 KB for a thousand lines, a chunk of 500: base64. */
const BLOOM = 'A'.repeat(1_700);

export interface Sent extends Message {
  readonly topic: string;
  /** Names the row it becomes. */
  readonly id: string;
}

/** Compresses equal bytes once. */
function compressing(): Compression {
  const packed = new WeakMap<Uint8Array, Uint8Array>();
  return {
    ...nodeCompression,
    compress(codec, bytes, options) {
      const known = packed.get(bytes) ?? nodeCompression.compress(codec, bytes, options);
      packed.set(bytes, known);
      return known;
    },
  };
}

export type Seal = (header: Omit<ChunkHeader, 'epoch' | 'boot'>, sections?: Omit<Sealing, 'header'>) => Sent;

export function sealing(key: SigningKey, epoch: number): Seal {
  const compression = compressing();
  return (header, sections = {}) => {
    const { bytes } = sealChunk({ header: { ...header, epoch, boot: 'bench' }, ...sections }, compression, key);
    const { cluster, source, seq, signal } = header;
    return { topic: TOPICS[signal], key: String(cluster), value: bytes, id: `${cluster}/${source}/${seq}` };
  };
}

export interface StateLoad {
  /** A checkpoint at `at` and the deltas of the ten minutes after it; `seq`: its first one. */
  of(cluster: number, at: number, seq: number): Sent[];
  readonly chunksEach: number;
  readonly objects: number;
}

/** `deltas` of so many changed objects each. */
export function stateLoad(seal: Seal, objects: number, deltas: number, changes: number): StateLoad {
  const slims = syntheticCluster(objects);
  const shardOf = (slim: Slim, n: number): boolean => Number.parseInt(slim.uid.slice(0, 4), 16) % SHARDS === n;
  const shards = Array.from({ length: SHARDS }, (_, n) => writeSlims(slims.filter((slim) => shardOf(slim, n))));
  const bodies = new Map<number, Uint8Array>();
  /** Of one set of deltas for all clusters: the instants are those of the checkpoint they follow. */
  const deltaBody = (at: number): Uint8Array => {
    const made = bodies.get(at) ?? writeDeltas(changed(slims, changes, at));
    bodies.set(at, made);
    return made;
  };
  return {
    objects,
    chunksEach: SHARDS + deltas,
    of(cluster, at, seq) {
      const about = { signal: 'state' as const, cluster, source: 'cluster-agent', sealedAt: at };
      const checkpoint = shards.map((body, shard) =>
        seal(
          {
            ...{ ...about, seq: seq + shard, t0: at, t1: at, count: Math.round(objects / SHARDS) },
            checkpoint: { at, shard, shards: SHARDS, watermark: seq - 1 },
          },
          { body },
        ),
      );
      const after = Array.from({ length: deltas }, (_, n) => {
        const t = at + (n + 1) * Math.floor(590_000 / deltas);
        return seal(
          { ...about, sealedAt: t, seq: seq + SHARDS + n, t0: t, t1: t, count: changes },
          { body: deltaBody(t) },
        );
      });
      return [...checkpoint, ...after];
    },
  };
}

function changed(slims: readonly Slim[], count: number, at: number) {
  const first = Math.floor(at / 1000) % Math.max(1, slims.length - count);
  return slims.slice(first, first + count).map((slim) => ({
    uid: slim.uid,
    at,
    gone: false as const,
    how: dynamicOf({ ...slim, rv: Math.floor(at / 1000) }),
  }));
}

/** Signals whose chunks are filed by their header: one of each kind, bodies of a byte. */
export const HEADERS: Readonly<
  Record<string, (seal: Seal, cluster: number, node: number, seq: number, at: number) => Sent>
> = {
  logs: (seal, cluster, node, seq, at) =>
    seal(
      {
        ...aboutNode('logs', cluster, node, seq, at),
        count: 500,
        logs: { streams: streamsOf(node), levels: 3, bytes: 55_000, bloom: BLOOM },
      },
      BODY,
    ),
  'metrics wide': (seal, cluster, node, seq, at) =>
    seal(
      {
        ...aboutNode('metrics', cluster, node, seq, at),
        count: 800,
        metrics: { shape: 'wide', step: 15_000, entities: entitiesOf(node) },
      },
      BODY,
    ),
  'metrics entity': (seal, cluster, node, seq, at) =>
    seal(
      {
        ...aboutNode('metrics', cluster, node, seq, at),
        count: 320,
        metrics: { shape: 'entity', step: 15_000, entities: entitiesOf(node).slice(0, 1) },
      },
      BODY,
    ),
  connections: (seal, cluster, node, seq, at) =>
    seal({ ...aboutNode('connections', cluster, node, seq, at), count: 200 }, BODY),
  coverage: (seal, cluster, node, seq, at) =>
    seal(
      { ...aboutNode('coverage', cluster, node, seq, at), count: 4, agent: { version: 'bench', spoolBytes: 0 } },
      { rows: writeCoverage(COVERED.map((signal) => ({ ...covering(signal, seq, at), source: sourceOf(node) }))) },
    ),
};

const BODY = { body: new Uint8Array(1) };
const COVERED = ['logs', 'metrics', 'connections', 'objects'] as const;
const covering = (signal: (typeof COVERED)[number], sequence: number, at: number) => ({
  ...{
    boot: 'bench',
    epoch: 1,
    sequence,
    signal,
    kind: '',
    from: at - 10_000,
    coveredTo: at,
    state: 'watching' as const,
  },
});
const sourceOf = (node: number): string => `node-${node}`;
const aboutNode = <S extends ChunkHeader['signal']>(
  signal: S,
  cluster: number,
  node: number,
  seq: number,
  at: number,
) => ({
  ...{ signal, cluster, source: sourceOf(node), seq, t0: at, t1: at, sealedAt: at },
});

const known = new Map<number, ReturnType<typeof makeStreams>>();
function streamsOf(node: number) {
  const streams = known.get(node) ?? makeStreams(node);
  known.set(node, streams);
  return streams;
}
const makeStreams = (node: number) =>
  Array.from({ length: PODS_A_NODE }, (_, n) => ({
    ...{
      id: node * PODS_A_NODE + n,
      namespace: `team-${n % 40}`,
      pod: `checkout-7d9f8b6c5d-${node}-${n}`,
      podUid: uidOf(`${node}/${n}`),
    },
    ...{ container: 'main', restart: 0, node: sourceOf(node), workload: `Deployment/checkout-${n % 12}` },
  }));
const entitiesOf = (node: number): string[] =>
  streamsOf(node).map(({ namespace, pod, container }) => `Pod:${namespace}:${pod}/${container}`);
