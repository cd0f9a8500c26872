import { afterEach, describe, expect, test } from 'vitest';
import { brief, entry, type FakeNode, fakeNode } from './testing-proc.ts';
import { pod } from './testing-shop.ts';

let node: FakeNode;
afterEach(() => node.remove());

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
