// What the golden chunks of logs, metrics and connections were made from: a certified node agent's, an intake's.

import { makeKey, nodeCompression } from '@mosaic/runtime';
import {
  CERTIFIED_FOR_MS,
  type Chunk,
  type ChunkHeader,
  type Connection,
  certifyNode,
  type MetricSeries,
  nodeSource,
  sealChunk,
  sealLogs,
  toBase64,
  writeConnections,
  writeSeries,
} from '../index.ts';

const T0 = Date.UTC(2026, 10, 20, 3, 12, 38);
const NODE = 'eu-1-b';

const stream = {
  ...{ namespace: 'shop', pod: 'checkout-7c9d8b6f5-x2x7k', podUid: '6f0f6ad4-58d1-4c12-9a57-0d5d2d3f1b11' },
  ...{ container: 'checkout', restart: 3, node: NODE, workload: 'Deployment/checkout' },
};

const lines = [
  { stream, channel: 'stdout', at: T0, nanos: 123_456, text: '{"level":"info","msg":"served /cart in 12 ms"}' },
  { stream, channel: 'stdout', at: T0, nanos: 123_457, text: 'größe 🧩 <- not only ASCII' },
  { stream, channel: 'stderr', at: T0 + 2_000, nanos: 0, text: 'Error: refused\n    at charge (/app/pay.js:12:7)' },
] as const;

const series: MetricSeries[] = [
  {
    ...{ entity: 'Pod:shop:checkout-7c9d8b6f5-x2x7k/checkout', metric: 'cpu_usage_seconds_total', kind: 'counter' },
    ...{ unit: 's', labels: {}, at: [T0, T0 + 15_000], values: [12.25, 12.5] },
  },
  {
    ...{ entity: 'Node::eu-1-b', metric: 'load1', kind: 'gauge', unit: '1', labels: { zone: 'b' } },
    ...{ at: [T0, T0 + 15_000], values: [0.31, Number.NaN] },
  },
];

const connections: Connection[] = [
  {
    ...{ at: T0 - 8_000, until: T0 + 2_000, node: NODE, side: 'client', protocol: 'tcp', nat: 'seen' },
    client: { ip: '10.4.2.17', port: 0, podUid: stream.podUid, container: 'checkout' },
    server: { ip: '10.4.1.9', port: 8081 },
    original: { ip: '10.96.0.21', port: 80 },
    ...{ method: 'proc+conntrack', open: 2, opened: 7, closed: 5, failed: 1, bytesOut: 4_096, bytesIn: 65_536 },
    retransmits: 1,
  },
  {
    ...{ at: T0 - 8_000, until: T0 + 2_000, node: NODE, side: 'server', protocol: 'udp', nat: 'none' },
    client: { ip: '2001:db8::7', port: 0, name: 'probe.example' },
    server: { ip: 'fd00::9', port: 53, podUid: stream.podUid },
    ...{ method: 'spans', open: 0, opened: 3, closed: 3, failed: 0 },
    requests: { count: 3, errors: 1, p50: 4, p95: 9.5, max: 12, system: 'http' },
  },
];

export function goldenSignals(): {
  readonly chunks: Readonly<Record<string, Chunk>>;
  readonly publicKey: Uint8Array;
} {
  const key = makeKey();
  const word = { node: NODE, key: toBase64(key.publicKey), from: T0, until: T0 + CERTIFIED_FOR_MS };
  const about = { cluster: 1, source: nodeSource(NODE), boot: 'first', epoch: 1, sealedAt: T0 + 16_000 };
  const header = (signal: ChunkHeader['signal'], seq: number, t0: number, t1: number, count: number) => ({
    ...{ ...about, signal, seq, t0, t1, count },
    certificate: certifyNode(1, word, makeKey()),
  });
  const [logs] = sealLogs(lines, { ...about, seq: 4 }, nodeCompression, key);
  if (logs === undefined) throw new Error('no chunk was made');
  const metrics = { shape: 'wide' as const, step: 15_000, entities: series.map(({ entity }) => entity) };
  return {
    publicKey: key.publicKey,
    chunks: {
      'v1-logs': logs,
      'v1-metrics': sealChunk(
        { header: { ...header('metrics', 5, T0, T0 + 15_000, 4), metrics }, body: writeSeries(series) },
        nodeCompression,
        key,
      ),
      'v1-connections': sealChunk(
        { header: header('connections', 6, T0 - 8_000, T0 - 8_000, 2), body: writeConnections(connections) },
        nodeCompression,
        key,
      ),
    },
  };
}
