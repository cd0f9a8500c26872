import { type EdgeEnd, type EdgeMinute, MINUTE_MS, parseEdgeId } from '@mosaic/wire';
import { describe, expect, test } from 'vitest';
import { diffGraphs } from '../diff.ts';
import { graphAt } from '../graph.ts';
import { byUid, slim } from '../testing.ts';
import { explainConnection } from './explain-connection.ts';
import { edgesOfMinute } from './minute.ts';
import { MOST_EXTERNALS } from './outside.ts';
import { doorsOf, SAME_CONNECTION, stitch } from './stitch.ts';
import { AT, base, knownOf, node, seen } from './testing.ts';
import { edgeSpan } from './window.ts';

const end = (kind: EdgeEnd['kind'], name: string, more: Partial<EdgeEnd> = {}): EdgeEnd => ({
  ...{ kind, namespace: kind === 'Pod' || kind === 'Service' ? 'shop' : '', name, ip: name },
  ...more,
});
const WEB = end('Pod', 'web-1', { uid: 'web-1', workload: 'Deployment/web', container: 'main' });
const CART = end('Pod', 'cart-1', { uid: 'cart-1', workload: 'Deployment/cart' });
const edge = (from: EdgeEnd, to: EdgeEnd, more: Partial<EdgeMinute> = {}): EdgeMinute => ({
  ...{ minute: AT, from, to, port: 8080, protocol: 'tcp', open: 1, opened: 60, closed: 60, failed: 0 },
  ...{ methods: ['proc'], confidence: 1, rule: 'lease at the instant' },
  ...more,
});
const main = [{ name: 'main', state: 'running' as const, ready: true, restarts: 0 }];
const objects = [
  ...base.map((one) => (one.kind === 'Pod' ? { ...one, containers: main } : one)),
  slim({ kind: 'Namespace', name: 'shop', namespace: '' }),
];
type Question = Parameters<typeof graphAt>[0];
const graph = (edges: readonly EdgeMinute[], more: Partial<Question> = {}) =>
  graphAt({
    level: 'workload',
    clusters: [{ id: 1, name: 'one', objects: byUid(objects), edges: [{ minute: AT, edges }] }],
    ...more,
  });
const connects = (edges: readonly EdgeMinute[], more: Partial<Question> = {}) =>
  graph(edges, more).edges.filter(({ relation }) => relation === 'connects');
const ids = (edges: readonly EdgeMinute[], more: Partial<Question> = {}) => connects(edges, more).map(({ id }) => id);

describe('connections on the map', () => {
  test.each<[Question['level'], string[]]>([
    ['workload', ['connects~1:Deployment:shop:web~1:Deployment:shop:cart~8080/tcp']],
    ['pod', ['connects~1:Pod:shop:web-1~1:Pod:shop:cart-1~8080/tcp']],
    ['container', ['connects~1:Pod:shop:web-1/main~1:Pod:shop:cart-1~8080/tcp']],
    ['node', ['connects~1:Node::node-1~1:Node::node-2~8080/tcp']],
    ['namespace', []],
    ['cluster', []],
  ])('at the level of %s', (level, expected) => {
    expect(ids([edge(WEB, CART)], { level })).toEqual(expected);
    for (const id of expected) expect(parseEdgeId(id)).toMatchObject({ relation: 'connects', port: 8080 });
  });

  test('externals stand at every level', () => {
    const out = edge(WEB, end('External', 'pay.example.com', { ip: '198.51.100.4' }), { port: 443 });
    for (const [level, from] of [
      ['workload', '1:Deployment:shop:web'],
      ['namespace', '1:Namespace::shop'],
      ['cluster', '1:Cluster::one'],
    ] as const)
      expect(ids([out], { level })).toEqual([`connects~${from}~1:External::pay.example.com~443/tcp`]);
    expect(graph([out]).nodes.find(({ kind }) => kind === 'External')).toMatchObject({
      id: '1:External::pay.example.com',
      health: 'well',
    });
    expect(ids([out], { namespace: 'shop' })).toHaveLength(1);
  });

  test('figures are rates over what the minutes tell, and pods of a workload are one', () => {
    const service = { namespace: 'shop', name: 'cart', ip: '10.96.0.10', port: 80 };
    const second = { ...CART, name: 'cart-2', uid: 'cart-2' };
    const requests = { count: 120, errors: 60, p50: 3, p95: 9, max: 20 };
    const [found] = connects([
      edge(WEB, CART, { bytesOut: 600, bytesIn: 5400, service }),
      edge(WEB, second, { opened: 60, failed: 30, retransmits: 6, requests }),
    ]);
    expect(found).toMatchObject({ rate: 2, bytes: 100, failed: 0.2, via: 'shop/cart', health: 'broken' });
    expect(found?.requests).toMatchObject({ rate: 2, errors: 0.5, p95: 9 });
  });

  test.each([
    [0, 'well'],
    [1, 'well'],
    [4, 'degraded'],
    [30, 'degraded'],
    [60, 'broken'],
  ])('beside 60 connections %i failed: %s', (failed, health) => {
    expect(connects([edge(WEB, CART, { failed })])[0]?.health).toBe(health);
  });

  test('many externals of one namespace are grouped: addresses first, then domains', () => {
    const names = (many: number, domain: string) =>
      Array.from({ length: many }, (_, i) => edge(WEB, end('External', `${i}.${domain}`)));
    const addresses = Array.from({ length: MOST_EXTERNALS }, (_, i) => edge(WEB, end('External', `198.51.100.${i}`)));
    const outer = (edges: readonly EdgeMinute[]) => graph(edges).nodes.filter(({ kind }) => kind === 'External');
    expect(outer(addresses)).toHaveLength(MOST_EXTERNALS);
    expect(outer([...addresses, ...names(2, 'a.test')]).map(({ name }) => name)).toEqual([
      '0.a.test',
      '1.a.test',
      'addresses outside',
    ]);
    expect(outer([...names(20, 'a.test'), ...names(20, 'b.test')]).map(({ name }) => name)).toEqual([
      '*.a.test',
      '*.b.test',
    ]);
    expect(connects([...addresses, ...names(2, 'a.test')])[2]?.rate).toBe(12);
  });

  test('what is unknown is one node that says why, and is never left out', () => {
    const lost = (ip: string, because: string) => edge(WEB, end('Unknown', ip, { because }));
    const { nodes, edges } = graph([lost('10.0.2.77', 'no holder'), lost('10.0.2.78', 'held by two')]);
    expect(nodes.find(({ kind }) => kind === 'Unknown')).toMatchObject({
      ...{ id: '1:Unknown::unknown', health: 'unknown' },
      reasons: ['held by two: 10.0.2.78', 'no holder: 10.0.2.77'],
    });
    expect(edges.filter(({ relation }) => relation === 'connects').map(({ to, rate }) => [to, rate])).toEqual([
      ['1:Unknown::unknown', 2],
    ]);
  });

  test('a Service whose backend is unknown is its own end; a host’s own calls stay below the workloads', () => {
    const host = end('Node', 'node-1');
    const edges = [
      edge(WEB, end('Service', 'cart')),
      edge(host, CART),
      edge(WEB, end('Node', 'node-2'), { port: 10_250 }),
    ];
    expect(ids(edges)).toEqual([
      'connects~1:Deployment:shop:web~1:Node::nodes~10250/tcp',
      'connects~1:Deployment:shop:web~1:Service:shop:cart~8080/tcp',
    ]);
    expect(ids(edges, { level: 'pod' })).toContain('connects~1:Node::node-1~1:Pod:shop:cart-1~8080/tcp');
  });

  test('what has gone by then has no edge', () => {
    expect(ids([edge(WEB, { ...CART, workload: 'Deployment/gone' })])).toEqual([]);
  });

  test('a difference is what would be noticed', () => {
    const changes = (opened: number, failed = 0) =>
      diffGraphs(graph([edge(WEB, CART)]), graph([edge(WEB, CART, { opened, failed })])).edges.changed.map(
        ({ reasons }) => reasons,
      );
    expect(changes(70)).toEqual([]);
    expect(changes(600)).toEqual([['connections/s 1 → 10']]);
    expect(changes(60, 60)).toEqual([['well → broken: 50 % failed']]);
    expect(diffGraphs(graph([]), graph([edge(WEB, CART)])).edges.added).toHaveLength(1);
  });

  test('the window is the five whole minutes before', () => {
    expect(edgeSpan(AT + 59_999)).toEqual({ from: AT - 5 * MINUTE_MS, to: AT - MINUTE_MS });
  });
});

describe('two clusters', () => {
  const door = { namespace: 'shop', name: 'cart', ip: '192.168.9.2', port: 30_080 };
  const there = base.map((one) =>
    one.kind === 'Node' ? node(one.name, one.name === 'node-2' ? '192.168.9.2' : '192.168.9.1') : one,
  );
  const out = edge(WEB, end('External', '192.168.9.2'), { port: 30_080 });
  const came = edge(end('External', '192.168.0.1'), CART, { service: door });
  const one = { doors: doorsOf(1, byUid(base)), edges: [out] };
  const two = { doors: doorsOf(2, byUid(there)), edges: [came] };

  test('an egress and an ingress of the same connection are one edge between workloads', () => {
    const a = stitch(one, [two]);
    const b = stitch(two, [one]);
    expect(a.edges[0]).toMatchObject({
      to: { kind: 'Pod', cluster: 2, name: 'cart-1' },
      port: 8080,
      service: door,
      rule: SAME_CONNECTION,
    });
    expect(b.edges[0]).toMatchObject({ from: { kind: 'Pod', cluster: 1, name: 'web-1' }, to: { name: 'cart-1' } });
    // Whoever looks second finds the first recognised already, and concludes the same.
    expect(stitch(two, [{ ...one, edges: a.edges }]).edges).toEqual(b.edges);
    expect(stitch(one, [{ ...two, edges: b.edges }]).edges).toEqual(a.edges);
    const clusters = [
      { id: 1, name: 'one', objects: byUid(objects), edges: [{ minute: AT, edges: a.edges }] },
      { id: 2, name: 'two', objects: byUid([...there]), edges: [{ minute: AT, edges: b.edges }] },
    ];
    const drawn = graphAt({ clusters, level: 'workload' });
    expect(drawn.edges.filter(({ relation }) => relation === 'connects').map(({ id, rate }) => [id, rate])).toEqual([
      ['connects~1:Deployment:shop:web~2:Deployment:shop:cart~8080/tcp', 1],
    ]);
    expect(graphAt({ clusters, level: 'cluster' }).edges.map(({ id }) => id)).toEqual([
      'connects~1:Cluster::one~2:Cluster::two~8080/tcp',
    ]);
    const alone = graphAt({ clusters, clusterFilter: [1], level: 'workload' });
    expect(alone.nodes.find(({ cluster }) => cluster === 2)).toMatchObject({
      clusterName: 'two',
      reasons: ['in another cluster'],
    });
  });

  test('behind another’s translation only equal figures tell, and only where one alone can be meant', () => {
    const figures = { bytesOut: 1000, bytesIn: 9000 };
    const masked = { ...came, from: end('External', '203.0.113.1'), ...figures };
    const alike = (edges: readonly EdgeMinute[]) =>
      stitch({ ...one, edges }, [{ ...two, edges: [masked] }]).edges[0]?.to.cluster;
    expect(alike([{ ...out, ...figures }])).toBe(2);
    expect(alike([{ ...out, ...figures, bytesIn: 90 }])).toBeUndefined();
    expect(
      alike([
        { ...out, ...figures },
        { ...out, ...figures, from: CART },
      ]),
    ).toBeUndefined();
  });

  test('a door that nobody there has told of stays outside, and is looked at again', () => {
    expect(stitch(one, [{ ...two, edges: [] }])).toEqual({ edges: [out], isOpen: true });
  });
});

test('an edge tells its observations: tuples before and after translation, leases, rules', () => {
  const flows = [
    { ...seen({ original: { ip: '10.96.0.10', port: 80 }, nat: 'seen' }), source: 'agent-1', boot: 'b' },
    { ...seen({ server: { ip: '198.51.100.4', port: 443 } }), source: 'agent-1', boot: 'b' },
    { ...seen({ client: { ip: '10.0.2.2', port: 0 } }), source: 'agent-2', boot: 'b' },
  ];
  const known = knownOf();
  const { edges } = edgesOfMinute({ minute: AT, connections: flows, known });
  const [id = ''] = ids(edges.filter(({ service }) => service));
  const found = explainConnection({ id, cluster: { id: 1, name: 'one' }, flows, known });
  expect(found).toMatchObject({
    ...{
      id,
      from: '1:Deployment:shop:web',
      to: '1:Deployment:shop:cart',
      rule: 'lease at the instant',
      confidence: 0.95,
    },
    method: 'seen by node agents: proc',
  });
  expect(found?.connections).toEqual([
    expect.objectContaining({
      ...{ source: 'agent-1', client: '10.0.1.1', called: '10.96.0.10:80', server: '10.0.2.1:8080', nat: 'seen' },
      fromLease: 'lease 10.0.1.1 of shop/web-1 since 2026-11-21T11:00:00.000Z',
    }),
  ]);
  expect(found?.observations.map(({ kind, where }) => [kind, where])).toEqual([
    ['Pod', 'client'],
    ['Pod', 'server'],
    ['Service', 'was called'],
  ]);
  const explain = (name: string) => explainConnection({ id: name, cluster: { id: 1, name: 'one' }, flows, known });
  expect(explain('connects~1:Deployment:shop:web~1:External::198.51.100.4~443/tcp')?.connections).toHaveLength(1);
  expect(explain('connects~1:Deployment:shop:web~1:Deployment:shop:cart~9/tcp')).toBeUndefined();
  expect(explain('owns~1:Deployment:shop:web~1:Pod:shop:web-1')).toBeUndefined();
});
