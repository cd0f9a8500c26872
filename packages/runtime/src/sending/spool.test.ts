import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Chunk, readHeader, type Signal, sealChunk, Unavailable } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nodeCompression } from '../compression.ts';
import { silentLog } from '../log.ts';
import { quickClock, until } from '../testing/quick-clock.ts';
import { type OutgoingMessage, publisher } from './publisher.ts';
import { type Dropped, spool } from './spool.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mosaic-spool-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function chunk(seq: number, signal: Signal = 'objects', size = 500): Chunk {
  const about = { cluster: 1, source: 's', boot: 'b', epoch: 1, t0: 1000, t1: 2000, sealedAt: 2000, count: 1 };
  const body = Uint8Array.from({ length: size }, (_, i) => (i * 2654435761 * (seq + 1)) >>> 13);
  return sealChunk({ header: { signal, seq, ...about }, body, codec: 0 }, nodeCompression);
}
const sequences = (values: readonly (Uint8Array | undefined)[]): number[] =>
  values.flatMap((value) => (value ? readHeader(value).seq : []));

describe('the spool', () => {
  it('gives chunks back in order, also after a restart, until they are removed', async () => {
    const first = await spool({ dir });
    for (let seq = 1; seq <= 5; seq++) await first.append(chunk(seq));
    await first.remove(first.oldest(1));
    const again = await spool({ dir });
    await again.append(chunk(6));
    expect(sequences(await Promise.all(again.oldest(1e6).map((one) => again.read(one))))).toEqual([2, 3, 4, 5, 6]);
  });

  it('does not take half a file for a chunk', async () => {
    await writeFile(join(dir, '00000000000001-objects.chunk.tmp'), 'half');
    const reopened = await spool({ dir });
    expect(reopened.chunks).toBe(0);
    expect(await readdir(dir)).toEqual([]);
  });

  it('drops the oldest of the least needed signal when it is full, and tells', async () => {
    const dropped: Dropped[] = [];
    const small = await spool({ dir, mostBytes: 4_000, onDropped: (one) => dropped.push(one) });
    for (let seq = 1; seq <= 2; seq++) {
      await small.append(chunk(seq, 'objects'));
      await small.append(chunk(seq, 'events'));
      await small.append(chunk(seq, 'coverage'));
    }
    expect(small.bytes).toBeLessThanOrEqual(4_000);
    expect(dropped).toEqual([{ signal: 'events', t0: 1000, t1: 2000 }]);
    for (let seq = 3; seq <= 8; seq++) await small.append(chunk(seq, 'objects'));
    expect(dropped.map(({ signal }) => signal).slice(0, 4)).toEqual(['events', 'events', 'coverage', 'coverage']);
    const left = await Promise.all(small.oldest(1e6).map((one) => small.read(one)));
    expect(sequences(left)).toEqual([4, 5, 6, 7, 8].slice(-left.length));
    expect(small.dropped).toBe(dropped.length);
  });

  it('says when the disk refuses, keeps in memory within a bound, and goes on when it takes again', async () => {
    const told: (string | undefined)[] = [];
    const dropped: Dropped[] = [];
    const open = await spool({
      dir,
      mostMemoryBytes: 2_500,
      onDisk: (trouble) => told.push(trouble),
      onDropped: (one) => dropped.push(one),
    });
    await rm(dir, { recursive: true });
    for (let seq = 1; seq <= 5; seq++) await open.append(chunk(seq));
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('ENOENT');
    expect(dropped.length).toBeGreaterThan(0);
    const held = await Promise.all(open.oldest(1e6).map((one) => open.read(one)));
    expect(sequences(held).at(-1)).toBe(5);
    await (await import('node:fs/promises')).mkdir(dir);
    await open.append(chunk(6));
    expect(told).toEqual([told[0], undefined]);
  });
});

describe('the publisher', () => {
  it('publishes in order once the broker is there, and only then empties the spool', async () => {
    const waiting = await spool({ dir });
    for (let seq = 1; seq <= 20; seq++) await waiting.append(chunk(seq, seq % 2 ? 'objects' : 'state'));
    const taken: (OutgoingMessage & { topic: string })[] = [];
    let isThere = false;
    let tries = 0;
    const sending = publisher({
      spool: waiting,
      cluster: 7,
      clock: quickClock(100),
      log: silentLog,
      async publish(topic, messages) {
        tries++;
        if (!isThere) throw new Unavailable('away', { retryAfterMs: 10 });
        for (const message of messages) taken.push({ ...message, topic });
      },
    });
    await until('some tries', () => tries > 3);
    expect(waiting.chunks).toBe(20);
    expect(sending.trouble).toBe('away');
    isThere = true;
    await until('an empty spool', () => waiting.chunks === 0);
    const objects = taken.filter(({ topic }) => topic === 'mosaic.objects');
    expect(sequences(objects.map(({ value }) => value))).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
    expect(new Set(taken.map(({ key }) => key))).toEqual(new Set(['7']));
    expect(await sending.drained(1)).toBe(true);
    await sending.stop();
  });

  it('keeps to the spool as long as it is asked to', async () => {
    const waiting = await spool({ dir });
    const clock = quickClock(100);
    const heldUntil = clock.now() + 3_000;
    let sentAt = 0;
    const sending = publisher({
      ...{ spool: waiting, cluster: 7, clock, log: silentLog, heldUntil: () => heldUntil },
      publish: async () => {
        sentAt = clock.now();
      },
    });
    await waiting.append(chunk(1));
    sending.wake();
    await until('an empty spool', () => waiting.chunks === 0);
    expect(sentAt).toBeGreaterThanOrEqual(heldUntil);
    await sending.stop();
  });
});
