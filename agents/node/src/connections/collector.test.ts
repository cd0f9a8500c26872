import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@mosaic/runtime';
import type { Connection, Endpoint } from '@mosaic/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionCollector } from './collector.ts';
import { handClock, recorded, recordedNode, recordedPods, sent } from './testing.ts';

const AT = Date.UTC(2026, 10, 21, 4);
const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

/** A collector that began two minutes before the recording, when there was nothing in conntrack yet. */
async function looked(conntrack: 'file' | 'off' = 'file') {
  const { host, remove } = recordedNode();
  removals.push(remove);
  const clock = handClock(AT);
  const out = sent();
  const collector = connectionCollector({
    ...{ host, clock, out, conntrack, pods: recordedPods(), node: 'node-1', log: silentLog },
  });
  const table = join(host.proc, '1/net/nf_conntrack');
  writeFileSync(table, '');
  await collector.pass();
  writeFileSync(table, recorded('proc/1/net/nf_conntrack'));
  clock.turn(120_000);
  await collector.pass();
  return { collector, clock, out, host };
}

const brief = ({ client, server, original, nat, side, open, opened, closed, failed }: Connection) =>
  [
    `${client.ip}${holderOf(client)}`,
    `${server.ip}:${server.port}${holderOf(server)}`,
    original ? `${original.ip}:${original.port}` : '-',
    nat,
    side,
    `${open} ${opened} ${closed} ${failed}`,
  ].join(' | ');
const holderOf = ({ podUid, container }: Endpoint) =>
  `${podUid ? ` ${nameOf(podUid)}` : ''}${container ? `/${container}` : ''}`;
const nameOf = (uid: string) => recordedPods().byUid(uid)?.name.split('-')[0] ?? uid;

describe('the recorded node', () => {
  test('has these connections and no others', async () => {
    const { out } = await looked();
    expect(out.connections().map(brief)).toEqual([
      '10.244.0.1 | 10.244.0.3:8080 server/server | - | none | server | 0 4 4 0',
      '10.244.0.1 | 10.244.0.4:8080 server/server | - | none | server | 0 4 4 0',
      '10.244.0.2 client/client | 10.244.0.3:8080 server/server | 10.96.179.250:80 | seen | both | 0 1 1 0',
      '10.244.0.2 client/client | 10.244.0.4:8080 server/server | 10.96.179.250:80 | seen | both | 0 3 3 0',
      '10.244.0.5 keeper/keeper | 10.244.0.4:8080 server/server | 10.96.179.250:80 | seen | both | 1 0 0 0',
      '10.244.0.7 abroad | 10.98.0.2:30080 | - | seen | client | 0 4 4 0',
      '10.244.0.7 abroad | 10.98.0.9:9 | - | seen | client | 0 0 0 4',
      '10.98.0.2 | 10.244.0.3:8080 server/server | 10.98.0.1:30081 | seen | server | 0 3 3 0',
      '10.98.0.2 | 10.244.0.4:8080 server/server | 10.98.0.1:30081 | seen | server | 0 1 1 0',
    ]);
  });

  test('without conntrack tells what the sockets do: the address that was called, and that it may have been translated', async () => {
    const { out, collector } = await looked('off');
    expect(out.connections().map(brief)).toEqual([
      '10.244.0.5 keeper/keeper | 10.96.179.250:80 | - | unknown | client | 1 0 0 0',
      '10.244.0.5 | 10.244.0.4:8080 server/server | - | unknown | server | 1 0 0 0',
    ]);
    expect(out.connections().map(({ method }) => method)).toEqual(['proc', 'proc']);
    expect(collector.stats().conntrack).toBe('absent');
    expect(out.coverings).toEqual([expect.objectContaining({ signal: 'connections', state: 'watching' })]);
  });

  test('is told once: the next windows have what is open, and nothing opened, closed or failed again', async () => {
    const { out, collector, clock } = await looked();
    const before = out.connections().length;
    for (let i = 0; i < 8; i++) {
      clock.turn(2_500);
      await collector.pass();
    }
    const later = out.connections().slice(before);
    expect(later.map(brief)).toEqual(Array.from({ length: 2 }, () => expect.stringMatching(/keeper.*\| 1 0 0 0$/)));
    expect(collector.stats()).toMatchObject({ conntrack: 'file', isBehind: false, windows: 3 });
  });
});
