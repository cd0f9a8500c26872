import { nodeId, type Relation, type Slim, type TopologyEdge } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDelta, deltaOf, diffGraphs, stepGraph } from './diff.ts';
import { explainEdge } from './explain.ts';
import { type Graph, graphAt } from './graph.ts';
import { workloadOf } from './owners.ts';
import { broken, byUid, declares, deployment, mounts, podOf, service, slim } from './testing.ts';

const cluster = (slims: readonly Slim[]) => ({ id: 1, name: 'eu-1', objects: byUid(slims) });
const at = (slims: readonly Slim[], level: Parameters<typeof graphAt>[0]['level'] = 'workload'): Graph =>
  graphAt({ clusters: [cluster(slims)], level });
const node = (graph: Graph, kind: string, name: string, namespace = 'shop') =>
  graph.nodes.find(({ id }) => id === nodeId(1, kind, namespace, name));
const drawn = ({ edges }: { readonly edges: readonly TopologyEdge[] }, relation: Relation) =>
  edges
    .filter((edge) => edge.relation === relation)
    .map(({ from, to }) => `${from.split(':').slice(1).join(':')} → ${to.split(':').slice(1).join(':')}`);

const checkout = deployment('checkout', [{}, {}, {}], {
  podLinks: [
    mounts('ConfigMap', 'config'),
    mounts('Secret', 'card-keys'),
    declares('payments', 'env PAYMENTS_HOST'),
    declares('gone', 'env GONE_HOST'),
  ],
});
const shop = [
  ...checkout,
  ...deployment('payments', [{ node: 'a' }, { node: 'b' }]),
  service('checkout'),
  service('payments'),
  slim({
    kind: 'ConfigMap',
    name: 'config',
    links: [declares('checkout', 'key SELF'), declares('orders', 'key ORDERS_URL', 'platform')],
  }),
  slim({ kind: 'Secret', name: 'card-keys' }),
  service('orders', { app: 'orders' }, 'platform'),
  slim({
    kind: 'Ingress',
    name: 'shop',
    links: [{ relation: 'routes', kind: 'Service', name: 'checkout', port: 80, via: 'rule shop.test/' }],
  }),
  slim({
    kind: 'HorizontalPodAutoscaler',
    name: 'checkout',
    links: [{ relation: 'scales', kind: 'Deployment', name: 'checkout' }],
  }),
  slim({
    kind: 'PodDisruptionBudget',
    name: 'checkout',
    links: [{ relation: 'protects', kind: 'Pod', selector: { matchLabels: { app: 'checkout' } } }],
  }),
  slim({ kind: 'Node', name: 'a', namespace: '' }),
  slim({ kind: 'Node', name: 'b', namespace: '' }),
];

describe('relations at the level of workloads', () => {
  const graph = at(shop);
  const table: [Relation, string[]][] = [
    [
      'selects',
      ['Service:shop:checkout → Deployment:shop:checkout', 'Service:shop:payments → Deployment:shop:payments'],
    ],
    ['routes', ['Ingress:shop:shop → Service:shop:checkout']],
    [
      'mounts',
      ['Deployment:shop:checkout → ConfigMap:shop:config', 'Deployment:shop:checkout → Secret:shop:card-keys'],
    ],
    ['scales', ['HorizontalPodAutoscaler:shop:checkout → Deployment:shop:checkout']],
    ['protects', ['PodDisruptionBudget:shop:checkout → Deployment:shop:checkout']],
    [
      'declared',
      ['Deployment:shop:checkout → Service:platform:orders', 'Deployment:shop:checkout → Service:shop:payments'],
    ],
    ['connects', []],
    ['owns', []],
    ['scheduledOn', []],
  ];
  it.each(table)('%s: %j', (relation, expected) => {
    expect(drawn(graph, relation)).toEqual(expected);
  });

  it('a declared relation says where it was read', () => {
    const via = graph.edges.filter(({ relation }) => relation === 'declared').map((edge) => edge.via);
    expect(via).toEqual(['ConfigMap config: key ORDERS_URL', 'env PAYMENTS_HOST']);
  });

  it('a Service that is named but not there draws nothing', () => {
    expect(
      drawn(at(shop.filter(({ name, kind }) => !(kind === 'Service' && name === 'payments'))), 'declared'),
    ).toEqual(['Deployment:shop:checkout → Service:platform:orders']);
  });

  it('a selector stays inside its namespace, and an empty one matches nothing', () => {
    const elsewhere = deployment('checkout', [{}], { namespace: 'dev' });
    expect(drawn(at([...shop, ...elsewhere, service('all', {})]), 'selects')).toHaveLength(2);
  });

  it('a Service of a workload scaled to 0 still points at it and says why it has no pods', () => {
    const idle = at([...deployment('idle', [], { wanted: 0, ready: 0 }), service('idle')]);
    expect(drawn(idle, 'selects')).toEqual(['Service:shop:idle → Deployment:shop:idle']);
    expect(node(idle, 'Service', 'idle')?.reasons).toEqual(['no pods: idle is scaled to 0']);
  });

  it('an edge tells the objects and the rule behind it', () => {
    const id = graph.edges.find(({ relation, to }) => relation === 'declared' && to.includes('payments'))?.id ?? '';
    const why = explainEdge([cluster(shop)], id);
    expect(why).toMatchObject({ relation: 'declared', confidence: 0.5 });
    expect(why?.observations[0]).toMatchObject({ kind: 'Deployment', name: 'checkout', where: 'env PAYMENTS_HOST' });
    expect(explainEdge([cluster(shop)], 'declared~1:Pod:a:b~1:Service:a:b')).toBeUndefined();
  });
});

describe('folding', () => {
  it('ReplicaSets and pods fold into the Deployment; Jobs of a CronJob into the CronJob; a bare pod stands for itself', () => {
    const cron = slim({ kind: 'CronJob', name: 'report' });
    const job = slim({ kind: 'Job', name: 'report-1', owner: cron.uid });
    const done = podOf(job, 'report-1-x', { phase: 'Succeeded', ready: 0 });
    const graph = at([
      ...deployment('cart', [{}]),
      cron,
      job,
      done,
      slim({ kind: 'Pod', name: 'debug', phase: 'Running', wanted: 1, ready: 1 }),
    ]);
    expect(graph.nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'CronJob report',
      'Deployment cart',
      'Pod debug',
    ]);
    expect(node(graph, 'CronJob', 'report')).toMatchObject({ health: 'well', counts: { pods: 0 } });
  });

  it('a mirror pod is no part of its Node, and an operator’s own kind is the workload of the pods under it', () => {
    const machine = slim({ kind: 'Node', name: 'a', namespace: '' });
    const db = slim({ kind: 'Postgres', name: 'db' });
    const set = slim({ kind: 'StatefulSet', name: 'db-0', owner: db.uid });
    const graph = at([machine, podOf(machine, 'etcd-a', { namespace: 'kube-system' }), db, set, podOf(set, 'db-0-0')]);
    expect(graph.nodes.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Pod etcd-a', 'Postgres db']);
    expect(workloadOf(byUid([db, set]), set.uid)).toMatchObject({ kind: 'Postgres', name: 'db' });
  });

  it('owners in a circle end', () => {
    const a = slim({ kind: 'Job', name: 'a', owner: 'job-shop-b' });
    const b = slim({ kind: 'Job', name: 'b', owner: 'job-shop-a' });
    expect(at([a, b]).nodes.length).toBeGreaterThan(0);
  });
});

describe('health', () => {
  const ofPods = (pods: readonly Partial<Slim>[], own: Partial<Slim> = {}) => {
    const found = node(at(deployment('checkout', pods, own)), 'Deployment', 'checkout');
    return [found?.health, found?.reasons];
  };
  it.each<[string, readonly Partial<Slim>[], Partial<Slim>, unknown]>([
    ['all ready: well', [{}, {}], {}, ['well', []]],
    ['a broken pod beside ready ones degrades', [{}, broken], {}, ['degraded', ['CrashLoopBackOff (exit 1)']]],
    ['broken pods and none ready: broken', [broken, broken], {}, ['broken', ['CrashLoopBackOff (exit 1) in 2 pods']]],
    [
      'its own word comes first',
      [broken],
      { health: 'broken', reasons: ['0 of 1 ready'] },
      ['broken', ['0 of 1 ready', 'CrashLoopBackOff (exit 1)']],
    ],
    ['an evicted pod left behind is past', [{}, { ...broken, phase: 'Failed' }], {}, ['well', []]],
    ['a pod that is leaving does not count', [{}, { ...broken, deletingAt: 5 }], {}, ['well', []]],
    ['a word from a newer agent is unknown', [{}], { health: 'sleepy' as Slim['health'] }, ['unknown', []]],
  ])('%s', (_, pods, own, expected) => {
    expect(ofPods(pods, own)).toEqual(expected);
  });

  it('a Service with no ready pod, and one that matches nothing, say so', () => {
    const graph = at([...deployment('cart', [broken, broken]), service('cart'), service('nobody')]);
    expect(node(graph, 'Service', 'cart')).toMatchObject({ health: 'degraded', reasons: ['none of 2 pods is ready'] });
    expect(node(graph, 'Service', 'nobody')).toMatchObject({
      health: 'degraded',
      reasons: ['its selector matches no pod'],
    });
  });

  it('before anybody watched, how a Service was is not known', () => {
    const slims = [...deployment('cart', [{ ready: 0, health: 'unknown' }]), service('cart')];
    const graph = graphAt({ clusters: [{ ...cluster(slims), reconstructed: true }], level: 'workload' });
    expect(node(graph, 'Service', 'cart')).toMatchObject({ health: 'unknown', reasons: [] });
  });

  it('a group is as its worst member and counts the others', () => {
    const graph = at([...deployment('cart', [broken]), ...deployment('catalog', [{}])], 'namespace');
    expect(graph.nodes[0]).toMatchObject({
      id: '1:Namespace::shop',
      health: 'broken',
      counts: { workloads: 2, broken: 1, well: 1, pods: 2 },
    });
    expect(graph.nodes[0]?.reasons).toEqual(['cart: CrashLoopBackOff (exit 1)']);
  });

  it('at most 24 squares, a broken pod never left out', () => {
    const pods = Array.from({ length: 40 }, (_, i) => (i === 39 ? broken : {}));
    const dots = node(at(deployment('big', pods)), 'Deployment', 'big')?.pods ?? [];
    expect(dots).toHaveLength(24);
    expect(dots.some(({ health }) => health === 'broken')).toBe(true);
  });
});

describe('levels', () => {
  it('pods stand under their workload and on their Node', () => {
    const graph = at(shop, 'pod');
    expect(node(graph, 'Pod', 'payments-5d-0')?.parent).toBe('1:Deployment:shop:payments');
    expect(drawn(graph, 'scheduledOn')).toEqual([
      'Pod:shop:payments-5d-0 → Node::a',
      'Pod:shop:payments-5d-1 → Node::b',
    ]);
    expect(drawn(graph, 'owns')).toContain('Deployment:shop:payments → Pod:shop:payments-5d-0');
  });

  it('containers carry their pod’s id and their own name', () => {
    const graph = at(deployment('cart', [broken]), 'container');
    expect(graph.nodes.find(({ kind }) => kind === 'Container')).toMatchObject({
      id: '1:Pod:shop:cart-5d-0/main',
      parent: '1:Pod:shop:cart-5d-0',
      health: 'broken',
      reasons: ['CrashLoopBackOff'],
      version: '1.0.0',
    });
  });

  it('machines hold the pods on them', () => {
    const graph = at(shop, 'node');
    expect(node(graph, 'Node', 'a', '')?.counts).toMatchObject({ pods: 1, ready: 1 });
    expect(node(graph, 'Pod', 'payments-5d-0')?.parent).toBe('1:Node::a');
  });

  it('relations between namespaces are one edge each', () => {
    expect(drawn(at(shop, 'namespace'), 'declared')).toEqual(['Namespace::shop → Namespace::platform']);
  });

  it('a filter keeps edges whose both ends stay', () => {
    const graph = graphAt({ clusters: [cluster(shop)], level: 'workload', namespace: 'shop', q: 'PAYMENTS' });
    expect(graph.nodes.map(({ kind }) => kind)).toEqual(['Deployment', 'Service']);
    expect(graph.edges.map(({ relation }) => relation)).toEqual(['selects']);
  });
});

describe('laws', () => {
  const anyShop = fc.shuffledSubarray(shop);
  const levels = fc.constantFrom('cluster', 'namespace', 'workload', 'pod', 'container', 'node' as const);

  it('the order of objects does not show', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(shop, { minLength: shop.length }), levels, (order, level) => {
        expect(at(order, level)).toEqual(at(shop, level));
      }),
      { numRuns: 60 },
    );
  });

  it('a graph does not differ from itself, and the same name in a new life is the same node', () => {
    const again = shop.map((one) => ({ ...one, uid: `${one.uid}-2`, ...(one.owner && { owner: `${one.owner}-2` }) }));
    expect(diffGraphs(at(shop), at([...shop]))).toEqual(diffGraphs(at([]), at([])));
    expect(at(again).nodes.map(({ id }) => id)).toEqual(at(shop).nodes.map(({ id }) => id));
  });

  it('a step applied to the graph before is the graph after, and every edge has both ends', () => {
    fc.assert(
      fc.property(anyShop, anyShop, levels, (some, others, level) => {
        const [before, after] = [at(some, level), at(others, level)];
        const delta = deltaOf(before, after, '2026-01-01T00:00:00.000Z');
        expect(delta ? applyDelta(before, delta) : before).toEqual(after);
        const ids = new Set(after.nodes.map(({ id }) => id));
        expect(after.edges.every(({ from, to }) => ids.has(from) && ids.has(to))).toBe(true);
        expect(ids.size).toBe(after.nodes.length);
      }),
      { numRuns: 60 },
    );
  });

  it('a change is told in words', () => {
    const worse = [
      ...deployment('payments', [broken, broken], { images: ['shop/payments:2.0.0'] }),
      service('payments'),
    ];
    const was = [...deployment('payments', [{}, {}]), service('payments')];
    const { nodes } = diffGraphs(at(was), at(worse));
    expect(nodes.changed[0]?.reasons).toEqual([
      'well → broken: CrashLoopBackOff (exit 1) in 2 pods',
      'image shop/payments:1.0.0 → shop/payments:2.0.0',
      'ready 2 → 0',
      'restarts 0 → 8',
    ]);
    expect(stepGraph(at(was), { clusters: [cluster(was)], level: 'workload' }, 'x').delta).toBeUndefined();
  });
});
