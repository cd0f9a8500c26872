import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Malformed } from './bytes.ts';
import type { EdgeEnd, EdgeMinute } from './edge.ts';
import { readEdges, writeEdges } from './edge-codec.ts';

const end: fc.Arbitrary<EdgeEnd> = fc.constantFrom<EdgeEnd>(
  { kind: 'Pod', namespace: 'shop', name: 'cart-1', uid: 'u1', workload: 'Deployment/cart', ip: '10.0.0.1' },
  { kind: 'External', namespace: '', name: 'api.example.com', ip: '203.0.113.7' },
  { kind: 'Unknown', namespace: '', name: '', ip: 'fd00::1', because: 'held by two' },
);
const edge: fc.Arbitrary<EdgeMinute> = fc.record({
  minute: fc.nat(1e6).map((n) => n * 60_000),
  from: end,
  to: end,
  port: fc.nat(65_535),
  protocol: fc.constantFrom('tcp' as const, 'udp' as const),
  open: fc.nat(10_000).map((n) => n / 100),
  opened: fc.nat(),
  closed: fc.nat(),
  failed: fc.nat(),
  methods: fc.constantFrom(['proc' as const], ['proc' as const, 'conntrack' as const]),
  confidence: fc.nat(1000).map((n) => n / 1000),
  rule: fc.constantFrom('lease at the instant', 'socket’s process'),
});

it('a minute of edges comes out as it went in', () => {
  fc.assert(
    fc.property(fc.array(edge, { maxLength: 30 }), (edges) => {
      expect(readEdges(writeEdges(edges))).toEqual(edges);
    }),
  );
});

it('a flipped or truncated minute is malformed or reads', () => {
  const body = writeEdges(fc.sample(edge, 10));
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (place, flip, cut) => {
      try {
        readEdges(cut ? body.slice(0, place) : body.map((byte, i) => (i === place ? byte ^ flip : byte)));
      } catch (error) {
        expect(error).toBeInstanceOf(Malformed);
      }
    }),
  );
});
