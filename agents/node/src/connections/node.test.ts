import { afterEach, describe, expect, test } from 'vitest';
import { brief, entry, type FakeNode } from './testing-proc.ts';
import { CALL, LISTENER, shopNode, TAKEN } from './testing-shop.ts';

let node: FakeNode;
afterEach(() => node.remove());

function shop(options?: Parameters<typeof shopNode>[0]): void {
  node = shopNode(options);
}

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
