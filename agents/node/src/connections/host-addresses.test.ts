import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { addressesOfTable, addressesOfTrie } from './host-addresses.ts';
import { podOnNode } from './testing.ts';
import { brief, entry, type FakeNode, fakeNode, uidOf } from './testing-proc.ts';

const TRIE = `Main:
  +-- 0.0.0.0/0 3 0 5
     |-- 0.0.0.0
        /0 universe UNICAST
     +-- 10.244.0.0/24 2 0 2
        |-- 10.244.0.0
           /24 link UNICAST
        |-- 10.244.0.1
           /32 host LOCAL
        |-- 10.244.0.255
           /32 link BROADCAST
     |-- 192.168.0.1
        /31 link UNICAST
        /32 host LOCAL
Local:
     |-- 10.244.0.1
        /32 host LOCAL
`;

let node: FakeNode | undefined;
afterEach(() => node?.remove());

test('leaves of the routing table that end on the machine are its own', () => {
  expect(addressesOfTrie(TRIE)).toEqual(['10.244.0.1', '192.168.0.1']);
  expect(addressesOfTrie('')).toEqual([]);
});

test('and those of IPv6', () => {
  expect(addressesOfTable('fd000000000000000000000000000002 04 40 00 82     eth0\n')).toEqual(['fd00::2']);
  expect(addressesOfTable('')).toEqual([]);
});

test('a probe from the machine’s address towards its pods is seen from both ends', async () => {
  node = fakeNode([podOnNode({ uid: uidOf('cart'), ips: ['10.244.0.9'] })]);
  node.run({ pid: 20, namespace: 3, of: 'cart/main' });
  writeFileSync(join(node.root, 'proc/1/net/fib_trie'), TRIE);
  node.conntrack();
  await node.look();
  node.conntrack(entry('TIME_WAIT', '10.244.0.1:50000', '10.244.0.9:8080'));
  expect((await node.look()).map(brief)).toEqual(['10.244.0.1 → cart:8080 | none both conntrack | 0 1 1 0']);
});
