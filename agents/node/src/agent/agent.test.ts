// The whole agent on the recorded machine: what it sends is signed, certified, and says what was there.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkGate, makeKey, nodeCompression, silentLog, verifyEd25519 } from '@mosaic/runtime';
import { until } from '@mosaic/runtime/testing';
import type { Message } from '@mosaic/transport';
import {
  CERTIFIED_FOR_MS,
  type Chunk,
  certifyNode,
  inflateBody,
  inflateRows,
  readConnections,
  readCoverage,
  readLogs,
  readSeries,
  toBase64,
} from '@mosaic/wire';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostAt } from '../start.ts';
import { type NodeAgentOptions, nodeAgent } from './agent.ts';
import { healthOf, metricsOf } from './metrics.ts';

const RECORDED = join(import.meta.dirname, '../../fixtures/recorded');
const cluster = makeKey();
const own = makeKey();
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'mosaic-node-agent-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

function machine(more: Partial<NodeAgentOptions> = {}) {
  const sent: Message[] = [];
  const agent = nodeAgent({
    ...{ cluster: 1, node: 'node-1', host: hostAt(RECORDED), signer: cluster, dataDir: dir, version: 'test' },
    transport: {
      publish: async (_, messages) => void sent.push(...messages),
      subscribe: async () => ({ stop: async () => {} }) as never,
      ensureTopics: async () => {},
    },
    compression: nodeCompression,
    conntrack: 'file',
    log: silentLog,
    ...more,
  });
  const gate = chunkGate({
    keysOf: async () => [cluster],
    compression: nodeCompression,
    verify: verifyEd25519,
  });
  const letIn = async (): Promise<readonly Chunk[]> => {
    const checked = await Promise.all(sent.map(({ value }) => gate(value)));
    return checked.map((one) => {
      if (!one.ok) throw new Error(one.reason);
      return one.chunk;
    });
  };
  return { agent, chunks: letIn };
}

test('logs, usage and coverage of a recorded machine pass the gate of the receiver', async () => {
  const { agent, chunks } = machine();
  await agent.start();
  expect(healthOf(agent.status()).status).toBe('ok');
  await until('lines', () => (agent.status().logs?.lines ?? 0) > 0);
  await until('a sample', () => (agent.status().usage?.series ?? 0) > 0);
  await agent.stop();
  const all = await chunks();
  const of = (signal: string) => all.filter(({ header }) => header.signal === signal);
  const lines = of('logs').reduce((sum, { header }) => sum + header.count, 0);
  // Lines of one stack trace are one record.
  expect(lines).toBeGreaterThan(40);
  expect(lines).toBeLessThanOrEqual(agent.status().logs?.lines ?? 0);
  expect(
    of('logs')
      .flatMap(({ header }) => header.logs?.streams ?? [])
      .map(({ container }) => container),
  ).toContain('server');
  const series = of('metrics').flatMap((chunk) => readSeries(inflateBody(chunk, nodeCompression)));
  expect(series.find(({ metric }) => metric === 'memory_total_bytes')?.entity).toBe('Node::node-1');
  const told = of('coverage').flatMap((chunk) => readCoverage(inflateRows(chunk, nodeCompression)));
  expect(new Set(told.map(({ signal }) => signal))).toEqual(new Set(['logs', 'connections', 'metrics']));
  expect(told.filter(({ state }) => state === 'stopped').length).toBeGreaterThan(0);
  for (const chunk of of('connections')) expect(readConnections(inflateBody(chunk, nodeCompression))).toBeDefined();
  expect(metricsOf(agent.status())).toMatch(/^mosaic_node_agent_log_lines_total\{node="node-1"\} \d+$/m);
});

const linesIn = (chunks: readonly Chunk[]): string[] =>
  chunks
    .filter(({ header }) => header.signal === 'logs')
    .flatMap((chunk) => {
      const lines = readLogs(inflateBody(chunk, nodeCompression));
      const streams = chunk.header.logs?.streams ?? [];
      return Array.from(
        { length: lines.count },
        (_, i) => `${streams[lines.stream(i)]?.id} ${lines.at(i)} ${lines.nanos(i)} ${lines.text(i)}`,
      );
    });

test('another run does not repeat what was sent', async () => {
  const first = machine();
  await first.agent.start();
  await until('lines', () => (first.agent.status().logs?.lines ?? 0) > 0);
  await first.agent.stop();
  const second = machine();
  await second.agent.start();
  await until('a sample', () => (second.agent.status().usage?.series ?? 0) > 0);
  await second.agent.stop();
  // What the first held back (half a trace) the second may tell; nothing comes twice.
  const all = [...linesIn(await first.chunks()), ...linesIn(await second.chunks())];
  expect(all.length).toBeGreaterThan(40);
  expect(new Set(all).size).toBe(all.length);
});

test('without a certificate it waits; with one its own key signs', async () => {
  let isThere = false;
  const ask: typeof fetch = async (url, init) => {
    expect(String(url)).toBe('http://cluster-agent/node-certificates');
    if (!isThere) return new Response('{"message":"not yet"}', { status: 503 });
    const from = Date.now();
    const { key } = JSON.parse(String(init?.body)) as { key: string };
    expect(key).toBe(toBase64(own.publicKey));
    return Response.json(certifyNode(1, { node: 'node-1', key, from, until: from + CERTIFIED_FOR_MS }, cluster));
  };
  const tokenFile = join(RECORDED, 'proc/sys/kernel/hostname');
  const { agent, chunks } = machine({
    signer: own,
    certifier: { url: 'http://cluster-agent', tokenFile, fetch: ask },
  });
  const starting = agent.start();
  await until('the trouble', () => agent.status().trouble.some((why) => why.includes('503')));
  await until('the pods', () => agent.status().state !== 'starting');
  expect([agent.status().state, healthOf(agent.status()).status]).toEqual(['waiting to be certified', 'starting']);
  isThere = true;
  await starting;
  await until('lines', () => (agent.status().logs?.lines ?? 0) > 0);
  await agent.stop();
  const all = await chunks();
  expect(all.length).toBeGreaterThan(0);
  expect(new Set(all.map(({ header }) => header.keyId))).toEqual(new Set([own.keyId]));
});
