import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hash64, nodeId, parseNodeId, SHARDS, shardOf } from './index.ts';

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
