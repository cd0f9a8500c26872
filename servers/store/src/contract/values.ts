// Values the contract writes: pods, revisions, checkpoints and deltas as an agent would make them.

import { nodeCompression } from '@mosaic/runtime';
import {
  type ChunkHeader,
  dynamicOf,
  encodeUtf8,
  type Revision,
  type Slim,
  type SlimDelta,
  sealChunk,
  staticOf,
  writeDeltas,
  writeSlims,
} from '@mosaic/wire';
import type { StateChunk, Store } from '../port.ts';

/** 2026-03-10T12:00Z, a Tuesday. */
export const CONTRACT_NOW = Date.UTC(2026, 2, 10, 12);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const uidOf = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;

export const podOf = (n: number, over: Partial<Slim> = {}): Slim => ({
  uid: uidOf(n),
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: `ns-${n % 5}`,
  name: `pod-${n}`,
  labels: { app: `app-${n % 3}` },
  links: [],
  images: ['shop/checkout:1.8.2'],
  createdAt: CONTRACT_NOW - DAY,
  hostNetwork: false,
  addresses: [],
  health: 'well',
  reasons: [],
  containers: [{ name: 'main', state: 'running', ready: true, restarts: 0 }],
  rv: n,
  ...over,
});

export const born = (slim: Slim, at: number): SlimDelta => ({
  uid: slim.uid,
  at,
  gone: false,
  is: staticOf(slim),
  how: dynamicOf(slim),
});
export const changed = (slim: Slim, at: number): SlimDelta => ({
  uid: slim.uid,
  at,
  gone: false,
  how: dynamicOf(slim),
});
export const gone = (uid: string, at: number): SlimDelta => ({ uid, at, gone: true });

export interface CheckpointWish {
  readonly at: number;
  readonly slims: readonly Slim[];
  readonly epoch?: number;
  /** Sequence of its first shard; the watermark is the one before. */
  readonly seq?: number;
  readonly shards?: number;
  /** The same epoch's checkpoint whose body is the dictionary, with its objects. */
  readonly base?: { readonly at: number; readonly slims: readonly Slim[] };
  /** Shards said to be equal to those of the checkpoint at that instant. */
  readonly sameAs?: { readonly at: number; readonly shards: readonly number[] };
}

const shardIndex = (slim: Slim, shards: number): number => Number(slim.namespace.slice(3)) % shards;
const bodyOf = (slims: readonly Slim[], shard: number, shards: number): Uint8Array =>
  writeSlims(slims.filter((slim) => shardIndex(slim, shards) === shard));

/** All shards of one checkpoint, as chunks. */
export function checkpoint(cluster: number, wish: CheckpointWish): StateChunk[] {
  const { at, slims, epoch = 1, seq = 1, shards = 2, base, sameAs } = wish;
  return Array.from({ length: shards }, (_, shard) => {
    const isSame = sameAs?.shards.includes(shard) ?? false;
    const about = {
      ...headerOf(cluster, epoch, seq + shard, at, at),
      count: slims.length,
      checkpoint: {
        at,
        shard,
        shards,
        watermark: seq - 1,
        ...(base && !isSame && { base: { at: base.at } }),
        ...(sameAs && isSame && { sameAs: { at: sameAs.at } }),
      },
    };
    if (isSame) return sealChunk({ header: about }, nodeCompression);
    const dictionary = base && { bodyDictionary: bodyOf(base.slims, shard, shards) };
    return sealChunk({ header: about, body: bodyOf(slims, shard, shards), ...dictionary }, nodeCompression);
  });
}

export function delta(cluster: number, seq: number, deltas: readonly SlimDelta[], epoch = 1): StateChunk {
  const instants = deltas.map(({ at }) => at);
  const header = headerOf(cluster, epoch, seq, Math.min(...instants), Math.max(...instants));
  return sealChunk({ header: { ...header, count: deltas.length }, body: writeDeltas(deltas) }, nodeCompression);
}

function headerOf(cluster: number, epoch: number, seq: number, t0: number, t1: number): ChunkHeader {
  return {
    signal: 'state',
    cluster,
    source: 'cluster-agent',
    boot: `boot-${epoch}`,
    epoch,
    seq,
    t0,
    t1,
    sealedAt: t1,
    count: 0,
  };
}

export async function fileAll(store: Store, chunks: readonly StateChunk[]): Promise<void> {
  await Promise.all(chunks.map((chunk) => store.state.file(chunk, chunk.header.sealedAt)));
}

export interface RevisionWish extends Partial<Omit<Revision, 'body' | 'inflated' | 'enc'>> {
  readonly at: number;
  readonly rv: number;
  readonly json?: string;
  readonly base?: { readonly at: number; readonly rv: number; readonly json: string };
}

const DEFLATE = 2;

export function revision({ json, base, ...wish }: RevisionWish): Revision {
  const text = encodeUtf8(json ?? '');
  const about = {
    uid: uidOf(1),
    kind: 'Pod',
    apiVersion: 'v1',
    namespace: 'shop',
    name: 'checkout-1',
    diff: [],
    createdAt: CONTRACT_NOW - DAY,
    op: json === undefined ? ('delete' as const) : ('modify' as const),
    ...wish,
  };
  if (json === undefined) return { ...about, enc: 3, body: new Uint8Array(0), inflated: 0 };
  if (base === undefined)
    return { ...about, enc: 1, body: nodeCompression.compress(DEFLATE, text), inflated: text.length };
  const body = nodeCompression.compress(DEFLATE, text, { dictionary: encodeUtf8(base.json) });
  return { ...about, enc: 2, body, inflated: text.length, baseAt: base.at, baseRv: base.rv };
}
