import { writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { brief, entry, type FakeNode } from './testing-proc.ts';
import { CALL, LISTENER, shopNode, TAKEN } from './testing-shop.ts';

let node: FakeNode;
afterEach(() => node.remove());

function shop(options?: Parameters<typeof shopNode>[0]): void {
  node = shopNode(options);
}

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
