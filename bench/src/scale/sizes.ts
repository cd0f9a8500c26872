// What a node of a hundred pods sends besides logs, in bytes as they are sealed: usage in both orders, connections. Values walk as real ones do.

import { makeKey, nodeCompression } from '@mosaic/runtime';
import {
  type Connection,
  type MetricSeries,
  type Sealing,
  sealChunk,
  writeConnections,
  writeSeries,
} from '@mosaic/wire';
import { type BenchContext, seeded } from '../bench.ts';

const PODS = 100;
const STEP_MS = 15_000;
/** Of ten minutes, sent once more an entity at a time. */
const STEPS = 40;
/** Connections that a node tells of in ten seconds: 2,000 held, most of them told as before (bench agent-node). */
const CONNECTIONS = 200;
const METRICS = ['cpu', 'memory', 'memory.limit', 'cpu.throttled', 'net.in', 'net.out', 'io.read', 'io.write'] as const;

export function sizes({ row }: Pick<BenchContext, 'row'>): void {
  const at = Date.now();
  const key = makeKey();
  const sealed = (signal: 'metrics' | 'connections', more: object, body: Uint8Array): number => {
    const header = { signal, cluster: 1, source: 'node-1', boot: 'b', epoch: 1, seq: 1, t0: at, t1: at, sealedAt: at };
    const sealing: Sealing = { header: { ...header, count: 1, ...more }, body };
    return sealChunk(sealing, nodeCompression, key).bytes.length;
  };
  const entities = Array.from({ length: PODS }, (_, n) => `Pod:team-${n % 40}:checkout-7d9f8b6c5d-${n}/main`);
  const wide = entities.flatMap((entity, n) => METRICS.map((metric) => walk(entity, metric, [at], n)));
  const [first = ''] = entities;
  const instants = Array.from({ length: STEPS }, (_, n) => at + n * STEP_MS);
  const entity = METRICS.map((metric, n) => walk(first, metric, instants, n));
  row({
    ...{ part: 'sizes', pods: PODS, metrics: METRICS.length, connections: CONNECTIONS },
    wide_bytes: sealed('metrics', { metrics: { shape: 'wide', step: STEP_MS, entities } }, writeSeries(wide)),
    entity_bytes: sealed(
      'metrics',
      { metrics: { shape: 'entity', step: STEP_MS, entities: [first] } },
      writeSeries(entity),
    ),
    connections_bytes: sealed('connections', {}, writeConnections(connections(at))),
  });
}

function walk(entity: string, metric: string, at: readonly number[], seed: number): MetricSeries {
  const random = seeded(seed + 1);
  let value = Math.round(random() * 1e6);
  const values = at.map(() => {
    value = Math.max(0, value + Math.round((random() - 0.5) * 1e4));
    return value;
  });
  return { entity, metric, kind: 'gauge', labels: {}, at, values };
}

function connections(at: number): Connection[] {
  const random = seeded(7);
  const pod = () => ({
    ip: `10.${Math.floor(random() * 40)}.0.${Math.floor(random() * 250)}`,
    podUid: crypto.randomUUID(),
  });
  return Array.from({ length: CONNECTIONS }, () => ({
    ...{
      at,
      until: at + 10_000,
      node: 'node-1',
      side: 'client',
      protocol: 'tcp',
      nat: 'seen',
      method: 'proc+conntrack',
    },
    client: { ...pod(), port: 0 },
    server: { ...pod(), port: 8080 },
    original: { ip: `10.96.0.${Math.floor(random() * 200)}`, port: 80 },
    ...{ open: 1, opened: Math.floor(random() * 40), closed: Math.floor(random() * 40), failed: 0 },
    ...{ bytesOut: Math.floor(random() * 1e6), bytesIn: Math.floor(random() * 1e7) },
  }));
}
