import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { hourOf } from '@mosaic/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { podOnNode } from './testing.ts';
import { BEGAN, entry, type FakeNode, fakeNode, uidOf } from './testing-proc.ts';

let node: FakeNode;
afterEach(() => node.remove());

function one(options: Parameters<typeof fakeNode>[1] = {}): FakeNode {
  node = fakeNode([podOnNode({ uid: uidOf('web'), ips: ['10.0.0.1'] })], options);
  node.run({ pid: 10, namespace: 2, of: 'web/main' });
  node.conntrack();
  return node;
}

/** One call each to so many servers. */
const calls = (many: number): string[] =>
  Array.from({ length: many }, (_, i) => entry('TIME_WAIT', `10.0.0.1:${10_000 + i}`, `10.1.${i >> 8}.${i & 255}:80`));

describe('what is sent', () => {
  test('says of itself what is in it', async () => {
    one();
    await node.look();
    node.conntrack(...calls(3));
    await node.look();
    expect(node.out.chunks.map(({ parts }) => parts)).toEqual([
      { signal: 'connections', t0: BEGAN + 10_000, t1: BEGAN + 10_000, count: 3 },
    ]);
  });

  test('much is several chunks, and nothing is lost between them', async () => {
    one();
    await node.look();
    node.conntrack(...calls(1_000));
    const records = await node.look();
    expect(records).toHaveLength(1_000);
    expect(node.out.chunks.length).toBeGreaterThan(2);
    expect(node.out.chunks.every(({ parts, connections }) => parts.count === connections.length)).toBe(true);
  });

  test('each chunk is of one UTC hour', async () => {
    one();
    await node.look(3_595_000);
    node.conntrack(...calls(2));
    await node.look(15_000);
    expect(node.out.chunks.length).toBeGreaterThan(0);
    expect(node.out.chunks.every(({ parts: { t0, t1 } }) => hourOf(t0) === hourOf(t1))).toBe(true);
  });

  test('windows follow each other without a hole, and so does what they cover', async () => {
    one();
    await node.look(60_000);
    const { coverings } = node.out;
    expect(coverings).toHaveLength(6);
    expect(coverings.every(({ state }) => state === 'watching')).toBe(true);
    for (const [i, { to }] of coverings.slice(0, -1).entries()) expect(coverings[i + 1]?.from).toBe(to);
    expect(coverings[0]?.from).toBe(BEGAN + 2_500); // the first look
  });
});

describe('conntrack that cannot be read', () => {
  test('is no gap: connections are told by their sockets', async () => {
    one();
    rmSync(join(node.root, 'proc/1/net/nf_conntrack'));
    await node.collector.pass();
    node.tcp(10, [{ local: '10.0.0.1:40000', remote: '10.96.0.10:80', inode: 5 }]);
    expect(await node.look()).toMatchObject([{ method: 'proc', nat: 'unknown', opened: 1 }]);
    expect(node.collector.stats().conntrack).toBe('absent');
    expect(node.out.coverings).toMatchObject([{ state: 'watching' }]);
  });

  test('found later, what was in it all along was not opened now', async () => {
    one();
    rmSync(join(node.root, 'proc/1/net/nf_conntrack'));
    await node.look();
    node.conntrack(entry('ESTABLISHED', '203.0.113.9:5000', '192.168.0.1:30080', { to: '10.0.7.2:8080' }));
    expect(await node.look()).toMatchObject([{ open: 1, opened: 0 }]);
    expect(node.collector.stats().conntrack).toBe('file');
  });
});

describe('names', () => {
  test('of addresses outside stand at the ends; the cluster’s own are not asked for', async () => {
    const asked: string[] = [];
    one({
      async reverseDns(ip) {
        asked.push(ip);
        return 'pay.example.com';
      },
    });
    await node.look();
    const pay = entry('ESTABLISHED', '10.0.0.1:40000', '198.51.100.4:443');
    node.conntrack(pay, entry('ESTABLISHED', '10.0.0.1:40001', '10.0.9.9:80'));
    node.tcp(10, [
      { local: '10.0.0.1:40000', remote: '198.51.100.4:443', inode: 5 },
      { local: '10.0.0.1:40001', remote: '10.0.9.9:80', inode: 6 },
    ]);
    await node.look();
    const records = await node.look();
    expect(records.map(({ server }) => [server.ip, server.name])).toEqual([
      ['10.0.9.9', undefined],
      ['198.51.100.4', 'pay.example.com'],
    ]);
    expect(asked).toEqual(['198.51.100.4']);
  });
});

describe('a machine with more than one walk can take', () => {
  test('is behind, says so, and catches up', async () => {
    node = fakeNode([podOnNode({ uid: uidOf('web'), ips: ['10.0.0.1'] })]);
    const inodes = Array.from({ length: 20_500 }, (_, i) => 1_000 + i);
    node.run(
      { pid: 10, namespace: 2, of: 'web/main', inodes },
      { pid: 11, namespace: 2, of: 'web/side', inodes: [900] },
    );
    node.tcp(10, [{ local: '10.0.0.1:40000', remote: '198.51.100.4:443', inode: 900 }]);
    await node.collector.pass();
    expect(node.collector.stats()).toMatchObject({ isBehind: true, fds: 20_500 });
    await node.collector.pass();
    expect(node.collector.stats()).toMatchObject({ isBehind: false, fds: 1 });
  });
});
