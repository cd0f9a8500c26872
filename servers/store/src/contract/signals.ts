// What every adapter promises of logs, metrics, connections, edges and intake tokens.

import { nodeCompression } from '@mosaic/runtime';
import {
  type Connection,
  type EdgeMinute,
  encodeUtf8,
  type LogStream,
  type MetricSeries,
  type SentLine,
  sealChunk,
  sealLogs,
  writeConnections,
  writeSeries,
} from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import type { FiledChunk, FoundLine, LogQuery } from '../port-signals.ts';
import { type Given, type Making, testWith } from './making.ts';
import { CONTRACT_NOW, HOUR, MINUTE } from './values.ts';

const T = CONTRACT_NOW - 3 * HOUR;
const streamOf = (n: number): Omit<LogStream, 'id'> => ({
  ...{ namespace: `ns-${n % 2}`, pod: `pod-${n}`, podUid: `uid-${n}`, container: 'main', restart: 0, node: 'node-1' },
  workload: `Deployment/app-${n % 3}`,
});
const lineOf = (n: number, at: number, text: string, over: Partial<SentLine> = {}): SentLine => ({
  ...{ stream: streamOf(n), channel: 'stdout', at, nanos: 0, text },
  ...over,
});

export async function fileLogs(
  { store, cluster }: Given,
  lines: readonly SentLine[],
  boot = 'b1',
  seq = 0,
): Promise<number> {
  const chunks = sealLogs(
    lines,
    { cluster, source: 'node-1', boot, epoch: 0, seq, sealedAt: CONTRACT_NOW },
    nodeCompression,
  );
  for (const chunk of chunks) await store.logs.file(chunk, CONTRACT_NOW);
  return chunks.length;
}

const all: LogQuery = { from: T - HOUR, to: CONTRACT_NOW };

async function every({ store, cluster }: Given, query: LogQuery, limit: number): Promise<FoundLine[]> {
  const lines: FoundLine[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.logs.search(cluster, query, { limit, ...(cursor !== undefined && { cursor }) });
    lines.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return lines;
}

export function logsContract(name: string, make: Making): void {
  describe(`${name}: logs`, () => {
    testWith(make, 'lines come in the order of time, whatever the order of their chunks', async (given) => {
      await fileLogs(given, [lineOf(1, T + 20, 'c'), lineOf(2, T + 40, 'e')], 'b1');
      await fileLogs(given, [lineOf(1, T + 10, 'b'), lineOf(2, T + 30, 'd'), lineOf(2, T + 50, 'f')], 'b2');
      await fileLogs(given, [lineOf(3, T, 'a', { nanos: 1 }), lineOf(3, T, 'a2', { nanos: 2 })], 'b3');
      const texts = async (query: LogQuery, limit: number) =>
        (await every(given, query, limit)).map(({ text }) => text);
      expect(await texts(all, 100)).toEqual(['a', 'a2', 'b', 'c', 'd', 'e', 'f']);
      expect(await texts(all, 2)).toEqual(['a', 'a2', 'b', 'c', 'd', 'e', 'f']);
      expect(await texts({ ...all, order: 'desc' }, 3)).toEqual(['f', 'e', 'd', 'c', 'b', 'a2', 'a']);
      expect(await texts({ from: T + 10, to: T + 30 }, 100)).toEqual(['b', 'c', 'd']);
    });

    testWith(make, 'a chunk that comes twice is there once', async (given) => {
      await fileLogs(given, [lineOf(1, T, 'once')]);
      await fileLogs(given, [lineOf(1, T, 'once')]);
      expect(await every(given, all, 10)).toHaveLength(1);
    });

    testWith(
      make,
      'filters narrow by stream, level, channel, substring in any case, expression and pattern',
      async (given) => {
        const { store, cluster } = given;
        await fileLogs(given, [
          lineOf(1, T, 'INFO served /cart in 12 ms'),
          lineOf(1, T + 1, 'ERROR payment refused by provider', { channel: 'stderr' }),
          lineOf(2, T + 2, 'served /cart in 99 ms', { level: 'info' }),
          lineOf(3, T + 3, 'nothing else'),
        ]);
        const texts = async (query: Partial<LogQuery>) =>
          (await store.logs.search(cluster, { ...all, ...query })).items.map(({ text }) => text);
        const streams = await store.logs.streams(cluster, { ...all, pod: 'pod-1' });
        expect(streams).toMatchObject([{ ...streamOf(1), firstAt: T }]);
        expect(await texts({ streams: streams.map(({ id }) => id) })).toHaveLength(2);
        expect(await texts({ streams: [] })).toEqual([]);
        expect(await texts({ levels: ['error', 'fatal'] })).toEqual(['ERROR payment refused by provider']);
        expect(await texts({ channel: 'stderr' })).toHaveLength(1);
        expect(await texts({ q: 'PAYMENT Refused' })).toHaveLength(1);
        expect(await texts({ q: 'payment refused by' })).toHaveLength(1);
        expect(await texts({ q: 'payment accepted by' })).toEqual([]);
        expect(await texts({ matches: (text) => /in \d+ ms$/.test(text) })).toHaveLength(2);
        const { items, lines, isWhole } = await store.logs.patterns(cluster, all);
        expect([lines, isWhole]).toEqual([4, true]);
        const served = items.find(({ template }) => template === 'served /cart in <*> ms');
        expect(served).toMatchObject({ count: 1, level: 'info' });
        expect(await texts({ pattern: served?.pattern ?? -1 })).toEqual(['served /cart in 99 ms']);
      },
    );

    testWith(make, 'pages go on exactly, also when more arrives meanwhile', async (given) => {
      const { store, cluster } = given;
      const lines = Array.from({ length: 50 }, (_, i) => lineOf(i % 4, T + (i % 7), `line ${i}`, { nanos: i % 3 }));
      await fileLogs(given, lines.slice(0, 20), 'b1');
      await fileLogs(given, lines.slice(20), 'b2');
      const whole = (await store.logs.search(cluster, all, { limit: 100 })).items.map(({ id }) => id);
      const first = await store.logs.search(cluster, all, { limit: 17 });
      await fileLogs(given, [lineOf(9, T + HOUR, 'later')], 'b3');
      const { items } = await store.logs.search(cluster, all, {
        limit: 100,
        ...(first.next !== undefined && { cursor: first.next }),
      });
      expect([...first.items, ...items].map(({ id }) => id)).toEqual([...whole, items.at(-1)?.id]);
      await expect(store.logs.search(cluster, all, { cursor: 'rubbish' })).rejects.toThrow(RangeError);
    });

    testWith(make, 'a search that has looked at enough stops and can go on', async (given) => {
      const { store, cluster } = given;
      for (let i = 0; i < 30; i++) await fileLogs(given, [lineOf(1, T + i * MINUTE, `line ${i}`)], 'b1', i);
      const page = await store.logs.search(cluster, { ...all, q: 'line 29' }, { mostScanned: 5 });
      expect(page.items).toEqual([]);
      expect(page.next).toBeDefined();
      expect((await every(given, { ...all, q: 'line 29' }, 10)).map(({ text }) => text)).toEqual(['line 29']);
    });

    testWith(make, 'the lines around one are those of its container', async (given) => {
      const { store, cluster } = given;
      const lines = Array.from({ length: 20 }, (_, i) => lineOf(i % 2, T + i, `line ${i}`));
      await fileLogs(given, lines);
      const [hit] = (await store.logs.search(cluster, { ...all, q: 'line 10' })).items;
      const around = await store.logs.context(cluster, hit?.id ?? '', { before: 2, after: 2 });
      expect(around?.map(({ text }) => text)).toEqual(['line 6', 'line 8', 'line 10', 'line 12', 'line 14']);
      expect(await store.logs.context(cluster, 'zz.ab-1.0', { before: 1, after: 1 })).toBeUndefined();
    });

    testWith(make, 'lines across hours and midnight are one list, and a histogram counts them', async (given) => {
      const { store, cluster } = given;
      const midnight = Math.floor(CONTRACT_NOW / 86_400_000) * 86_400_000;
      await fileLogs(given, [
        lineOf(1, midnight - 1, 'ERROR before'),
        lineOf(1, midnight, 'after'),
        lineOf(1, midnight + HOUR, 'later'),
      ]);
      const query = { from: midnight - HOUR, to: midnight + 2 * HOUR };
      expect((await store.logs.search(cluster, query)).items.map(({ text }) => text)).toEqual([
        'ERROR before',
        'after',
        'later',
      ]);
      expect(await store.logs.histogram(cluster, { ...query, stepMs: HOUR })).toEqual([
        { lines: 1, errors: 1 },
        { lines: 1, errors: 0 },
        { lines: 1, errors: 0 },
      ]);
    });

    testWith(make, 'a chunk that cannot be read costs its own lines only', async (given) => {
      const { store, cluster } = given;
      await fileLogs(given, [lineOf(1, T, 'good')]);
      const [chunk] = sealLogs(
        [lineOf(1, T + 1, 'bad')],
        { cluster, source: 'n', boot: 'b', epoch: 0, seq: 9, sealedAt: T },
        nodeCompression,
      );
      if (chunk) await store.logs.file({ header: chunk.header, body: encodeUtf8('no zstd') }, CONTRACT_NOW);
      expect((await every(given, all, 10)).map(({ text }) => text)).toEqual(['good']);
    });

    testWith(make, 'any split into chunks gives the same lines in the same order', async (given) => {
      const { store, cluster } = given;
      const lines = fc.sample(fc.tuple(fc.nat(5), fc.nat(5_000), fc.nat(999_999)), 60);
      const sent = lines.map(([n, ms, nanos], i) => lineOf(n, T + ms, `#${i}`, { nanos }));
      for (const [i, line] of sent.entries()) await fileLogs(given, [line], `b${i % 3}`, i);
      const expected = sent.toSorted((a, b) => a.at - b.at || a.nanos - b.nanos).map(({ at, nanos }) => [at, nanos]);
      expect((await every(given, all, 7)).map(({ at, nanos }) => [at, nanos])).toEqual(expected);
      const wanted = (await store.logs.streams(cluster, { ...all, namespace: 'ns-1' })).map(({ id }) => id);
      const narrowed = await every(given, { ...all, streams: wanted }, 7);
      expect(narrowed.every(({ from }) => from.namespace === 'ns-1')).toBe(true);
      expect(narrowed).toHaveLength(lines.filter(([n]) => n % 2 === 1).length);
    });
  });
}

const header = (cluster: number, signal: 'metrics' | 'connections', seq: number, t0: number, t1 = t0) => ({
  ...{ signal, cluster, source: 'node-1', boot: 'b1', epoch: 0, seq, t0, t1, sealedAt: t1, count: 1 },
});

function metricsChunk(
  cluster: number,
  seq: number,
  shape: 'wide' | 'entity',
  series: readonly MetricSeries[],
): FiledChunk {
  const at = series.flatMap((one) => one.at);
  const metrics = { shape, step: 15_000, entities: [...new Set(series.map(({ entity }) => entity))] };
  const about = { ...header(cluster, 'metrics', seq, Math.min(...at), Math.max(...at)), metrics };
  return sealChunk({ header: about, body: writeSeries(series) }, nodeCompression);
}

export function metricsContract(name: string, make: Making): void {
  const series = (entity: string, metric: string, at: readonly number[]): MetricSeries => ({
    ...{ entity, metric, kind: 'gauge', labels: {}, at, values: at.map((instant) => instant - T) },
  });
  describe(`${name}: metrics`, () => {
    testWith(make, 'each sample is told once, whichever chunk brought it', async ({ store, cluster }) => {
      const at = [T, T + 15_000, T + 30_000];
      for (const [i, instant] of at.entries())
        await store.metrics.file(
          metricsChunk(cluster, i, 'wide', [
            series('Pod:shop:a/x', 'cpu', [instant]),
            series('Pod:shop:b/x', 'cpu', [instant]),
          ]),
          CONTRACT_NOW,
        );
      await store.metrics.file(metricsChunk(cluster, 9, 'entity', [series('Pod:shop:a/x', 'cpu', at)]), CONTRACT_NOW);
      const span = { from: T, to: T + 15_000 };
      expect(await store.metrics.samples(cluster, { ...span, entities: ['Pod:shop:a/x'] })).toEqual([
        series('Pod:shop:a/x', 'cpu', [T, T + 15_000]),
      ]);
      const both = await store.metrics.samples(cluster, {
        from: T,
        to: T + HOUR,
        entities: ['Pod:shop:*'],
        metrics: ['cpu'],
      });
      expect(both.map(({ entity, at: instants }) => [entity, instants.length]).sort()).toEqual([
        ['Pod:shop:a/x', 3],
        ['Pod:shop:b/x', 3],
      ]);
      expect(await store.metrics.samples(cluster, { ...span, entities: ['Pod:shop:c/x'] })).toEqual([]);
      expect((await store.metrics.entities(cluster, span)).toSorted()).toEqual(['Pod:shop:a/x', 'Pod:shop:b/x']);
      const { at: _, values: __, ...head } = series('Pod:shop:b/x', 'cpu', []);
      expect(await store.metrics.series(cluster, { ...span, entity: 'Pod:shop:b/x' })).toEqual([head]);
    });

    testWith(make, 'a roll-up written anew replaces the one before', async ({ store, cluster }) => {
      const rolled = (mean: number) => ({
        ...{ entity: 'Pod:shop:a/x', metric: 'cpu', kind: 'gauge' as const, labels: {} },
        steps: [{ at: T, min: 0, max: 2, mean, last: 1, count: 20 }],
      });
      await store.metrics.putRolled(cluster, '5m', T, 'Pod:shop:a/x', [rolled(1)]);
      await store.metrics.putRolled(cluster, '5m', T, 'Pod:shop:a/x', [rolled(1.5)]);
      const span = { from: T, to: T + HOUR };
      expect(await store.metrics.rolled(cluster, '5m', { ...span, entities: ['Pod:shop:a/x'] })).toEqual([rolled(1.5)]);
      expect(await store.metrics.rolled(cluster, '1h', { ...span, entities: ['Pod:shop:a/x'] })).toEqual([]);
    });
  });
}

export function connectionsContract(name: string, make: Making): void {
  const seen = (at: number, port: number): Connection => ({
    ...{
      at,
      until: at + 10_000,
      node: 'node-1',
      side: 'client',
      protocol: 'tcp',
      nat: 'seen',
      method: 'proc+conntrack',
    },
    ...{
      client: { ip: '10.0.0.1', port: 0, podUid: 'u1' },
      server: { ip: '10.0.0.2', port },
      original: { ip: '10.96.0.1', port: 80 },
    },
    ...{ open: 1, opened: 2, closed: 1, failed: 0, bytesOut: 100, bytesIn: 2000 },
  });
  const edge = (minute: number, opened: number): EdgeMinute => ({
    ...{
      minute,
      port: 8080,
      protocol: 'tcp',
      open: 1.5,
      opened,
      closed: 1,
      failed: 0,
      methods: ['proc'],
      confidence: 0.9,
    },
    from: { kind: 'Pod', namespace: 'shop', name: 'a', uid: 'u1', workload: 'Deployment/a', ip: '10.0.0.1' },
    to: { kind: 'External', namespace: '', name: 'api.example.com', ip: '203.0.113.7' },
    rule: 'lease at the instant',
  });
  describe(`${name}: connections and edges`, () => {
    testWith(
      make,
      'observations come back with who saw them, once, in the order of time',
      async ({ store, cluster }) => {
        const chunk = (seq: number, at: number) =>
          sealChunk(
            { header: header(cluster, 'connections', seq, at), body: writeConnections([seen(at, 8080)]) },
            nodeCompression,
          );
        for (const [seq, at] of [
          [2, T + 20_000],
          [1, T],
          [2, T + 20_000],
        ] as const)
          await store.connections.file(chunk(seq, at), CONTRACT_NOW);
        const found = await store.connections.between(cluster, { from: T, to: T + MINUTE });
        expect(found).toEqual([
          { ...seen(T, 8080), source: 'node-1', boot: 'b1', seq: 1 },
          { ...seen(T + 20_000, 8080), source: 'node-1', boot: 'b1', seq: 2 },
        ]);
        expect(await store.connections.between(cluster, { from: T + 40_000, to: T + HOUR })).toEqual([]);
      },
    );

    testWith(make, 'a minute of edges is replaced whole', async ({ store, cluster }) => {
      await store.edges.put(cluster, T, [edge(T, 1), edge(T, 2)]);
      expect((await store.edges.between(cluster, { from: T, to: T }))[0]?.edges).toHaveLength(2);
      await store.edges.put(cluster, T, [edge(T, 3)]);
      await store.edges.put(cluster, T + MINUTE, [edge(T + MINUTE, 4)]);
      expect(await store.edges.between(cluster, { from: T, to: T + MINUTE })).toEqual([
        { minute: T, edges: [edge(T, 3)] },
        { minute: T + MINUTE, edges: [edge(T + MINUTE, 4)] },
      ]);
    });

    testWith(make, 'when an edge was there is known over its days', async ({ store, cluster }) => {
      const life = { from: 'Deployment:shop:a', to: 'External::x', port: 443, protocol: 'tcp' as const };
      const day = Math.floor(T / 86_400_000);
      await store.edges.putLives(cluster, day, [{ ...life, firstAt: T + 10, lastAt: T + 20 }]);
      await store.edges.putLives(cluster, day, [{ ...life, firstAt: T, lastAt: T + 15 }]);
      expect(await store.edges.lives(cluster, { from: T, to: T + HOUR })).toEqual([
        { ...life, firstAt: T, lastAt: T + 20 },
      ]);
      expect(await store.edges.lives(cluster, { from: T + HOUR, to: T + 2 * HOUR })).toEqual([]);
    });
  });
}

export function tokensContract(name: string, make: Making): void {
  describe(`${name}: intake tokens`, () => {
    testWith(make, 'a token is found by its hash until it is removed', async ({ store, cluster }) => {
      const token = { id: `t-${cluster}`, name: 'fluent-bit', hash: `hash-${cluster}-${Math.random()}`, createdAt: T };
      await store.tokens.add(cluster, token);
      expect(await store.tokens.find(token.hash)).toEqual({ cluster, token });
      await store.tokens.used(cluster, token.id, T + 5);
      expect(await store.tokens.of(cluster)).toEqual([{ ...token, lastUsedAt: T + 5 }]);
      expect(await store.tokens.remove(cluster, token.id)).toBe(true);
      expect(await store.tokens.remove(cluster, token.id)).toBe(false);
      expect(await store.tokens.find(token.hash)).toBeUndefined();
    });

    testWith(make, 'a retention that was set is in force', async ({ store, cluster }) => {
      const before = store.upkeep.retention();
      await store.upkeep.retain({ ...before, days: { ...before.days, logs: 1 } });
      expect(store.upkeep.retention().days.logs).toBe(1);
      await expect(store.logs.search(cluster, { from: 0, to: CONTRACT_NOW - 2 * 24 * HOUR })).rejects.toThrow(
        'nothing is kept before',
      );
      await store.upkeep.retain(before);
    });
  });
}
