import type { Connection, Endpoint } from '@mosaic/wire';
import { describe, expect, test } from 'vitest';
import { graphAt } from '../graph.ts';
import { byUid } from '../testing.ts';
import { byName } from './by-name.ts';
import { explainConnection } from './explain-connection.ts';
import { edgesOfMinute } from './minute.ts';
import { AT, base, knownOf, pod, seen, serviceOf } from './testing.ts';

const named = knownOf([...base, serviceOf('db', [], []), pod('db-0', '10.0.2.9')]);
const requests = { count: 20, errors: 5, p50: 3, p95: 9, max: 11, system: 'http' };
const span = (client: Partial<Endpoint>, server: Partial<Endpoint>): Connection =>
  seen({
    ...{ method: 'spans', open: 0, opened: 0, closed: 0, requests },
    ...{ client: { ip: '', port: 0, ...client }, server: { ip: '', port: 8080, ...server } },
  });
const told = (name: string) => ({ told: { namespace: 'shop', pod: `${name}-1`, workload: `Deployment/${name}` } });
const edgeOf = (connection: Connection, known = named) =>
  edgesOfMinute({ minute: AT, connections: [connection], known }).edges[0];

describe('what a span calls by name', () => {
  test.each(['cart', 'cart.shop', 'cart.shop.svc', 'Cart.shop.svc.cluster.local.'])(
    '%s is the Service, without an address',
    (name) => {
      expect(edgeOf(span({ podUid: 'web-1' }, { name }))).toMatchObject({
        from: { kind: 'Pod', name: 'web-1', workload: 'Deployment/web' },
        to: { kind: 'Service', namespace: 'shop', name: 'cart' },
        requests,
      });
    },
  );

  test.each([
    ['db-0.db.shop.svc', 'Pod', 'db-0'],
    ['cart.other', 'External', 'cart.other'],
    ['api.pay.example', 'External', 'api.pay.example'],
    ['cart.shop.example', 'External', 'cart.shop.example'],
  ])('%s is %s %s', (name, kind, of) => {
    expect(edgeOf(span({ podUid: 'web-1' }, { name }))?.to).toMatchObject({ kind, name: of });
  });

  test('a pod is found by its own word where its uid is not told', () => {
    expect(edgeOf(span(told('web'), told('cart')))).toMatchObject({
      from: { uid: 'web-1', workload: 'Deployment/web' },
      to: { uid: 'cart-1', workload: 'Deployment/cart' },
    });
  });

  test('without an address, a name or a word there is no edge', () => {
    expect(edgeOf(span({ podUid: 'web-1' }, {}))).toBeUndefined();
  });

  test('names are looked up once for the same objects', () => {
    expect(byName(named.objects)).toBe(byName(named.objects));
  });
});

test('a cluster that no agent watches has the workloads its spans tell of, with rate, errors and latency', () => {
  const edges = edgesOfMinute({ minute: AT, connections: [span(told('web'), told('cart'))], known: knownOf([]) }).edges;
  const cluster = { id: 3, name: 'local', objects: byUid([]), edges: [{ minute: AT, edges }] };
  const graph = graphAt({ clusters: [cluster], level: 'workload' });
  expect(graph.nodes.map(({ id, health, reasons }) => [id, health, reasons])).toEqual([
    ['3:Deployment:shop:cart', 'unknown', ['known by its spans alone: cart-1']],
    ['3:Deployment:shop:web', 'unknown', ['known by its spans alone: web-1']],
  ]);
  expect(graph.edges).toMatchObject([
    {
      from: '3:Deployment:shop:web',
      to: '3:Deployment:shop:cart',
      port: 8080,
      requests: { rate: 0.3333, errors: 0.25, p50: 3, p95: 9 },
    },
  ]);
  for (const level of ['cluster', 'namespace', 'pod', 'container', 'node'] as const)
    graphAt({ clusters: [cluster], level });
  expect(graphAt({ clusters: [cluster], level: 'pod' }).nodes.map(({ id }) => id)).toEqual([
    '3:Pod:shop:cart-1',
    '3:Pod:shop:web-1',
  ]);
});

test('an edge told by spans is explained by them: who called whom by which name, without an address', () => {
  const flow = { ...span(told('web'), { name: 'cart.shop' }), source: 'intake otlp', boot: 'b' };
  const explained = explainConnection({
    id: 'connects~1:Deployment:shop:web~1:Service:shop:cart~8080/tcp',
    cluster: { id: 1, name: 'eu-1' },
    ...{ flows: [flow], known: named },
  });
  expect(explained).toMatchObject({
    method: 'told by spans',
    connections: [{ client: 'web-1', called: 'cart.shop:8080', server: 'cart.shop:8080' }],
  });
  const alone = explainConnection({
    id: 'connects~1:Deployment:shop:web~1:Deployment:shop:cart~8080/tcp',
    cluster: { id: 1, name: 'eu-1' },
    ...{ flows: [{ ...flow, server: { ip: '', port: 8080, ...told('cart') } }], known: knownOf([]) },
  });
  expect(alone?.rule).toBe("named by its own span's resource");
});
