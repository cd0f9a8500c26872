import type { Connection, Slim } from '@mosaic/wire';
import { describe, expect, test } from 'vitest';
import type { AddressLease } from './known.ts';
import { edgesOfMinute } from './minute.ts';
import { AT, base, knownOf, leasesOf, node, pod, seen, serviceOf } from './testing.ts';

const told = (connections: readonly Connection[], slims = base, leases?: readonly AddressLease[], skewMs = 0) =>
  edgesOfMinute({ minute: AT, connections, known: knownOf(slims, leases), skewMs: () => skewMs }).edges.map(
    ({ from, to, port, service, rule }) => ({
      edge: `${from.kind} ${from.workload ?? from.name} → ${to.kind} ${to.workload ?? to.name}:${port}`,
      rule,
      ...(service && { via: `${service.namespace}/${service.name} ${service.ip}:${service.port}` }),
      ...((from.because ?? to.because) && { because: from.because ?? to.because }),
    }),
  );
const one = (change: Partial<Connection>, more: readonly Slim[] = [], leases?: readonly AddressLease[]) =>
  told([seen(change)], [...base, ...more], leases);
const to = (ip: string, port = 8080, change: Partial<Connection['server']> = {}) => ({
  server: { ip, port, ...change },
});

const VIA = 'shop/cart 10.96.0.10:80';
const v6 = pod('v6-1', 'fd00:1::7', { owner: 'cart' });
const dual = pod('dual-1', '10.0.1.9', { addresses: ['fd00:1::9'] });
const hostPod = pod('proxy-1', '192.168.0.2', {
  ...{ node: 'node-2', hostNetwork: true },
  ports: [{ protocol: 'tcp', port: 9100, host: 9100 }],
});
const edge = pod('edge-1', '10.0.2.8', { node: 'node-2', ports: [{ protocol: 'tcp', port: 8443, host: 443 }] });

describe('an address of each kind', () => {
  test.each<[string, ReturnType<typeof told>, ReturnType<typeof told>]>([
    [
      'a pod, by its lease',
      one({}),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:8080', rule: 'lease at the instant' }],
    ],
    [
      'a Service whose backend was seen: the backend, and the Service that was called',
      one({ ...to('10.0.2.2'), original: { ip: '10.96.0.10', port: 80 }, nat: 'seen' }),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:8080', rule: 'lease at the instant', via: VIA }],
    ],
    [
      'a Service whose backend was not seen stays the Service, though it has one pod only',
      one({ ...to('10.96.0.10', 80), nat: 'unknown' }),
      [
        {
          edge: 'Pod Deployment/web → Service cart:80',
          ...{ rule: 'Service address', via: VIA, because: 'the backend behind this address was not seen' },
        },
      ],
    ],
    [
      "the machine's own end of the pods' cables, as its agent says",
      one({ client: { ip: '10.0.1.254', port: 0, isMachine: true } }),
      [
        {
          edge: 'Node node-1 → Pod Deployment/cart:8080',
          rule: 'socket of the machine itself, seen there',
        },
      ],
    ],
    [
      'the same address without its word',
      one({ client: { ip: '10.0.1.254', port: 0 } }),
      [
        {
          edge: 'Unknown 10.0.1.254 → Pod Deployment/cart:8080',
          ...{ rule: 'not known, so not guessed', because: 'no holder' },
        },
      ],
    ],
    [
      'a NodePort whose backend was seen',
      one({ ...to('10.0.2.1'), original: { ip: '192.168.0.2', port: 30_080 }, nat: 'seen' }),
      [
        {
          edge: 'Pod Deployment/web → Pod Deployment/cart:8080',
          ...{ rule: 'lease at the instant', via: 'shop/cart 192.168.0.2:30080' },
        },
      ],
    ],
    [
      'a NodePort whose backend was not seen',
      one({ ...to('192.168.0.2', 30_080), nat: 'unknown' }),
      [
        {
          edge: 'Pod Deployment/web → Service cart:30080',
          ...{ rule: 'NodePort', via: 'shop/cart 192.168.0.2:30080' },
          because: 'the backend behind this address was not seen',
        },
      ],
    ],
    [
      'a load balancer',
      one({ ...to('10.0.2.1'), original: { ip: '203.0.113.5', port: 80 }, nat: 'seen' }, [
        serviceOf('front', ['10.96.0.11', '203.0.113.5'], [{ protocol: 'tcp', port: 80 }], 'cart'),
      ]),
      [
        {
          edge: 'Pod Deployment/web → Pod Deployment/cart:8080',
          ...{ rule: 'lease at the instant', via: 'shop/front 203.0.113.5:80' },
        },
      ],
    ],
    [
      'a load balancer at a node’s own address: the port tells',
      one({ ...to('192.168.0.2', 80), nat: 'unknown' }, [
        serviceOf('front', ['10.96.0.11', '192.168.0.2'], [{ protocol: 'tcp', port: 80 }], 'cart'),
      ]),
      [
        {
          edge: 'Pod Deployment/web → Service front:80',
          ...{ rule: 'Service address', via: 'shop/front 192.168.0.2:80' },
          because: 'the backend behind this address was not seen',
        },
      ],
    ],
    [
      'a headless Service: its pods have their own addresses, and no Service stands between',
      one(to('10.0.2.1', 6379, { name: 'cart-1.db.shop.svc.cluster.local' }), [serviceOf('db', [], [], 'cart')]),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:6379', rule: 'lease at the instant' }],
    ],
    [
      'an ExternalName: the name outside, and the Service that stands for it',
      one(to('198.51.100.4', 443, { name: 'pay.example.com' }), [serviceOf('pay', ['pay.example.com'])]),
      [
        {
          edge: 'Pod Deployment/web → External pay.example.com:443',
          ...{ rule: 'outside, by its DNS name', via: 'shop/pay 198.51.100.4:443' },
        },
      ],
    ],
    [
      'outside, without a name',
      one(to('198.51.100.4', 443)),
      [{ edge: 'Pod Deployment/web → External 198.51.100.4:443', rule: 'outside every range of the cluster' }],
    ],
    [
      'a pod on the host network, by the port it listens on',
      one(to('192.168.0.2', 9100), [hostPod]),
      [{ edge: 'Pod Deployment/web → Pod Pod/proxy-1:9100', rule: 'listener on a host port' }],
    ],
    [
      'the host itself, where nobody said that a pod listens',
      one(to('192.168.0.2', 10_250), [hostPod]),
      [{ edge: 'Pod Deployment/web → Node node-2:10250', rule: 'host address' }],
    ],
    [
      'a hostPort before translation',
      one(to('192.168.0.2', 443), [edge]),
      [{ edge: 'Pod Deployment/web → Pod Pod/edge-1:443', rule: 'listener on a host port' }],
    ],
    [
      'a hostPort after it',
      one({ ...to('10.0.2.8', 8443), original: { ip: '192.168.0.2', port: 443 }, nat: 'seen' }, [edge]),
      [{ edge: 'Pod Deployment/web → Pod Pod/edge-1:8443', rule: 'lease at the instant' }],
    ],
    [
      'two pods that say they listen on one host port',
      one(to('192.168.0.2', 443), [edge, pod('edge-2', '10.0.2.9', { node: 'node-2', ports: edge.ports ?? [] })]),
      [
        {
          edge: 'Pod Deployment/web → Unknown 192.168.0.2:443',
          rule: 'not known, so not guessed',
          because: 'held by two',
        },
      ],
    ],
    [
      'IPv6, however it is written',
      one(to('FD00:0001:0:0:0:0:0:7', 8080), [v6]),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:8080', rule: 'lease at the instant' }],
    ],
    [
      'IPv4 mapped into IPv6',
      one({ client: { ip: '::ffff:10.0.1.1', port: 0 }, server: { ip: '::ffff:a00:201', port: 8080 } }),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:8080', rule: 'lease at the instant' }],
    ],
    [
      'a pod of two families: one edge',
      told(
        [seen(to('10.0.1.9')), seen({ ...to('fd00:1::9'), client: { ip: 'fd00:1::7', port: 0 } })],
        [...base, dual, v6],
      ),
      [
        { edge: 'Pod Deployment/web → Pod Pod/dual-1:8080', rule: 'lease at the instant' },
        { edge: 'Pod Deployment/cart → Pod Pod/dual-1:8080', rule: 'lease at the instant' },
      ].reverse(),
    ],
    ['loopback', one(to('127.0.0.1')), []],
    ['nobody’s address', one({ ...to('224.0.0.251', 5353), protocol: 'udp' }), []],
    [
      'inside, but nobody’s at that moment',
      one(to('10.0.2.77')),
      [
        {
          edge: 'Pod Deployment/web → Unknown 10.0.2.77:8080',
          rule: 'not known, so not guessed',
          because: 'no holder',
        },
      ],
    ],
    [
      'held by two',
      one({}, [pod('cart-9', '10.0.2.1')]),
      [
        {
          edge: 'Pod Deployment/web → Unknown 10.0.2.1:8080',
          rule: 'not known, so not guessed',
          because: 'held by two',
        },
      ],
    ],
    [
      'a process that was found wins over leases',
      one({ ...to('10.0.2.1', 8080, { podUid: 'cart-2' }), client: { ip: '10.0.1.1', port: 0, podUid: 'web-1' } }, [
        pod('cart-9', '10.0.2.1'),
      ]),
      [{ edge: 'Pod Deployment/web → Pod Deployment/cart:8080', rule: "socket's process" }],
    ],
    [
      'a pod younger than the observation is never its end',
      one({ client: { ip: '10.0.1.1', port: 0, podUid: 'late' } }, [
        pod('late', '10.0.1.50', { createdAt: AT + 40_000 }),
      ]),
      [
        {
          edge: 'Unknown 10.0.1.1 → Pod Deployment/cart:8080',
          ...{ rule: 'not known, so not guessed', because: 'the pod is younger than the observation' },
        },
      ],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });

  test('in a flat network, where machines share the pods’ range, an address nobody holds is outside', () => {
    const slims = [...base, node('node-3', '10.0.2.200')];
    expect(told([seen(to('10.0.2.77'))], slims)[0]?.edge).toBe('Pod Deployment/web → External 10.0.2.77:8080');
  });

  test('a node without its Node object is known by its pods', () => {
    const slims = [...base.filter(({ kind }) => kind !== 'Node'), hostPod];
    expect(told([seen(to('192.168.0.2', 22))], slims)[0]?.edge).toBe('Pod Deployment/web → Node node-2:22');
  });
});

describe('an address that changes hands', () => {
  const slims = [...base, pod('b', '10.0.2.50')];
  const others = leasesOf(slims).filter(({ uid }) => uid !== 'cart-1' && uid !== 'b');
  const handed = (end: number | undefined, begin: number): AddressLease[] => [
    ...others,
    { ip: '10.0.2.1', uid: 'cart-1', from: AT - 100_000, ...(end !== undefined && { to: end }), hostNetwork: false },
    { ip: '10.0.2.1', uid: 'b', from: begin, hostNetwork: false },
  ];
  const at = (from: number, leases: readonly AddressLease[], skewMs = 0) => {
    const [found] = told([seen({ at: from, until: from + 10_000 })], slims, leases, skewMs);
    return found?.because ?? found?.edge.split(' → ')[1];
  };
  const t = AT + 30_000;

  test.each<[string, string | undefined, string]>([
    ['well before', at(t - 20_000, handed(t, t)), 'Pod Deployment/cart:8080'],
    ['well after', at(t + 10_000, handed(t, t)), 'Pod Pod/b:8080'],
    ['2 s before', at(t - 11_000, handed(t, t)), 'changed hands at this instant'],
    ['across', at(t - 5_000, handed(t, t)), 'changed hands at this instant'],
    ['near the end alone', at(t - 11_000, handed(t, t + 20_000)), "within 2 s of a lease's end"],
    ['near the beginning alone', at(t + 20_500, handed(t, t + 20_000)), "within 2 s of a lease's beginning"],
    ['between', at(t + 3_000, handed(t, t + 16_000)), 'no holder'],
    ['while both hold it', at(t + 5_000, handed(undefined, t)), 'held by two'],
    ['with clocks 15 s apart', at(t - 20_000, handed(t, t), 15_000), 'changed hands at this instant'],
  ])('%s: %s', (_, found, expected) => {
    expect(found).toBe(expected);
  });

  test.each([
    [88_000, '90 s'],
    [10 * 60_000, '11 min'],
    [34_764_000, '9 h 40 min'],
    [48 * 3_600_000 - 2_000, '2 d'],
    [74 * 3_600_000 - 2_000, '3 d 2 h'],
  ])('with clocks %d ms apart the neighbourhood of a lease is told as people tell it', (skewMs, expected) => {
    const alone = handed(t, t + 20_000).filter(({ uid }) => uid !== 'cart-1');
    expect(at(t + 20_500, alone, skewMs)).toBe(`within ${expected} of a lease's beginning`);
  });

  test('is told by the server’s own observer, where there is one', () => {
    const window = { at: t - 5_000, until: t + 5_000 };
    const answered = seen({ ...window, node: 'node-2', side: 'server', ...to('10.0.2.1', 8080, { podUid: 'b' }) });
    expect(told([seen(window), answered], slims, handed(t, t))).toEqual([
      { edge: 'Pod Deployment/web → Pod Pod/b:8080', rule: 'lease at the instant' },
    ]);
  });
});
