import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { podOnNode } from './testing.ts';
import { brief, entry, type FakeNode, fakeNode, HOST, idOf } from './testing-proc.ts';
import { CALL, pod, shopNode } from './testing-shop.ts';

let node: FakeNode;
afterEach(() => node.remove());

function shop(options?: Parameters<typeof shopNode>[0]): void {
  node = shopNode(options);
}

describe('processes', () => {
  test('in the machine’s network a pod is known by the process that holds the socket', async () => {
    shop({ conntrack: 'off' });
    node.run(
      { pid: 30, namespace: HOST, of: 'edge/main', inodes: [7, 300, 301] },
      { pid: 31, namespace: HOST, inodes: [302] },
    );
    await node.collector.pass();
    node.tcp(1, [
      { local: '0.0.0.0:443', inode: 300 },
      { local: '192.168.0.1:443', remote: '203.0.113.9:999', inode: 301 },
      { local: '192.168.0.1:50000', remote: '10.0.9.9:10250', inode: 302 },
    ]);
    expect((await node.look()).map(brief)).toEqual([
      '192.168.0.1 → 10.0.9.9:10250 | unknown client proc | 1 1 0 0',
      '203.0.113.9 → edge/main:443 | unknown server proc | 1 1 0 0',
    ]);
    expect(node.collector.stats().fds).toBe(0);
  });

  test('a short connection to a pod in the machine’s network is its listener’s', async () => {
    shop();
    node.run({ pid: 30, namespace: HOST, of: 'edge/main', inodes: [300] });
    node.tcp(1, [{ local: '0.0.0.0:443', inode: 300 }]);
    await node.look();
    node.conntrack(
      entry('TIME_WAIT', '203.0.113.9:999', '192.168.0.1:443'),
      entry('TIME_WAIT', '10.0.0.1:41000', '192.168.0.1:22'),
    );
    expect((await node.look()).map(brief)).toEqual([
      'web/main → 192.168.0.1:22 | none both conntrack | 0 1 1 0',
      '203.0.113.9 → edge/main:443 | none server conntrack | 0 1 1 0',
    ]);
  });

  test('who has a pod’s address now is not who had it before', async () => {
    shop();
    await node.look();
    node.run({ pid: 50, namespace: 7, of: 'late/main' });
    node.tcp(50, [{ local: '10.0.0.7:8080', inode: 500 }]);
    node.conntrack(entry('TIME_WAIT', '10.0.0.1:41000', '10.0.0.7:8080', { more: ' delta-time=5' }));
    const [record] = await node.look();
    expect(record && brief(record)).toBe('web/main → 10.0.0.7:8080 | none both conntrack | 0 1 1 0');
  });

  test('a static pod is known by what the API server calls its mirror', async () => {
    const { uid, ...mirror } = pod('sta', '10.0.0.8');
    const STATIC = '0f6b4a2f1c3d5e7f8091a2b3c4d5e6f7';
    node = fakeNode([podOnNode({ ...mirror, uid, containers: [], mirror: STATIC })], { conntrack: 'off' });
    node.run({ pid: 60, namespace: 8, of: 'sta/main' });
    writeFileSync(`${node.root}/proc/60/cgroup`, `0::/kubepods/burstable/pod${STATIC}/${idOf('sta', 'main')}\n`);
    await node.collector.pass();
    node.tcp(60, [{ ...CALL, local: '10.0.0.8:40000' }]);
    expect((await node.look()).map(brief)).toEqual(['sta → 10.0.0.2:8080 | unknown client proc | 1 1 0 0']);
  });

  test('of a pod’s containers the one that holds the socket', async () => {
    node = fakeNode([pod('web', '10.0.0.1', ['main', 'side'])], { conntrack: 'off' });
    node.run(
      { pid: 9, namespace: 2, of: 'web/pause', comm: 'pause' },
      { pid: 10, namespace: 2, of: 'web/main', inodes: [100] },
      { pid: 11, namespace: 2, of: 'web/side', inodes: [101] },
    );
    await node.collector.pass();
    node.tcp(9, [CALL, { ...CALL, local: '10.0.0.1:40001', inode: 101 }]);
    node.tcp(10, [CALL, { ...CALL, local: '10.0.0.1:40001', inode: 101 }]);
    expect((await node.look()).map(brief)).toEqual([
      'web/main → 10.0.0.2:8080 | unknown client proc | 1 1 0 0',
      'web/side → 10.0.0.2:8080 | unknown client proc | 1 1 0 0',
    ]);
  });

  test('namespaces of no pod are not this node’s, whatever addresses are in them', async () => {
    shop({ conntrack: 'off' });
    node.run({ pid: 40, namespace: 9 });
    await node.collector.pass();
    node.tcp(40, [CALL]);
    expect(await node.look()).toEqual([]);
  });

  test('a namespace whose processes have all gone has closed its connections', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [CALL]);
    await node.look();
    node.end(10);
    expect((await node.look()).map(brief)).toEqual(['web/main → 10.0.0.2:8080 | unknown client proc | 0 0 1 0']);
  });

  test('a machine that shows no processes is a gap, not an empty node', async () => {
    node = fakeNode([], { conntrack: 'off' });
    node.end(1);
    await node.look();
    expect(node.out.coverings.at(-1)).toMatchObject({ state: 'gap', reason: expect.stringContaining('hostPID') });
  });
});
