// What the golden chunks of format 1 were made from.

import { makeKey, nodeCompression } from '@mosaic/runtime';
import type { Chunk, ChunkHeader, ClusterEvent, Revision, Slim } from '../index.ts';
import {
  dynamicOf,
  SHARDS,
  sealChunk,
  shardOf,
  staticOf,
  writeCoverage,
  writeDeltas,
  writeEvents,
  writeRevisions,
  writeSlims,
} from '../index.ts';

const T0 = Date.UTC(2026, 10, 20, 3, 12, 38);

const pod: Slim = {
  uid: '6f0f6ad4-58d1-4c12-9a57-0d5d2d3f1b11',
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: 'shop',
  name: 'checkout-7c9d8b6f5-x2x7k',
  owner: '0e4a6b0a-6e7c-4d8b-8f7f-3c2b1a09f8e7',
  labels: { app: 'checkout', 'pod-template-hash': '7c9d8b6f5' },
  links: [
    { relation: 'mounts', kind: 'ConfigMap', name: 'checkout', via: 'volume config' },
    { relation: 'declared', kind: 'Service', name: 'payments', port: 8081, via: 'env PAYMENTS_HOST' },
  ],
  images: ['shop/checkout:1.9.0'],
  createdAt: T0,
  hostNetwork: false,
  addresses: [],
  node: 'eu-1-b',
  ip: '10.4.2.17',
  phase: 'Running',
  wanted: 1,
  ready: 0,
  restarts: 3,
  health: 'broken',
  reasons: ['CrashLoopBackOff (exit 1)'],
  containers: [
    {
      name: 'checkout',
      state: 'waiting',
      ready: false,
      restarts: 3,
      reason: 'CrashLoopBackOff',
      lastReason: 'Error',
      lastExitCode: 1,
    },
  ],
  startedAt: T0 + 2_000,
  rv: 41_207,
};

const revision: Revision = {
  uid: pod.uid,
  kind: 'Pod',
  apiVersion: 'v1',
  namespace: 'shop',
  name: pod.name,
  owner: '0e4a6b0a-6e7c-4d8b-8f7f-3c2b1a09f8e7',
  at: T0,
  rv: 41_207,
  op: 'modify',
  enc: 0,
  body: new TextEncoder().encode('{"kind":"Pod","metadata":{"name":"checkout-7c9d8b6f5-x2x7k"},"umlaut":"größe 🧩"}'),
  inflated: 85,
  diff: [{ path: 'status.phase', op: 'replace', before: 'Pending', after: 'Running' }],
  actor: 'kubelet',
  createdAt: T0 - 5_000,
};

const event: ClusterEvent = {
  uid: '8b1d7f0e-95c1-4b4b-8a3b-7f6f5e4d3c2b',
  at: T0 + 3_000,
  firstAt: T0,
  count: 4,
  type: 'Warning',
  reason: 'BackOff',
  message: 'Back-off restarting failed container checkout',
  namespace: 'shop',
  kind: 'Pod',
  name: pod.name,
  objectUid: pod.uid,
  source: 'kubelet',
  node: 'eu-1-b',
  series: 4,
};

export function goldenChunks(): { readonly chunks: Readonly<Record<string, Chunk>>; readonly publicKey: Uint8Array } {
  const key = makeKey();
  const header = (signal: ChunkHeader['signal'], seq: number) => ({
    signal,
    cluster: 1,
    source: 'cluster-agent',
    boot: 'first',
    epoch: 1,
    seq,
    t0: T0,
    t1: T0 + 3_000,
    sealedAt: T0 + 3_100,
    count: 1,
  });
  const seal = (sealing: Parameters<typeof sealChunk>[0]) => sealChunk(sealing, nodeCompression, key);
  const deltas = writeDeltas([
    { uid: pod.uid, at: T0, gone: false, is: staticOf(pod), how: dynamicOf(pod) },
    { uid: '11111111-2222-3333-4444-555555555555', at: T0 + 1, gone: true },
  ]);
  const checkpoint = { at: T0, shard: shardOf('shop'), shards: SHARDS, watermark: 11 };
  const coverage = {
    source: 'cluster-agent',
    boot: 'first',
    epoch: 1,
    sequence: 5,
    signal: 'objects',
    kind: 'v1/Secret',
    from: T0,
    coveredTo: T0 + 3_000,
    state: 'gap',
    reason: 'forbidden: missing list,watch on secrets',
  } as const;
  return {
    publicKey: key.publicKey,
    chunks: {
      'v1-objects': seal({ header: header('objects', 7), rows: writeRevisions([revision]), body: deltas }),
      'v1-objects-deflate': seal({
        header: header('objects', 8),
        rows: writeRevisions([revision]),
        body: deltas,
        codec: 2,
      }),
      'v1-state-delta': seal({ header: header('state', 12), body: deltas }),
      'v1-state-checkpoint': seal({ header: { ...header('state', 13), checkpoint }, body: writeSlims([pod]) }),
      'v1-events': seal({ header: header('events', 3), rows: writeEvents([event]) }),
      'v1-coverage': seal({ header: header('coverage', 5), rows: writeCoverage([coverage]) }),
    },
  };
}
