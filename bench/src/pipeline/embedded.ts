// `pipeline`, second row: the whole product in one process, from CRI text in memory to lines committed in the embedded store.
// Encoding has threads of its own, as a machine's agents are processes of their own; receiving and storing are here.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createReceiver } from '@mosaic/receiver';
import { keyIdOf, makeKey, nodeCompression, silentLog } from '@mosaic/runtime';
import { embeddedStore, type Store } from '@mosaic/store';
import { inProcessTransport, TOPICS, type Transport } from '@mosaic/transport';
import type { Chunk } from '@mosaic/wire';
import { type BenchContext, rounded } from '../bench.ts';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { criText } from './cri-text.ts';
import { encoder } from './encoder.ts';
import type { EncoderWork } from './encoder.worker.ts';

const FOR_MS = 60_000;
const THREADS = 2;
/** Small, so that a text is encoded in a fraction of a second: credit is looked at in between. */
const TEXT_LINES = 20_000;
const CREDIT = 24;
const SEALED_LINES = 3_000_000;
const RAW_KEY_BYTES = 32;

interface Road {
  readonly transport: Transport;
  readonly store: Store;
  readonly cluster: number;
  readonly committed: () => number;
}

export async function embeddedRow(context: BenchContext): Promise<void> {
  const { isQuick, row } = context;
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-bench-pipeline-'));
  const inner = await embeddedStore({ folder, compression: nodeCompression });
  let lines = 0;
  const store = counting(inner, (count) => {
    lines += count;
  });
  const transport = inProcessTransport();
  const receiver = createReceiver({ store, transport, compression: nodeCompression, log: silentLog });
  await receiver.start();
  const { id: cluster } = await store.clusters.enrol({ name: 'bench', kind: 'kubernetes' });
  const road = { transport, store, cluster, committed: () => lines };
  try {
    const whole = await fromText(road, isQuick ? FOR_MS / 10 : FOR_MS);
    const sealed = await fromSealed(road, isQuick ? SEALED_LINES / 10 : SEALED_LINES);
    row({ shape: 'embedded', ...whole, ...sealed });
  } finally {
    await receiver.stop();
    await transport.close();
    await inner.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The store, telling of lines once they are committed. */
const counting = (store: Store, told: (lines: number) => void): Store => ({
  ...store,
  logs: {
    ...store.logs,
    async file(chunk, receivedAt) {
      await store.logs.file(chunk, receivedAt);
      told(chunk.header.count);
    },
  },
});

async function fromText({ transport, store, cluster, committed }: Road, forMs: number) {
  const workers = await Promise.all(
    Array.from({ length: THREADS }, (_, n) => encoding(store, cluster, `node-${n}`, transport)),
  );
  const began = performance.now();
  const before = { lines: committed(), cpu: process.cpuUsage() };
  await new Promise((resolve) => setTimeout(resolve, forMs));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before.cpu);
  const lines = committed() - before.lines;
  await Promise.all(workers.map((stop) => stop()));
  await taken(transport);
  return {
    lines_per_s: Math.round(lines / seconds),
    seconds: Math.round(seconds),
    cores: rounded((user + system) / 1e6 / seconds, 2),
    lines_per_s_per_core: Math.round(lines / ((user + system) / 1e6)),
  };
}

/** Answers what stops it, after its first chunks have come. */
async function encoding(
  store: Store,
  cluster: number,
  node: string,
  transport: Transport,
): Promise<() => Promise<void>> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-RAW_KEY_BYTES));
  const keyId = keyIdOf(raw);
  await store.clusters.addKey(cluster, { keyId, publicKey: raw });
  const pem = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
  const workerData: EncoderWork = { cluster, node, keyId, privateKey: pem, lines: TEXT_LINES, credit: CREDIT };
  const worker = new Worker(join(import.meta.dirname, 'encoder.worker.js'), { workerData });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const first = Promise.withResolvers<void>();
  worker.once('error', first.reject);
  worker.on('message', async (said: 'ready' | { readonly bytes: Uint8Array }) => {
    if (said === 'ready') return;
    first.resolve();
    await transport.publish(TOPICS.logs, [{ key: String(cluster), value: said.bytes }]);
    worker.postMessage('taken');
  });
  await first.promise;
  return async () => {
    worker.postMessage('stop');
    await ended;
  };
}

/** Chunks that were sealed before: what receiving and storing alone can take. */
async function fromSealed({ transport, store, cluster, committed }: Road, wanted: number) {
  const key = makeKey();
  await store.clusters.addKey(cluster, key);
  const { encode, finish } = encoder(cluster, 'node-sealed', key);
  const text = criText(syntheticLines(TEXT_LINES), Date.now());
  const sealed: Chunk[] = [];
  for (let made = 0; made < wanted; made += text.lines) encode(text, (chunk) => void sealed.push(chunk));
  finish((chunk) => void sealed.push(chunk));
  const before = committed();
  const began = performance.now();
  for (const { bytes } of sealed) await transport.publish(TOPICS.logs, [{ key: String(cluster), value: bytes }]);
  await taken(transport);
  const seconds = (performance.now() - began) / 1000;
  const bytes = sealed.reduce((sum, chunk) => sum + chunk.bytes.length, 0);
  return {
    sealed_lines_per_s: Math.round((committed() - before) / seconds),
    sealed_mib_per_s: rounded(bytes / 2 ** 20 / seconds),
  };
}

async function taken(transport: Transport): Promise<void> {
  while ((await transport.lag('mosaic-receiver', [TOPICS.logs]))[TOPICS.logs] !== 0)
    await new Promise((resolve) => setTimeout(resolve, 2));
}
