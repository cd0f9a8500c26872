import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { silentLog } from '@mosaic/runtime';
import type { Connection } from '@mosaic/wire';
import { afterEach, describe, expect, test } from 'vitest';
import { connectionCollector } from './collector.ts';
import { parseEvent } from './conntrack.ts';
import type { EventProgram } from './conntrack-program.ts';
import { handClock, recorded, recordedNode, recordedPods, sent } from './testing.ts';

const LINES = recorded('conntrack-events.txt').trim().split('\n');
const FIRST = parseEvent(LINES[0] ?? '')?.at ?? 0;

/** A stream that a test speaks into. */
function stream() {
  let to: Parameters<EventProgram['follow']>[0] | undefined;
  let isStopped = false;
  const program: EventProgram = {
    async follow(follower) {
      to = follower;
      return {
        async stop() {
          isStopped = true;
        },
      };
    },
    list: async () => undefined,
  };
  return {
    program,
    say: (...lines: readonly string[]) => {
      for (const line of lines) to?.line(line);
    },
    end: (reason: string) => to?.ended(reason),
    isStopped: () => isStopped,
  };
}

let remove: () => void;
afterEach(() => remove());

async function listening() {
  const node = recordedNode();
  remove = node.remove;
  const table = recorded('proc/1/net/nf_conntrack').split('\n');
  writeFileSync(
    join(node.host.proc, '1/net/nf_conntrack'),
    `${table.find((line) => line.includes('src=10.244.0.5 '))}\n`,
  );
  const clock = handClock(FIRST - (FIRST % 10_000) - 10_000);
  const out = sent();
  const { program, ...events } = stream();
  const collector = connectionCollector({
    ...{ host: node.host, clock, out, program, conntrack: 'events', pods: recordedPods(), node: 'node-1' },
    log: silentLog,
  });
  const look = async (times: number): Promise<readonly string[]> => {
    const before = out.connections().length;
    for (let i = 0; i < times; i++) {
      clock.turn(2_500);
      await collector.pass();
    }
    return out.connections().slice(before).map(tell);
  };
  const tell = (record: Connection): string => {
    const nameOf = (uid: string) => recordedPods().byUid(uid)?.name.split('-')[0] ?? uid;
    const { client, server } = record;
    const ends = [client, server].map(({ ip, podUid }) => (podUid ? nameOf(podUid) : ip));
    return `${ends.join(' → ')} | ${record.opened} ${record.closed} ${record.failed}`;
  };
  await collector.start();
  return { ...events, collector, look, out };
}

describe('the recorded events', () => {
  test('are told as they happened: opened and closed between two looks, once', async () => {
    const { say, look, collector } = await listening();
    await look(4);
    say(...LINES);
    expect(await look(4)).toEqual([
      'client → server | 2 2 0',
      'keeper → server | 0 0 0',
      'abroad → 10.98.0.2 | 2 2 0',
      '10.98.0.2 → server | 2 2 0',
      '10.98.0.2 → server | 1 1 0',
    ]);
    expect(collector.stats()).toMatchObject({ conntrack: 'events' });
    expect(await look(4)).toEqual(['keeper → server | 0 0 0']);
  });

  test('a SYN that nothing answers for three seconds has failed, long before conntrack forgets it', async () => {
    const { say, look } = await listening();
    await look(4);
    say(LINES[0] ?? '');
    expect(await look(4)).toEqual(['keeper → server | 0 0 0', '10.98.0.2 → server | 0 0 1']);
    say((LINES[0] ?? '').replace('[NEW]', '[DESTROY]').replace('SYN_SENT ', ''));
    expect(await look(4)).toEqual(['keeper → server | 0 0 0']);
  });

  test('refused at once: ended without ever being assured', async () => {
    const { say, look } = await listening();
    await look(4);
    say(LINES[12] ?? '', (LINES[12] ?? '').replace('[NEW]', '[DESTROY]').replace('SYN_SENT ', ''));
    expect(await look(4)).toEqual(['client → server | 0 0 1', 'keeper → server | 0 0 0']);
  });

  test('a stream that ends is a gap, and is begun again', async () => {
    const { end, say, look, out } = await listening();
    await look(4);
    end('No buffer space available');
    await look(4);
    expect(out.coverings.at(-1)).toMatchObject({ state: 'gap', reason: expect.stringContaining('No buffer space') });
    say(...LINES);
    expect(await look(4)).toContain('client → server | 2 2 0');
    expect(out.coverings.at(-1)).toMatchObject({ state: 'watching' });
  });

  test('stopped, the program is too, and the last window is told', async () => {
    const { isStopped, say, look, out, collector } = await listening();
    await look(4);
    say(...LINES);
    await look(1);
    const before = out.connections().length;
    await collector.stop();
    expect(isStopped()).toBe(true);
    expect(out.connections().length).toBeGreaterThan(before);
  });

  test('the same addresses again are another connection: their entry has another id', async () => {
    const { say, look } = await listening();
    await look(4);
    const first = LINES.filter((line) => line.includes('sport=35504 '));
    say(...first, ...first.map((line) => line.replace(/id=\d+/, 'id=7')));
    expect(await look(4)).toContain('client → server | 2 2 0');
  });
});
