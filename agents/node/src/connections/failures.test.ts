import { afterEach, describe, expect, test } from 'vitest';
import { brief, entry, type FakeNode } from './testing-proc.ts';
import { shopNode } from './testing-shop.ts';

let node: FakeNode;
afterEach(() => node.remove());

function shop(options?: Parameters<typeof shopNode>[0]): void {
  node = shopNode(options);
}

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
