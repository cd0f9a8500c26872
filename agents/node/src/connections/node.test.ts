import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { podOnNode } from './testing.ts';
import { brief, entry, type FakeNode, fakeNode, HOST, idOf, uidOf } from './testing-proc.ts';

const pod = (name: string, ip: string, containers: readonly string[] = ['main'], hostNetwork = false) =>
  podOnNode({
    ...{ uid: uidOf(name), name, ips: [ip], hostNetwork },
    containers: containers.map((container) => ({ name: container, id: idOf(name, container), restart: 0 })),
  });
const PODS = [
  pod('late', '10.0.0.7'),
  pod('web', '10.0.0.1'),
  pod('cart', '10.0.0.2'),
  pod('edge', '192.168.0.1', ['main'], true),
];

let node: FakeNode;
afterEach(() => node.remove());

/** `web` in one namespace, `cart` listening in another. */
function shop(options: Parameters<typeof fakeNode>[1] = {}): FakeNode {
  node = fakeNode(PODS, options);
  node.run({ pid: 10, namespace: 2, of: 'web/main' }, { pid: 20, namespace: 3, of: 'cart/main' });
  node.tcp(20, [{ local: '0.0.0.0:8080', inode: 200 }]);
  node.conntrack();
  return node;
}
const CALL = { local: '10.0.0.1:40000', remote: '10.0.0.2:8080', inode: 100 };
const TAKEN = { local: '10.0.0.2:8080', remote: '10.0.0.1:40000', inode: 201 };
const LISTENER = { local: '0.0.0.0:8080', inode: 200 };

describe('a connection between two pods of the node', () => {
  test('is one, seen from both ends, opened and closed once', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [CALL]);
    node.tcp(20, [LISTENER, TAKEN]);
    expect((await node.look()).map(brief)).toEqual(['web/main → cart/main:8080 | none both proc | 1 1 0 0']);
    node.tcp(10, []);
    node.tcp(20, [LISTENER]);
    expect((await node.look()).map(brief)).toEqual(['web/main → cart/main:8080 | none both proc | 0 0 1 0']);
    expect(await node.look()).toEqual([]);
  });

  test('that was there before the collector is open, but was not opened now', async () => {
    shop();
    node.tcp(10, [CALL]);
    node.tcp(20, [LISTENER, TAKEN]);
    node.conntrack(entry('ESTABLISHED', '10.0.0.1:40000', '10.0.0.2:8080', { bytes: [5_000, 9_000] }));
    await node.collector.pass();
    node.conntrack(entry('ESTABLISHED', '10.0.0.1:40000', '10.0.0.2:8080', { bytes: [5_600, 9_100] }));
    const [record, ...others] = await node.look();
    expect(others).toEqual([]);
    expect(record && brief(record)).toBe('web/main → cart/main:8080 | none both proc+conntrack | 1 0 0 0');
    expect(record).toMatchObject({ node: 'node-1', protocol: 'tcp', client: { port: 0 } });
  });

  test('has the bytes of each window', async () => {
    shop();
    await node.collector.pass();
    const at = (bytes: readonly [number, number]) =>
      node.conntrack(entry('ESTABLISHED', '10.0.0.1:40000', '10.0.0.2:8080', { bytes }));
    node.tcp(10, [CALL]);
    node.tcp(20, [LISTENER, TAKEN]);
    at([100, 1_000]);
    expect(await node.look()).toMatchObject([{ opened: 1, bytesOut: 100, bytesIn: 1_000 }]);
    at([150, 1_500]);
    expect(await node.look()).toMatchObject([{ opened: 0, bytesOut: 50, bytesIn: 500 }]);
    expect(await node.look()).toMatchObject([{ bytesOut: 0, bytesIn: 0 }]);
  });

  test('a row that one look misses is no end', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [CALL]);
    await node.look(2_500);
    node.tcp(10, []);
    await node.look(2_500);
    node.tcp(10, [CALL]);
    expect((await node.look(5_000)).map(brief)).toEqual(['web/main → 10.0.0.2:8080 | unknown client proc | 1 1 0 0']);
  });

  test('the next one with the same addresses is another', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [CALL]);
    await node.look(5_000);
    node.tcp(10, [{ ...CALL, inode: 101 }]);
    expect((await node.look(5_000)).map(brief)).toEqual(['web/main → 10.0.0.2:8080 | unknown client proc | 1 2 1 0']);
  });
});

describe('who the server is', () => {
  test('a server that drains has closed its listener: it stays the server', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(20, [LISTENER, TAKEN]);
    await node.look();
    node.tcp(20, [TAKEN]);
    expect((await node.look()).map(brief)).toEqual(['10.0.0.1 → cart/main:8080 | unknown server proc | 1 0 0 0']);
  });

  test('accepted just before the listener closed and seen first after it: the server’s', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(20, [TAKEN]);
    expect((await node.look()).map(brief)).toEqual(['10.0.0.1 → cart/main:8080 | unknown server proc | 1 1 0 0']);
  });

  test('found without its listener, conntrack tells who called', async () => {
    shop();
    node.tcp(20, [TAKEN]);
    node.conntrack(entry('ESTABLISHED', '10.0.0.1:40000', '10.0.0.2:8080'));
    await node.collector.pass();
    await node.look(7_500);
    expect((await node.look(2_500)).map(brief)).toEqual([
      'web/main → cart/main:8080 | none both proc+conntrack | 1 0 0 0',
    ]);
  });

  test('a lower port says nothing: a client may call from one', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [{ local: '10.0.0.1:600', remote: '198.51.100.7:30000', inode: 100 }]);
    expect((await node.look()).map(brief)).toEqual(['web/main → 198.51.100.7:30000 | unknown client proc | 1 1 0 0']);
  });

  test('conntrack that picked a connection up from its answers is turned round', async () => {
    shop();
    await node.collector.pass();
    node.tcp(10, [CALL]);
    node.tcp(20, [LISTENER, TAKEN]);
    await node.look(2_500);
    node.conntrack(entry('ESTABLISHED', '10.0.0.2:8080', '10.0.0.1:40000', { bytes: [900, 100] }));
    const records = await node.look(7_500);
    expect(records.map(brief)).toEqual(['web/main → cart/main:8080 | none both proc+conntrack | 1 1 0 0']);
    expect(records).toMatchObject([{ bytesOut: 100, bytesIn: 900 }]);
  });
});

describe('behind a Service', () => {
  const VIP = { local: '10.0.0.1:40000', remote: '10.96.0.10:80', inode: 100 };
  const through = (state: string) => entry(state, '10.0.0.1:40000', '10.96.0.10:80', { to: '10.0.0.2:8080' });

  test('the two sockets are one connection, whichever was seen first', async () => {
    shop();
    await node.collector.pass();
    node.tcp(20, [LISTENER, TAKEN]);
    await node.look(2_500);
    node.tcp(10, [VIP]);
    await node.look(2_500);
    node.conntrack(through('ESTABLISHED'));
    expect((await node.look(5_000)).map(brief)).toEqual([
      'web/main → cart/main:8080 as 10.96.0.10:80 | seen both proc+conntrack | 1 1 0 0',
    ]);
  });

  test('a short one that no look at sockets met is told by conntrack', async () => {
    shop();
    await node.look();
    node.conntrack(through('TIME_WAIT'));
    expect((await node.look()).map(brief)).toEqual([
      'web/main → cart/main:8080 as 10.96.0.10:80 | seen both conntrack | 0 1 1 0',
    ]);
    expect(await node.look()).toEqual([]);
    node.conntrack();
    expect(await node.look()).toEqual([]);
  });

  test('masqueraded on its way in by a NodePort, the caller is who called', async () => {
    shop();
    await node.collector.pass();
    node.tcp(20, [LISTENER, { local: '10.0.0.2:8080', remote: '192.168.0.1:7000', inode: 201 }]);
    node.conntrack(
      entry('ESTABLISHED', '203.0.113.9:5000', '192.168.0.1:30080', { to: '10.0.0.2:8080', as: '192.168.0.1:7000' }),
    );
    expect((await node.look()).map(brief)).toEqual([
      '203.0.113.9 → cart/main:8080 as 192.168.0.1:30080 | seen server proc+conntrack | 1 1 0 0',
    ]);
  });

  test('led on to another machine, it is told from where it was led', async () => {
    shop();
    await node.collector.pass();
    node.conntrack(
      entry('ESTABLISHED', '203.0.113.9:5000', '192.168.0.1:30080', { to: '10.0.7.2:8080', as: '192.168.0.1:7000' }),
      entry('ESTABLISHED', '10.0.8.1:5000', '10.0.9.1:80'),
    );
    expect((await node.look()).map(brief)).toEqual([
      '203.0.113.9 → 10.0.7.2:8080 as 192.168.0.1:30080 | seen client conntrack | 1 1 0 0',
    ]);
  });

  test('where Cilium translates at the socket, only what was seen translated is known', async () => {
    shop();
    writeFileSync(`${node.root}/proc/1/net/dev`, 'Inter-|\n face |\n    lo: 1\ncilium_host: 1\n');
    await node.collector.pass();
    node.tcp(10, [CALL]);
    node.tcp(20, [LISTENER, TAKEN]);
    node.conntrack(entry('ESTABLISHED', '10.0.0.1:40000', '10.0.0.2:8080'));
    expect((await node.look()).map(brief)).toEqual([
      'web/main → cart/main:8080 | unknown both proc+conntrack | 1 1 0 0',
    ]);
  });
});

describe('failures', () => {
  const SYN = { local: '10.0.0.1:40000', remote: '198.51.100.7:9', state: 'synSent', inode: 100 } as const;
  const told = 'web/main → 198.51.100.7:9 | unknown client proc | 0 0 0 1';

  test('in SYN_SENT for three seconds: once, however many looks meet it', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [SYN]);
    expect((await node.look()).map(brief)).toEqual([told]);
    expect(await node.look()).toEqual([]);
    node.tcp(10, []);
    expect(await node.look()).toEqual([]);
  });

  test('a third SYN sent again says the same at once', async () => {
    shop({ conntrack: 'off' });
    await node.look(7_500);
    node.tcp(10, [{ ...SYN, retransmits: 3 }]);
    expect((await node.look(2_500)).map(brief)).toEqual([told]);
  });

  test('slow, but in time, is none', async () => {
    shop({ conntrack: 'off' });
    await node.collector.pass();
    node.tcp(10, [SYN]);
    await node.look(2_500);
    node.tcp(10, [{ ...SYN, state: 'established' }]);
    expect((await node.look(7_500)).map(brief)).toEqual(['web/main → 198.51.100.7:9 | unknown client proc | 1 1 0 0']);
  });

  test('gone from conntrack without ever being assured', async () => {
    shop();
    await node.look(2_500);
    node.conntrack(entry('SYN_SENT', '10.0.0.1:40000', '10.0.0.2:81'));
    await node.look(2_500);
    node.conntrack();
    expect((await node.look(5_000)).map(brief)).toEqual(['web/main → cart/main:81 | none both conntrack | 0 0 0 1']);
  });

  test('a SYN of which nothing is decided is not told, whatever its bytes', async () => {
    shop();
    await node.look(7_500);
    node.conntrack(entry('SYN_SENT', '10.0.0.1:40000', '198.51.100.7:9', { bytes: [60, 0] }));
    expect(await node.look(2_500)).toEqual([]);
    node.conntrack(entry('SYN_SENT', '10.0.0.1:40000', '198.51.100.7:9', { bytes: [120, 0] }));
    expect(await node.look()).toMatchObject([{ failed: 1, opened: 0, bytesOut: 120 }]);
  });

  test('UDP never fails', async () => {
    shop();
    await node.look(2_500);
    node.conntrack(entry('UDP', '10.0.0.1:40000', '10.96.0.53:53', { to: '10.0.0.2:53' }));
    await node.look(2_500);
    node.conntrack();
    const records = await node.look(10_000);
    expect(records.map(({ failed, protocol }) => [failed, protocol])).toEqual(
      [
        [0, 'udp'],
        [0, 'udp'],
      ].slice(0, records.length),
    );
    expect(records.reduce((sum, { opened }) => sum + opened, 0)).toBe(1);
  });
});

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

describe('sidecars', () => {
  const OUT = { local: '127.0.0.1:15001', remote: '10.0.0.1:40000', inode: 110 };
  const mesh = () => {
    node = fakeNode([pod('web', '10.0.0.1', ['main', 'istio-proxy']), pod('cart', '10.0.0.2')]);
    node.run(
      { pid: 10, namespace: 2, of: 'web/main', inodes: [100] },
      { pid: 11, namespace: 2, of: 'web/istio-proxy', inodes: [110, 111] },
      { pid: 20, namespace: 3, of: 'cart/main' },
    );
    node.conntrack();
    return node;
  };

  test('the way out: the call is led to its own sidecar, which calls on', async () => {
    mesh();
    await node.collector.pass();
    node.tcp(10, [
      { local: '0.0.0.0:15001', inode: 109 },
      { local: '10.0.0.1:40000', remote: '10.96.0.10:80', inode: 100 },
      OUT,
      { local: '10.0.0.1:41000', remote: '10.0.0.2:8080', inode: 111 },
    ]);
    node.tcp(11, [
      { local: '0.0.0.0:15001', inode: 109 },
      { local: '10.0.0.1:40000', remote: '10.96.0.10:80', inode: 100 },
      OUT,
      { local: '10.0.0.1:41000', remote: '10.0.0.2:8080', inode: 111 },
    ]);
    node.conntrack(entry('ESTABLISHED', '10.0.0.1:41000', '10.0.0.2:8080'));
    expect((await node.look()).map(brief)).toEqual([
      'web/istio-proxy → cart/main:8080 | none both proc+conntrack | 1 1 0 0',
      'web/main → web:15001 as 10.96.0.10:80 | seen both proc | 1 1 0 0',
    ]);
  });

  test('the way in: the port that the caller meant', async () => {
    mesh();
    await node.collector.pass();
    node.tcp(20, [
      { local: '0.0.0.0:15006', inode: 200 },
      { local: '10.0.0.2:15006', remote: '10.0.9.9:50000', inode: 201 },
    ]);
    node.conntrack(entry('ESTABLISHED', '10.0.9.9:50000', '10.0.0.2:8080'));
    expect((await node.look()).map(brief)).toEqual([
      '10.0.9.9 → cart/main:8080 | none server proc+conntrack | 1 1 0 0',
    ]);
  });
});
