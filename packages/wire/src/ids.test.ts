import fc from 'fast-check';
import { expect, test } from 'vitest';
import { edgeId, hash64, nodeId, parseEdgeId, parseNodeId, SHARDS, shardOf } from './index.ts';

test('a node id gives back what it names', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/);
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9999 }),
      word,
      word,
      fc.string({ minLength: 1 }),
      (cluster, kind, namespace, name) => {
        expect(parseNodeId(nodeId(cluster, kind, namespace, name))).toEqual({ cluster, kind, namespace, name });
      },
    ),
  );
});

test('what is no node id is told so', () => expect(parseNodeId('checkout')).toBeUndefined());

test('the 64-bit hash is FNV-1a', () => {
  expect(BigInt.asUintN(64, hash64(''))).toBe(0xcbf29ce484222325n);
  expect(BigInt.asUintN(64, hash64('a'))).toBe(0xaf63dc4c8601ec8cn);
  expect(BigInt.asUintN(64, hash64('foobar'))).toBe(0x85944171f73967e8n);
});

test('every namespace has a shard', () => {
  fc.assert(fc.property(fc.string(), (namespace) => shardOf(namespace) >= 0 && shardOf(namespace) < SHARDS));
});

test('an edge says its door, when it has one, and is read back', () => {
  const ends = { relation: 'connects', from: '1:Pod:shop:a', to: '1:External::2001:db8::1' } as const;
  const door = { port: 443, protocol: 'tcp' };
  expect(parseEdgeId(edgeId('connects', ends.from, ends.to, door))).toEqual({ ...ends, ...door });
  expect(parseEdgeId(edgeId('connects', ends.from, ends.to))).toEqual(ends);
  expect(parseEdgeId(`${edgeId('connects', ends.from, ends.to)}~8080`)).toBeUndefined();
});
