// `logs-search`: ten million lines of a day in the embedded store; what a line costs on disk, and how long the first hundred hits take.

import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installKafka, startKafka } from '@mosaic/dev';
import { nodeCompression } from '@mosaic/runtime';
import { embeddedStore, type Store } from '@mosaic/store';
import { HOUR_MS, type SentLine, sealLogs } from '@mosaic/wire';
import { type Bench, type BenchContext, quantile, rounded, seeded } from '../bench.ts';
import { realLines } from '../logs/real-lines.ts';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { QUESTIONS } from './questions.ts';
import { type Day, writeDay } from './written-day.ts';

const LINES = 10_000_000;
const HITS = 100;
/** A whole day is looked through: the store's own bound would stop before. */
const MOST_SCANNED = 100_000_000;
const DAY_MS = 24 * HOUR_MS;

export const logsSearch: Bench = {
  async run(context) {
    const { isQuick, tell, row } = context;
    const real = await linesOfServices(tell);
    row(sizes('real', real));
    row(sizes('synthetic', syntheticLines(100_000)));
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-logs-'));
    const open = (): Promise<Store> => embeddedStore({ folder, compression: nodeCompression });
    try {
      const from = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
      const lines = isQuick ? LINES / 10 : LINES;
      const day = await using(open, async (store) => {
        const { id } = await store.clusters.enrol({ name: 'bench', kind: 'kubernetes' });
        const began = performance.now();
        const written = await writeDay(store, id, { lines, from, real, tell });
        return { ...written, cluster: id, seconds: (performance.now() - began) / 1000 };
      });
      row(stored(day, folder)); // closed: what was in the write-ahead log is in its place
      await using(open, (store) => askAll(context, store, day.cluster, day));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function using<T>(open: () => Promise<Store>, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await open();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A Kafka is started for what it says while it starts. */
async function linesOfServices(tell: (line: string) => void): Promise<readonly string[]> {
  await installKafka(tell);
  const kafka = await startKafka({ told: tell });
  const lines = realLines([kafka.logPath]);
  await kafka.stop();
  tell(`${lines.length} real lines`);
  return lines;
}

/** Bytes of sealed chunks, header and filter included: each line once. */
function sizes(kind: string, texts: readonly string[]) {
  const stream = { namespace: 'shop', pod: 'cart-0', podUid: 'u', container: 'server', restart: 0, node: 'node-1' };
  const from = Date.UTC(2026, 10, 21, 3);
  const step = HOUR_MS / (texts.length + 1);
  const lines = texts.map(
    (text, n): SentLine => ({ stream, channel: 'stdout', at: Math.floor(from + n * step), nanos: n % 1_000_000, text }),
  );
  const about = { cluster: 1, source: 'node-1', boot: 'b', epoch: 1, seq: 1, sealedAt: from };
  const bytes = sealLogs(lines, about, nodeCompression).reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  const textBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return {
    ...{ query: 'bytes per line', of: kind, lines: texts.length },
    text_bytes_per_line: rounded(textBytes / texts.length),
    bytes_per_line: rounded(bytes / texts.length),
    ratio: rounded(textBytes / bytes),
  };
}

function stored({ lines, chunks, textBytes, bytes, seconds }: Day & { readonly seconds: number }, folder: string) {
  const disk = globSync('**/*', { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return {
    ...{ query: 'bytes per line', of: 'stored day', lines, chunks },
    text_bytes_per_line: rounded(textBytes / lines),
    bytes_per_line: rounded(bytes / lines),
    disk_bytes_per_line: rounded(disk / lines),
    ratio: rounded(textBytes / bytes),
    written_lines_per_s: Math.round(lines / seconds),
  };
}

async function askAll({ isQuick, tell, row }: BenchContext, store: Store, cluster: number, day: Day): Promise<void> {
  for (const { name, times, query } of QUESTIONS) {
    const random = seeded(13);
    const tookMs: number[] = [];
    const cpuMs: number[] = [];
    let scanned = 0;
    let hits = 0;
    for (let n = 0; n < (isQuick ? Math.ceil(times / 10) : times); n++) {
      const began = performance.now();
      const cpu = process.cpuUsage();
      const page = await store.logs.search(cluster, query(day, random), { limit: HITS, mostScanned: MOST_SCANNED });
      tookMs.push(performance.now() - began);
      const { user, system } = process.cpuUsage(cpu);
      cpuMs.push((user + system) / 1000);
      scanned += page.scanned;
      hits += page.items.length;
    }
    tell(`${name}: ${tookMs.length} times`);
    row({
      query: name,
      p50_ms: rounded(quantile(tookMs, 0.5)),
      p99_ms: rounded(quantile(tookMs, 0.99)),
      // Others share the machine: what it takes of one core is firmer than how long it takes.
      cpu_p50_ms: rounded(quantile(cpuMs, 0.5)),
      cpu_p99_ms: rounded(quantile(cpuMs, 0.99)),
      lines_per_s_scanned: Math.round(scanned / (tookMs.reduce((sum, ms) => sum + ms, 0) / 1000)),
      lines_per_cpu_s_scanned: Math.round(scanned / (cpuMs.reduce((sum, ms) => sum + ms, 0) / 1000)),
      scanned: Math.round(scanned / tookMs.length),
      hits: rounded(hits / tookMs.length),
    });
  }
}
