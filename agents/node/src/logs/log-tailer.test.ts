import { closeSync, mkdirSync, mkdtempSync, openSync, statSync, symlinkSync, truncateSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fakeOutgoing, hostAt, nodeDisk, podsOf, tailerOn, turnedClock } from './testing/node-disk.ts';

const FOLDER = 'var/log/pods/shop_cart-1_0000-1/cart';
const line = (n: number, text = `line ${n}`, tag = 'F', channel = 'stdout'): string =>
  `2026-11-21T03:00:00.${String(n).padStart(9, '0')}Z ${channel} ${tag} ${text}\n`;
const texts = (out: ReturnType<typeof fakeOutgoing>): string[] => out.lines.map(({ text }) => text);

test('the logs of a real node come out once, parts joined, a panic as one record', async () => {
  const host = hostAt(join(import.meta.dirname, '../../fixtures/recorded'));
  const positions = mkdtempSync(join(tmpdir(), 'mosaic-positions-'));
  const out = fakeOutgoing();
  const clock = turnedClock();
  const tailer = tailerOn({ host, path: (name) => join(positions, name) }, out, clock);
  await tailer.pass();
  clock.turn(6000);
  await tailer.pass();
  clock.turn(6000);
  await tailer.pass();
  await tailer.stop();
  const ledger = out.lines.filter(({ stream }) => stream.includes('ledger') && stream.endsWith('/5'));
  expect(ledger.map(({ text }) => text.split('\n').length)).toEqual([1, 1, 8]);
  expect(ledger.map(({ level }) => level)).toEqual(['info', 'info', 'fatal']);
  expect(new Set(out.lines.map(({ stream }) => stream)).size).toBe(8);
  expect(out.lines.filter(({ text }) => text.startsWith('{')).every(({ level }) => level !== 'unknown')).toBe(true);
  expect(tailer.stats().behindBytes).toBe(0);
  expect(out.covered.at(-1)?.state).toBe('watching');
});

test('an agent that starts again goes on where the spool ends', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1) + line(2));
  const first = tailerOn(disk, out, clock);
  await first.pass();
  await first.stop();
  disk.append(`${FOLDER}/0.log`, line(3));
  const second = tailerOn(disk, out, clock);
  await second.pass();
  await second.stop();
  expect(texts(out)).toEqual(['line 1', 'line 2', 'line 3']);
});

test('a rotation is read to its end before what follows it, compressed ones too', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log.20261121-020000`, line(1) + line(2));
  disk.compress(`${FOLDER}/0.log.20261121-020000`);
  disk.append(`${FOLDER}/0.log`, line(3));
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  disk.append(`${FOLDER}/0.log`, line(4));
  disk.rename(`${FOLDER}/0.log`, `${FOLDER}/0.log.20261121-030000`);
  disk.append(`${FOLDER}/0.log`, line(5));
  await tailer.pass();
  disk.compress(`${FOLDER}/0.log.20261121-030000`);
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual(['line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
});

test('a log that is copied and emptied is neither lost nor told twice', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1) + line(2));
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  disk.append(`${FOLDER}/0.log`, line(3));
  disk.copy(`${FOLDER}/0.log`, `${FOLDER}/0.log.1`);
  disk.truncate(`${FOLDER}/0.log`);
  disk.append(`${FOLDER}/0.log`, line(4) + line(5) + line(6) + line(7));
  await tailer.pass();
  await tailer.pass();
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `line ${n}`));
});

test('a log that is deleted while it is open is read to its end', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1));
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  disk.append(`${FOLDER}/0.log`, line(2));
  disk.remove('var/log/pods/shop_cart-1_0000-1');
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual(['line 1', 'line 2']);
});

test('an excluded pod and the agent itself are not read', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  disk.append(`${FOLDER}/0.log`, line(1));
  disk.append('var/log/pods/mosaic_node-1_own/agent/0.log', line(2));
  disk.append('var/log/pods/shop_pay-1_pay/pay/0.log', line(3));
  const pods = podsOf(
    { uid: '0000-1', name: 'cart-1', annotations: { 'mosaic.dev/logs': 'exclude' } },
    { uid: 'pay', name: 'pay-1', workload: 'Deployment/pay' },
  );
  const tailer = tailerOn(disk, out, turnedClock(), { pods, ownPodUid: 'own' });
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual(['line 3']);
  expect(out.indexes[0]?.streams[0]?.workload).toBe('Deployment/pay');
});

test('Docker keeps its files elsewhere, behind links', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const id = 'ab'.repeat(32);
  const json = (n: number, log: string): string =>
    `${JSON.stringify({ log, stream: 'stderr', time: `2026-11-21T03:00:00.00000000${n}Z` })}\n`;
  disk.append(`var/lib/docker/containers/${id}/${id}-json.log.1`, json(1, 'one\n'));
  disk.append(`var/lib/docker/containers/${id}/${id}-json.log`, json(2, 'tw') + json(3, 'o "ü\u{1f600}"\n'));
  mkdirSync(disk.path(FOLDER), { recursive: true });
  symlinkSync(`/var/lib/docker/containers/${id}/${id}-json.log`, disk.path(`${FOLDER}/0.log`));
  mkdirSync(disk.path('var/log/containers'));
  symlinkSync(`/${FOLDER}/0.log`, disk.path(`var/log/containers/cart-1_shop_cart-${id}.log`));
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(out.lines.map(({ text, nanos, channel }) => [text, nanos, channel])).toEqual([
    ['one', 1, 'stderr'],
    ['two "ü\u{1f600}"', 2, 'stderr'],
  ]);
});

test('lines of other hours have chunks of their own', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const at = (hour: string) => `2026-11-21T${hour}:59:59.999999999Z stdout F at ${hour}\n`;
  disk.append(`${FOLDER}/0.log`, ['02', '03', '02', '23', '03'].map(at).join(''));
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(out.headers.map(({ count }) => count)).toEqual([2, 2, 1]);
  expect(texts(out)).toEqual(['at 02', 'at 02', 'at 03', 'at 03', 'at 23']);
});

test('a line of 100 MB is cut and says so, and takes little memory', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const size = 100 * 1024 * 1024;
  disk.append(`${FOLDER}/0.log`, line(1, 'first') + line(2, 'long ').slice(0, -1));
  truncateSync(disk.path(`${FOLDER}/0.log`), size);
  disk.append(`${FOLDER}/0.log`, `\n${line(3, 'last')}`);
  const tailer = tailerOn(disk, out, turnedClock());
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 5);
  for (let pass = 0; pass < 12; pass++) await tailer.pass();
  clearInterval(watch);
  await tailer.stop();
  const [first, long, last] = texts(out);
  expect([first, last, out.lines.length]).toEqual(['first', 'last', 3]);
  expect(long?.startsWith('long \u0000')).toBe(true);
  expect(long?.length).toBeLessThan(1024 * 1024 + 100);
  expect(long).toMatch(/ … 1038\d{5} bytes more, cut off$/);
  expect(tailer.stats().truncated).toBe(1);
  expect(most).toBeLessThan(24 * 1024 * 1024);
});

test('a line of many parts is cut in the same way', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const part = 'x'.repeat(16 * 1024);
  for (let n = 0; n < 100; n++) disk.append(`${FOLDER}/0.log`, line(n, part, 'P'));
  disk.append(`${FOLDER}/0.log`, line(100, 'end') + line(101, 'next'));
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(texts(out).map((text) => text.length)).toEqual([1024 * 1024 + ' … 589827 bytes more, cut off'.length, 4]);
});

test('a log that may not be read is a gap that names it; the others go on', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1));
  // A link in a circle is refused to root as well, whom permissions do not stop.
  mkdirSync(disk.path('var/log/pods/shop_pay-1_pay/pay'), { recursive: true });
  symlinkSync('0.log', disk.path('var/log/pods/shop_pay-1_pay/pay/0.log'));
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  disk.remove('var/log/pods/shop_pay-1_pay');
  clock.turn(10_000);
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual(['line 1']);
  expect(out.covered.map(({ state, reason }) => [state, reason?.includes('shop_pay-1_pay')])).toEqual([
    ['gap', true],
    ['watching', undefined],
  ]);
});

test('a file that is never caught up with keeps no other waiting', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  disk.append(`${FOLDER}/0.log`, Array.from({ length: 20_000 }, (_, n) => line(n)).join(''));
  disk.append('var/log/pods/shop_pay-1_pay/pay/0.log', line(1, 'quiet'));
  const tailer = tailerOn(disk, out, turnedClock(), { maxBytesPerPass: 300 * 1024, sealAfterMs: () => 0 });
  await tailer.pass();
  expect(tailer.stats().behindBytes).toBeGreaterThan(100_000);
  expect(texts(out)).toContain('quiet');
  expect(out.covered).toEqual([]);
  for (let pass = 0; pass < 8; pass++) await tailer.pass();
  expect(tailer.stats().behindBytes).toBe(0);
  expect(out.lines.length).toBe(20_001);
  expect(out.covered.length).toBe(1);
  await tailer.stop();
});

test('a line waits five seconds at most for its chunk, those until it was read among them', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  disk.append(`${FOLDER}/0.log`, line(1)); // just after that look
  for (let looks = 1; looks < 5; looks++) {
    clock.turn(1000);
    await tailer.pass();
  }
  expect(texts(out)).toEqual([]);
  clock.turn(1000);
  await tailer.pass();
  expect(texts(out)).toEqual(['line 1']);
  await tailer.stop();
});

test('half a line waits for its end, and is one when the container writes elsewhere', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1) + line(2).slice(0, -3));
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  clock.turn(20_000);
  await tailer.pass();
  expect(texts(out)).toEqual(['line 1']);
  disk.append(`${FOLDER}/1.log`, line(3));
  await tailer.pass();
  clock.turn(6000);
  await tailer.pass();
  await tailer.stop();
  expect(texts(out).sort()).toEqual(['line', 'line 1', 'line 3']);
});

test('lines that no runtime writes are kept as they are', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  disk.append(`${FOLDER}/0.log`, `${line(7)}\nfree text\n{"msg":"json of its own"}\n`);
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(out.lines.map(({ text, nanos }) => [text, nanos])).toEqual([
    ['line 7', 7],
    ['free text', 7],
    ['{"msg":"json of its own"}', 7],
  ]);
});

test('the header says which bytes of which file its lines were', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  disk.append(`${FOLDER}/0.log`, line(1) + line(2, 'half ', 'P') + line(3, 'err', 'F', 'stderr'));
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  const [index] = out.indexes;
  const whole = line(1).length;
  const half = line(2, 'half ', 'P').length;
  const { ino, size } = statSync(disk.path(`${FOLDER}/0.log`));
  expect(index?.files?.map(({ from, to, inode, stream }) => [from, to, inode, stream])).toEqual([
    [0, whole, ino, 0],
    [whole + half, size, ino, 0],
  ]);
});

test('what was written while a pod was excluded stays unread when it no longer is', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  const open = podsOf({ uid: '0000-1', name: 'cart-1' });
  const closed = podsOf({ uid: '0000-1', name: 'cart-1', annotations: { 'mosaic.dev/logs': 'exclude' } });
  let now = open;
  const pods = { all: () => now.all(), byUid: (uid: string) => now.byUid(uid), byContainer: () => undefined };
  const first = tailerOn(disk, out, clock, { pods });
  disk.append(`${FOLDER}/0.log`, line(1));
  await first.pass();
  now = closed;
  disk.append(`${FOLDER}/0.log`, line(2));
  await first.pass();
  await first.stop();
  const second = tailerOn(disk, out, clock, { pods });
  await second.pass();
  now = open;
  disk.append(`${FOLDER}/0.log`, line(3));
  await second.pass();
  await second.stop();
  expect(texts(out)).toEqual(['line 1', 'line 3']);
});

test('a pod that nobody told of yet waits, since it may be excluded', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  disk.append(`${FOLDER}/0.log`, line(1));
  const tailer = tailerOn(disk, out, clock, { strangerWaitMs: 10_000, sealAfterMs: () => 0 });
  await tailer.pass();
  expect(texts(out)).toEqual([]);
  clock.turn(10_000);
  await tailer.pass();
  expect(texts(out)).toEqual(['line 1']);
  await tailer.stop();
});

test('old Docker nodes have links in /var/log/containers alone', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const id = 'cd'.repeat(32);
  const entry = { log: 'hello\n', stream: 'stdout', time: '2026-11-21T03:00:00.000000001Z' };
  disk.append(`var/lib/docker/containers/${id}/${id}-json.log`, `${JSON.stringify(entry)}\n`);
  mkdirSync(disk.path('var/log/containers'), { recursive: true });
  const target = `/var/lib/docker/containers/${id}/${id}-json.log`;
  symlinkSync(target, disk.path(`var/log/containers/cart-1_shop_cart-${id}.log`));
  const pods = podsOf({ uid: 'u-1', name: 'cart-1', containers: [{ name: 'cart', id, restart: 3 }] });
  const tailer = tailerOn(disk, out, turnedClock(), { pods });
  await tailer.pass();
  await tailer.stop();
  expect(texts(out)).toEqual(['hello']);
  expect(out.indexes[0]?.streams[0]).toMatchObject({ namespace: 'shop', pod: 'cart-1', podUid: 'u-1', restart: 3 });
});

test('many streams with long names and many words still fit a header', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const name = 'n'.repeat(180);
  const words = Array.from({ length: 400 }, (_, n) => `word${n}`).join(' ');
  for (let n = 0; n < 600; n++) {
    const said = words.replaceAll('word', `w${n % 100}x`);
    disk.append(`var/log/pods/shop_${name}${n}_uid-${n}/main/0.log`, line(n, said));
  }
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(out.lines.length).toBe(600);
  for (const header of out.headers) expect(JSON.stringify(header).length).toBeLessThan(256 * 1024);
  for (const { streams } of out.indexes) expect(streams.length).toBeLessThanOrEqual(500);
});

test('a chunk is about 64 KiB on the wire', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const said = (n: number) =>
    `GET /cart/${n * 7919} -> 200 from 10.244.0.${n % 250}:${30_000 + (n % 9973)} in ${n % 997} ms`;
  disk.append(`${FOLDER}/0.log`, Array.from({ length: 40_000 }, (_, n) => line(n, said(n))).join(''));
  const tailer = tailerOn(disk, out, turnedClock());
  await tailer.pass();
  await tailer.stop();
  expect(out.lines.length).toBe(40_000);
  const bytes = out.headers.map(({ body }) => body?.bytes ?? 0);
  for (const size of bytes.slice(0, -1)) expect(size).toBeGreaterThan(32 * 1024);
  for (const size of bytes) expect(size).toBeLessThan(200 * 1024);
});

test('a long archive takes turns with the other logs, and is told once', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  const LINES = 40_000;
  const name = `${FOLDER}/0.log.20261121-020000`;
  disk.append(name, Array.from({ length: LINES }, (_, n) => line(n, `${n} ${'word '.repeat(20)}`)).join(''));
  disk.compress(name);
  disk.append(`${FOLDER}/0.log`, line(LINES, 'after'));
  disk.append('var/log/pods/shop_web-1_0000-2/web/0.log', line(1, 'beside'));
  const first = tailerOn(disk, out, clock, { maxBytesPerPass: 1 });
  await first.pass();
  await first.pass();
  expect(first.stats().bytes).toBeLessThan(1.5 * 1024 * 1024);
  expect(first.stats().behindBytes).toBeGreaterThan(0);
  await first.stop();
  expect(texts(out)).toContain('beside');
  // Another run begins in the middle of it.
  const tailer = tailerOn(disk, out, clock);
  await tailer.pass();
  clock.turn(10_000);
  await tailer.pass();
  await tailer.stop();
  const told = texts(out).filter((text) => text !== 'beside');
  expect(told.length).toBe(LINES + 1);
  expect(told.slice(0, -1).every((text, n) => text.startsWith(`${n} `))).toBe(true);
  expect(told.at(-1)).toBe('after');
});

test('an archive that cannot be inflated is a gap, once, and what follows is read', async () => {
  using disk = nodeDisk();
  const out = fakeOutgoing();
  const clock = turnedClock();
  const name = `${FOLDER}/0.log.20261121-020000`;
  disk.append(name, Array.from({ length: 5000 }, (_, n) => line(n, `${n * n * 7919}`)).join(''));
  disk.compress(name);
  const { size } = statSync(disk.path(`${name}.gz`));
  const broken = openSync(disk.path(`${name}.gz`), 'r+');
  writeSync(broken, Buffer.alloc(2000, 0xaa), 0, 2000, size - 3000);
  closeSync(broken);
  disk.append(`${FOLDER}/0.log`, line(9000, 'after'));
  const tailer = tailerOn(disk, out, clock);
  for (let pass = 0; pass < 3; pass++) {
    await tailer.pass();
    clock.turn(10_000);
  }
  await tailer.stop();
  expect(texts(out).at(-1)).toBe('after');
  expect(tailer.stats().dropped).toBeGreaterThan(0);
  expect(out.covered.map(({ state }) => state)).toEqual(['gap', 'watching', 'watching']);
});
