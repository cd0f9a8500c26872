import type { Connection } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MOST_ADDRESSES, OTHERS } from './bounded-ends.ts';
import { edgesOfMinute } from './minute.ts';
import { AT, base, knownOf, leasesOf, pod, seen, serviceOf } from './testing.ts';

const known = knownOf([...base, pod('b', '10.0.2.50')]);
const minuteOf = (connections: readonly Connection[], of = known) =>
  edgesOfMinute({ minute: AT, connections, known: of }).edges;
const brief = (connections: readonly Connection[], of = known) =>
  minuteOf(connections, of).map(({ from, to, port, service, opened }) => [
    from.name,
    to.name,
    port,
    service?.name,
    opened,
  ]);

const VIP = { original: { ip: '10.96.0.10', port: 80 }, nat: 'seen' } as const;
const server = (change: Partial<Connection> = {}) =>
  seen({ node: 'node-2', side: 'server', server: { ip: '10.0.2.1', port: 8080, podUid: 'cart-1' }, ...change });
const client = (change: Partial<Connection> = {}) =>
  seen({ client: { ip: '10.0.1.1', port: 0, podUid: 'web-1' }, ...change });

describe('seen from both sides', () => {
  test('one connection is one edge, and the Service its client called stays known', () => {
    expect(brief([client(VIP), server()])).toEqual([['web-1', 'cart-1', 8080, 'cart', 6]]);
    const [edge] = minuteOf([client(VIP), server()]);
    expect(edge).toMatchObject({ rule: "socket's process", confidence: 1, methods: ['proc'] });
  });

  test('what one observer missed the other tells, and nothing counts twice', () => {
    const counts = { opened: 10, closed: 9, failed: 0, open: 2, bytesOut: 100 };
    const [edge] = minuteOf([client({ opened: 6, failed: 4, bytesIn: 70 }), server(counts)]);
    expect(edge).toMatchObject({ opened: 10, failed: 4, bytesOut: 100, bytesIn: 70, open: 2 });
  });

  test('what is called by two ways is shared out between them', () => {
    expect(brief([client({ ...VIP, opened: 5 }), client({ opened: 2 }), server({ opened: 9 })])).toEqual([
      ['web-1', 'cart-1', 8080, undefined, 2],
      ['web-1', 'cart-1', 8080, 'cart', 7],
    ]);
  });

  test('a host’s address as the client is left to that host’s own observer', () => {
    const masked = server({ client: { ip: '192.168.0.1', port: 0 } });
    expect(brief([masked])).toEqual([['node-1', 'cart-1', 8080, undefined, 6]]);
    expect(brief([client(), masked])).toEqual([['web-1', 'cart-1', 8080, undefined, 6]]);
  });

  test('who comes in by a NodePort is known with the Service, though only the server’s side saw it', () => {
    const coming = server({
      client: { ip: '198.51.100.9', port: 0 },
      original: { ip: '192.168.0.2', port: 30_080 },
      nat: 'seen',
    });
    expect(minuteOf([coming])[0]).toMatchObject({
      from: { kind: 'External', ip: '198.51.100.9' },
      service: { name: 'cart', ip: '192.168.0.2', port: 30_080 },
    });
  });
});

describe('sidecars', () => {
  const hop = (port: number, original: Connection['original']) =>
    client({ server: { ip: '127.0.0.1', port }, ...(original && { original }), nat: 'seen' });
  const out = (port = 8080) => client({ server: { ip: '10.0.2.1', port } });
  const taken = (port: number, original?: Connection['original']) =>
    server({ server: { ip: '10.0.2.1', port, podUid: 'cart-1' }, ...(original && { original }), nat: 'seen' });
  const vip = { ip: '10.96.0.10', port: 80 };
  const direct = { ip: '10.0.2.1', port: 8080 };

  test.each<[string, Connection[], unknown[]]>([
    [
      'Istio: out, across, in',
      [hop(15_001, vip), out(), taken(15_006, direct)],
      [['web-1', 'cart-1', 8080, 'cart', 6]],
    ],
    ['Linkerd: out, across, in', [hop(4140, vip), out(), taken(4143, direct)], [['web-1', 'cart-1', 8080, 'cart', 6]]],
    [
      'Linkerd’s tunnel to the other proxy',
      [hop(4140, vip), out(4143), taken(4143)],
      [['web-1', 'cart-1', 8080, 'cart', 6]],
    ],
    ['ambient: HBONE', [hop(15_001, vip), out(15_008), taken(15_008)], [['web-1', 'cart-1', 8080, 'cart', 6]]],
    ['the way in without its redirect', [out(), taken(15_006)], [['web-1', 'cart-1', 8080, undefined, 6]]],
    ['the way out alone ends at the Service', [hop(15_001, vip)], [['web-1', 'cart', 80, 'cart', 6]]],
    ['a pod called by its own address', [hop(15_001, direct), out()], [['web-1', 'cart-1', 8080, undefined, 6]]],
    ['a tunnel nobody knows more of', [out(15_008)], [['web-1', 'cart-1', 15_008, undefined, 6]]],
  ])('%s', (_, connections, expected) => {
    expect(brief(connections)).toEqual(expected);
  });

  test('a hop of one Service says nothing of a backend of another', () => {
    const slims = [...base, pod('b', '10.0.2.50'), serviceOf('b', ['10.96.0.20'], [{ protocol: 'tcp', port: 80 }])];
    const to = (ip: string) => client({ server: { ip, port: 8080 } });
    const hops = [hop(15_001, vip), hop(15_001, { ip: '10.96.0.20', port: 80 })];
    expect(brief([...hops, to('10.0.2.1'), to('10.0.2.50')], knownOf(slims, leasesOf(slims)))).toEqual([
      ['web-1', 'b', 8080, 'b', 6],
      ['web-1', 'cart-1', 8080, 'cart', 6],
    ]);
  });
});

describe('a minute', () => {
  test('open ones are the mean over the windows its observer looked at', () => {
    const windows = [0, 10_000, 20_000].map((after) =>
      client({ at: AT + after, until: AT + after + 10_000, open: after === 0 ? 6 : 0 }),
    );
    expect(minuteOf(windows)[0]).toMatchObject({ open: 2, opened: 18 });
  });

  test('a crowd of addresses is its busiest and the others, and nobody is lost', () => {
    const crowd = Array.from({ length: 200 }, (_, i) =>
      server({ client: { ip: `198.51.${i >> 6}.${i}`, port: 0 }, opened: i === 150 ? 1000 : 1 }),
    );
    const edges = minuteOf(crowd);
    expect(edges).toHaveLength(MOST_ADDRESSES + 1);
    expect(edges.reduce((sum, { opened }) => sum + opened, 0)).toBe(1199);
    expect(edges.find(({ from }) => from.name === OTHERS)?.opened).toBe(150);
    expect(edges.some(({ from }) => from.name === '198.51.2.150')).toBe(true);
  });

  test('the same edges result whatever order observations come in', () => {
    const ips = [
      '10.0.1.1',
      '10.0.2.1',
      '10.0.2.2',
      '10.0.2.50',
      '10.96.0.10',
      '192.168.0.1',
      '198.51.100.1',
      '127.0.0.1',
    ];
    const endpoint = fc.record({ ip: fc.constantFrom(...ips), port: fc.constantFrom(8080, 80, 15_001, 15_006) });
    const connection = fc
      .record({
        client: endpoint,
        server: endpoint,
        side: fc.constantFrom('client' as const, 'server' as const, 'both' as const),
        node: fc.constantFrom('node-1', 'node-2'),
        after: fc.integer({ min: 0, max: 5 }),
        open: fc.integer({ min: 0, max: 3 }),
        requests: fc.option(
          fc.record({
            count: fc.integer({ min: 1, max: 9 }),
            errors: fc.constant(0),
            p50: fc.integer({ min: 0, max: 99 }),
            p95: fc.constant(9),
            max: fc.constant(10),
          }),
          { nil: undefined },
        ),
      })
      .map(({ after, requests, ...change }) =>
        seen({ ...change, at: AT + after * 10_000, until: AT + (after + 1) * 10_000, ...(requests && { requests }) }),
      );
    fc.assert(
      fc.property(fc.array(connection, { maxLength: 12 }), fc.infiniteStream(fc.nat(1000)), (all, keys) => {
        const shuffled = all
          .map((each) => ({ each, key: keys.next().value }))
          .sort((a, b) => a.key - b.key)
          .map(({ each }) => each);
        expect(minuteOf(shuffled)).toEqual(minuteOf(all));
      }),
      { numRuns: 300 },
    );
  });
});
