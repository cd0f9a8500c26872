import { describe, expect, test } from 'vitest';
import { type Socket, STATE } from './proc-net.ts';
import { hopsIn, isInbound } from './sidecars.ts';

const row = (local: string, remote: string, change: Partial<Socket> = {}): Socket => {
  const address = (text: string) => ({ ip: text.split(':')[0] ?? '', port: Number(text.split(':')[1]) });
  return {
    ...{ protocol: 'tcp', state: STATE.established, inode: 1, retransmits: 0 },
    ...{ local: address(local), remote: address(remote) },
    ...change,
  };
};

const CALL = row('10.0.0.1:40000', '10.96.0.10:80');

describe('hops through the own sidecar', () => {
  test.each([
    ['Istio', row('127.0.0.1:15001', '10.0.0.1:40000')],
    ['Linkerd', row('127.0.0.1:4140', '10.0.0.1:40000')],
    ['taken at the pod’s own address', row('10.0.0.1:15001', '10.0.0.1:40000')],
  ])('%s: the call is led to its door, whose own row is the same connection', (_, door) => {
    const { outbound, doubled } = hopsIn([CALL, door]);
    expect([...outbound]).toEqual([[CALL, door.local]]);
    expect([...doubled]).toEqual([door]);
  });

  test.each([
    ['a door without its caller', [row('127.0.0.1:15001', '10.0.0.1:50000')]],
    ['a door that is being shut', [row('127.0.0.1:15001', '10.0.0.1:40000', { state: 5 })]],
    ['a port that is no sidecar’s', [row('127.0.0.1:15000', '10.0.0.1:40000')]],
    ['a listener', [row('0.0.0.0:15001', '0.0.0.0:0', { state: STATE.listen })]],
    ['UDP', [row('127.0.0.1:15001', '10.0.0.1:40000', { protocol: 'udp' })]],
  ])('%s: none', (_, sockets) => {
    expect(hopsIn([CALL, ...sockets])).toEqual({ outbound: new Map(), doubled: new Set() });
  });

  test('what comes in is taken at their doors; a tunnel is called by its own port', () => {
    const at = (port: number) => isInbound(row(`10.0.0.2:${port}`, '10.0.0.1:40000'));
    expect([15_006, 4143, 15_008, 8080].map(at)).toEqual([true, true, false, false]);
  });
});
