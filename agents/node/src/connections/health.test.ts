import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@mosaic/runtime';
import { expect, test } from 'vitest';
import { connectionCollector } from './collector.ts';
import { healthSince, parseHealth, type TcpHealth } from './health.ts';
import { handClock, recorded, recordedNode, recordedPods, sent } from './testing.ts';

const hostHealth = () => parseHealth(recorded('proc/1/net/snmp'), recorded('proc/1/net/netstat'));

test('the recorded node’s counters', () => {
  expect(hostHealth()).toEqual({
    ...{
      segments: 1_704_658,
      retransmitted: 4_210,
      attemptFails: 9_556,
      resets: 8_147,
      listenDrops: 0,
      listenOverflows: 0,
    },
  });
});

test('without TCP’s own counters there are none', () => {
  expect(parseHealth('', '')).toBeUndefined();
  expect(parseHealth('Udp: InDatagrams NoPorts\nUdp: 1 2\n', '')).toBeUndefined();
});

test('is what has happened since; counters that begin again begin at nothing', () => {
  const counts = (segments: number, retransmitted: number): TcpHealth => ({
    ...{ segments, retransmitted, attemptFails: 0, resets: 0, listenDrops: 0, listenOverflows: 0 },
  });
  expect(healthSince(counts(100, 5), counts(150, 7))).toEqual(counts(50, 2));
  expect(healthSince(counts(100, 5), counts(10, 0))).toEqual(counts(10, 0));
});

test('is told for each pod, since it was asked last', async () => {
  const { host, remove } = recordedNode();
  const pods = recordedPods();
  const collector = connectionCollector({
    ...{ host, pods, node: 'node-1', clock: handClock(0), out: sent(), log: silentLog, conntrack: 'off' },
  });
  expect(await collector.health()).toEqual([]);
  const snmp = join(host.proc, '2447/net/snmp');
  const text = recorded('proc/2447/net/snmp');
  writeFileSync(
    snmp,
    text.replace(/^(Tcp: 1 .*)$/m, (line) => raised(line, 11, 9)),
  );
  const told = await collector.health();
  const keeper = pods.all().find(({ name }) => name.startsWith('keeper'));
  expect(told.find(({ podUid }) => podUid === keeper?.uid)?.health).toMatchObject({ retransmitted: 9, segments: 0 });
  expect(told.filter(({ health }) => health.retransmitted > 0)).toHaveLength(1);
  expect(told.filter(({ podUid }) => podUid === undefined)).toHaveLength(1);
  remove();
});

/** `Tcp:` itself is word 0. */
const raised = (line: string, name: number, by: number): string =>
  line
    .split(' ')
    .map((word, i) => (i === name + 1 ? String(Number(word) + by) : word))
    .join(' ');
