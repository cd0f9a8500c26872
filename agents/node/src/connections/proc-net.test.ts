import { describe, expect, test } from 'vitest';
import { isListening, isOpen, parseSockets } from './proc-net.ts';
import { recorded } from './testing.ts';

const tableOf = (pid: number, file: string) =>
  parseSockets(recorded(`proc/${pid}/net/${file}`), file.startsWith('tcp') ? 'tcp' : 'udp');

describe('tables of the recorded node', () => {
  test('a client that keeps its connection has one row: to the address it called', () => {
    expect(tableOf(2447, 'tcp').sockets).toEqual([
      {
        protocol: 'tcp',
        state: 1,
        local: { ip: '10.244.0.5', port: 55_460 },
        remote: { ip: '10.96.179.250', port: 80 },
        inode: 553_103,
        retransmits: 0,
      },
    ]);
  });

  test('a server that listens on IPv6 has its IPv4 clients there too', () => {
    const [listener, accepted] = tableOf(2405, 'tcp6').sockets;
    expect(listener).toMatchObject({ state: 10, local: { ip: '::', port: 8080 }, inode: 552_700 });
    expect(accepted).toMatchObject({
      state: 1,
      local: { ip: '10.244.0.4', port: 8080 },
      remote: { ip: '10.244.0.5', port: 55_460 },
    });
    expect(listener && isListening(listener)).toBe(true);
    expect(accepted && isOpen(accepted)).toBe(true);
  });

  test('rows in TIME_WAIT are no sockets; their address is the namespace’s', () => {
    const table = tableOf(2732, 'tcp');
    expect(table.sockets).toEqual([]);
    expect([...table.waiting]).toEqual(['10.244.0.7']);
  });

  test('empty tables are empty', () => {
    expect(tableOf(2447, 'udp').sockets).toEqual([]);
    expect(tableOf(2447, 'udp6').sockets).toEqual([]);
  });
});

const HEADER = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test.each([
  [
    'a SYN sent again and again',
    '  12: 0700F40A:BF44 0900620A:0009 02 00000001:00000000 01:00000123 00000003     0        0 553200 2 0000000000000000 800 0 0 1 7',
    { state: 2, retransmits: 3, inode: 553_200, remote: { ip: '10.98.0.9', port: 9 } },
  ],
  [
    'a row number that is wider than its column',
    '123456: 0500F40A:D8A4 FAB3600A:0050 08 00000000:00000000 00:00000000 00000000  1000        0 7 1 0000000000000000 20 4 30 10 -1',
    { state: 8, inode: 7 },
  ],
])('%s', (_, row, expected) => {
  expect(parseSockets(`${HEADER}\n${row}\n`, 'tcp').sockets).toEqual([expect.objectContaining(expected)]);
});

test('a table that is cut in the middle of a row loses that row only', () => {
  const text = recorded('proc/2405/net/tcp6');
  const cut = text.slice(0, text.indexOf('1F90', 400) + 9);
  expect(parseSockets(cut, 'tcp').sockets).toHaveLength(1);
  expect(parseSockets('', 'tcp').sockets).toEqual([]);
  expect(parseSockets('what is this\n: : :\n', 'tcp').sockets).toEqual([]);
});

test('a UDP socket takes from anybody until it is connected', () => {
  const row = (remote: string, state: string) =>
    `  5: 0500F40A:0035 ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 99 2 0000000000000000 0`;
  const { sockets } = parseSockets(`${HEADER}\n${row('00000000:0000', '07')}\n${row('0700F40A:1234', '01')}\n`, 'udp');
  expect(sockets.map(isListening)).toEqual([true, false]);
});
