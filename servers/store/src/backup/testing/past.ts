// A past with something of everything that the store keeps, and every question asked about it: what a backup has to bring back.

import { nodeCompression } from '@mosaic/runtime';
import {
  type Change,
  type ClusterEvent,
  type Connection,
  type CoverageRecord,
  type EdgeMinute,
  type MetricSeries,
  type SentLine,
  sealChunk,
  sealLogs,
  writeConnections,
  writeSeries,
} from '@mosaic/wire';
import {
  born,
  CONTRACT_NOW,
  changed,
  checkpoint,
  DAY,
  delta,
  fileAll,
  gone,
  HOUR,
  MINUTE,
  podOf,
  revision,
  uidOf,
} from '../../contract/values.ts';
import type { Store } from '../../port.ts';

const T = CONTRACT_NOW - 3 * HOUR;
const span = { from: T - 2 * DAY, to: CONTRACT_NOW };
export const NAME = 'kept-for-later';
const ENTITY = 'Pod:shop:checkout-1/main';

/** Returns the cluster's id. */
export async function fillFirst(store: Store): Promise<number> {
  const { id } = await store.clusters.enrol({
    name: NAME,
    kind: 'kubernetes',
    uid: 'kube-system-uid',
    version: 'v1.34',
  });
  await store.clusters.addKey(id, { keyId: 'key-1', publicKey: new Uint8Array(32).fill(7) });
  await store.clusters.addKey(id, { keyId: 'key-2', publicKey: new Uint8Array(32).fill(9) });
  await store.clusters.revokeKey(id, 'key-2');
  const first = JSON.stringify({ spec: { replicas: 1 }, note: 'whole' });
  await store.objects.write(
    id,
    [
      revision({ at: T - DAY, rv: 1, json: first, owner: uidOf(77), actor: 'kubectl' }),
      revision({ at: T, rv: 2, json: '{"spec":{"replicas":2}}', base: { at: T - DAY, rv: 1, json: first } }),
      revision({ at: T + MINUTE, rv: 3 }),
      revision({ at: T, rv: 9, uid: uidOf(2), name: 'cart-1', json: '{"kept":true}' }),
    ],
    T + MINUTE,
  );
  const pods = Array.from({ length: 12 }, (_, n) => podOf(n));
  await fileAll(store, [
    ...checkpoint(id, { at: T, slims: pods }),
    delta(id, 3, [born(podOf(20), T + MINUTE), changed(podOf(4, { health: 'broken' }), T + MINUTE)]),
    delta(id, 4, [gone(uidOf(5), T + 2 * MINUTE)]),
  ]);
  await store.events.write(id, [1, 2, 3].map(eventOf), T);
  await store.changes.write(id, [1, 2, 3].map(changeOf));
  await store.coverage.write(id, [1, 2].map(coverageOf), T);
  await store.leases.write(id, [
    { ip: '10.0.0.1', uid: uidOf(1), from: T, to: T + HOUR, hostNetwork: false },
    { ip: 'fd00::1', uid: uidOf(2), from: T, hostNetwork: true },
  ]);
  await store.marks.set('deriver/test', 'up to here');
  return id;
}

/** What came after the first release's store: chunks, people, the audit. */
export async function fillLater(store: Store, cluster: number): Promise<void> {
  const lines = Array.from(
    { length: 40 },
    (_, n): SentLine => ({
      ...{ stream: streamOf(n % 3), channel: 'stdout' as const, at: T + n * 1000, nanos: 5 },
      text: n % 9 === 0 ? `ERROR could not pay order ${n}` : `order ${n} was paid`,
    }),
  );
  const about = { cluster, source: 'node-1', boot: 'b1', epoch: 0, seq: 0, sealedAt: CONTRACT_NOW };
  for (const chunk of sealLogs(lines, about, nodeCompression)) await store.logs.file(chunk, CONTRACT_NOW);
  const metrics = { shape: 'wide' as const, step: 15_000, entities: [ENTITY] };
  const metric = { ...headerOf(cluster, 'metrics', 1), metrics };
  await store.metrics.file(sealChunk({ header: metric, body: writeSeries([series]) }, nodeCompression), CONTRACT_NOW);
  const { at: _, values: __, ...head } = series;
  const steps = [{ at: T, min: 0, max: 2, mean: 1, last: 1, count: 20 }];
  await store.metrics.putRolled(cluster, '5m', T, ENTITY, [{ ...head, steps }]);
  const flow = { header: headerOf(cluster, 'connections', 2), body: writeConnections([connection]) };
  await store.connections.file(sealChunk(flow, nodeCompression), CONTRACT_NOW);
  await store.edges.put(cluster, T, [edge]);
  const life = { from: 'Deployment:shop:a', to: 'External::x', port: 443, protocol: 'tcp' as const };
  await store.edges.putLives(cluster, Math.floor(T / DAY), [{ ...life, firstAt: T, lastAt: T + MINUTE }]);
  await store.tokens.add(cluster, { id: 'intake-1', name: 'fluent-bit', hash: `intake-${NAME}`, createdAt: T });
  const user = { id: 'ada-1', name: 'ada', role: 'admin' as const, password: 'scrypt$…', createdAt: T, passwordAt: T };
  await store.people.add(user);
  const credential = { id: 'laptop-1', kind: 'token' as const, user: 'ada', userId: 'ada-1', name: 'laptop' };
  const long = { hash: `laptop-${NAME}`, prefix: 'mat_abcd', createdAt: T, expiresAt: CONTRACT_NOW + DAY };
  await store.people.admit({ ...credential, ...long });
  await store.people.used({ ...credential, ...long }, T + 5);
  const offer = { id: 'join-1', name: 'edge', hash: `join-${NAME}`, by: 'ada', createdAt: T };
  await store.enrolment.offer({ ...offer, expiresAt: CONTRACT_NOW + HOUR });
  for (const action of ['session.create', 'retention.change'])
    await store.audit.record({ actor: 'ada', action, target: 'mosaic', result: 'done', request: '{"days":3}' });
}

/** Every question, answered. Two stores that keep the same answer the same. */
export async function answersOfFirst(store: Store, cluster: number): Promise<Record<string, unknown>> {
  const state = await store.state.at(cluster, T + HOUR);
  return {
    clusters: (await store.clusters.all()).map(({ name, kind, uid, version }) => ({ name, kind, uid, version })),
    keys: (await store.clusters.keys(cluster)).map(({ keyId, publicKey, revokedAt }) => ({
      ...{ keyId, publicKey: [...publicKey], isRevoked: revokedAt !== undefined },
    })),
    history: (await store.objects.history(cluster, uidOf(1), span, { bodies: true })).items,
    object: await store.objects.at(cluster, uidOf(2), CONTRACT_NOW),
    names: (await store.objects.names(cluster, span)).items.map(({ cluster: _, ...life }) => life),
    state: { ...state, objects: [...state.objects.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1)) },
    deltas: await store.state.deltas(cluster, span),
    extent: await store.state.extent(cluster),
    events: (await store.events.list(cluster, span)).items,
    eventsOfObject: (await store.events.list(cluster, { ...span, objectUid: uidOf(1001) })).items,
    changes: (await store.changes.list(cluster, span)).items,
    coverage: await store.coverage.between(cluster, span),
    leases: [await store.leases.of(cluster, '10.0.0.1', span), await store.leases.of(cluster, 'fd00::1', span)],
    mark: await store.marks.get('deriver/test'),
  };
}

export async function answersOfLater(store: Store, cluster: number): Promise<Record<string, unknown>> {
  const entities = { ...span, entities: ['Pod:shop:*'] };
  const token = await store.tokens.find(`intake-${NAME}`);
  return {
    logs: (await store.logs.search(cluster, span, { limit: 100 })).items,
    found: (await store.logs.search(cluster, { ...span, q: 'pay order 9' })).items.map(({ text }) => text),
    streams: (await store.logs.streams(cluster, span)).toSorted((a, b) => a.id - b.id),
    patterns: (await store.logs.patterns(cluster, span)).items,
    samples: await store.metrics.samples(cluster, entities),
    rolled: await store.metrics.rolled(cluster, '5m', { ...span, entities: [ENTITY] }),
    connections: await store.connections.between(cluster, span),
    edges: await store.edges.between(cluster, span),
    lives: await store.edges.lives(cluster, span),
    intake: token?.token,
    people: await store.people.all(),
    credentials: await store.people.credentials('ada'),
    offers: await store.enrolment.offers(),
    audit: (await store.audit.list({ from: 0, to: Date.now() + DAY })).items.map(
      ({ actor, action, n, result, request }) => ({
        ...{ actor, action, n, result, request },
      }),
    ),
    auditIsWhole: (await store.audit.verify()).isWhole,
  };
}

const eventOf = (n: number): ClusterEvent => ({
  ...{ uid: uidOf(500 + n), at: T + n * MINUTE, firstAt: T, count: n, type: n % 2 ? 'Warning' : 'Normal' },
  ...{ reason: 'BackOff', message: `Back-off ${n}`, namespace: 'shop', kind: 'Pod', name: 'checkout-1' },
  ...{ objectUid: uidOf(1000 + (n % 2)), source: 'kubelet' },
});
const changeOf = (n: number): Change => ({
  ...{ at: T + n * MINUTE, uid: uidOf(n), rv: n, op: 'modify', kind: 'Deployment', apiVersion: 'apps/v1' },
  ...{ namespace: 'shop', name: `thing-${n}`, workload: 'Deployment/checkout', fields: ['spec.replicas'] },
  ...{ actor: 'kubectl', summary: `replicas 1 → ${n}`, severity: n % 2 ? 1 : 2 },
  diff: [{ path: 'spec.replicas', op: 'replace', before: 1, after: n }],
});
const coverageOf = (n: number): CoverageRecord => ({
  ...{ source: 'cluster-agent', boot: 'boot-1', epoch: 1, sequence: n, signal: 'objects', kind: 'v1/Pod' },
  ...{ from: T + n * MINUTE, coveredTo: T + (n + 1) * MINUTE, state: n === 1 ? 'watching' : 'gap' },
  ...(n === 1 ? {} : { reason: 'overflow' }),
});
const streamOf = (n: number) => ({
  ...{ namespace: 'shop', pod: `pod-${n}`, podUid: `uid-${n}`, container: 'main', restart: 0, node: 'node-1' },
  workload: 'Deployment/checkout',
});
const headerOf = (cluster: number, signal: 'metrics' | 'connections', seq: number) => ({
  ...{ signal, cluster, source: 'node-1', boot: 'b1', epoch: 0, seq, t0: T, t1: T + 15_000, sealedAt: T, count: 1 },
});
const series: MetricSeries = {
  ...{ entity: ENTITY, metric: 'cpu', kind: 'gauge', labels: {}, at: [T, T + 15_000], values: [0.25, 1.5] },
};
const connection: Connection = {
  ...{ at: T, until: T + 10_000, node: 'node-1', side: 'client', protocol: 'tcp', nat: 'seen', method: 'proc' },
  ...{ client: { ip: '10.0.0.1', port: 0, podUid: 'u1' }, server: { ip: '10.0.0.2', port: 80 } },
  ...{ original: { ip: '10.96.0.1', port: 80 } },
  ...{ open: 1, opened: 2, closed: 1, failed: 0, bytesOut: 100, bytesIn: 2000 },
};
const edge: EdgeMinute = {
  ...{ minute: T, port: 8080, protocol: 'tcp', open: 1.5, opened: 3, closed: 1, failed: 0, methods: ['proc'] },
  from: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'u1', workload: 'Deployment/a', ip: '10.0.0.1' },
  to: { kind: 'External', namespace: '', name: 'api.example.com', ip: '203.0.113.7' },
  ...{ confidence: 0.9, rule: 'lease at the instant' },
};
