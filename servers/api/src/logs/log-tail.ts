// `GET /logs/stream`: lines as they arrive on the road, to every open page that asks for them. The topic is tailed only while somebody listens.

import { randomUUID } from 'node:crypto';
import { chunkGate, verifyEd25519 } from '@mosaic/runtime';
import type { ClusterRecord } from '@mosaic/store';
import { type Delivery, type Subscription, TOPICS } from '@mosaic/transport';
import {
  type Chunk,
  commandsTopic,
  inflateBody,
  type LogLine,
  type LogStream,
  Malformed,
  readLogs,
  TAIL_LEASE_MS,
  writeCommand,
} from '@mosaic/wire';
import type { Request, Response } from 'express';
import type { Asking } from '../asking/asking.ts';
import { Refused } from '../asking/problem.ts';
import { type RawQuery, readQuery } from '../asking/query.ts';
import type { ApiParts } from '../ports.ts';
import { type SseClient, sseClient } from '../topology/sse-client.ts';
import { lineAnswer } from './log-answer.ts';
import { filterShape, type LogFilter } from './log-shape.ts';
import { belongsTo, whose } from './whose.ts';

const BEAT_MS = 15_000;
const RENEW_MS = TAIL_LEASE_MS / 2;
const MOST_TAILS = 100;
/** How often a question's pods are looked up again: new ones appear while it is open. */
const WHOSE_FRESH_MS = 5_000;
/** Lines of one chunk sent to one page before the event loop gets a turn. */
const MOST_LINES_AT_ONCE = 5_000;

export interface LogTail {
  open(query: RawQuery, request: Request, response: Response): Promise<void>;
  clients(): number;
  stop(): Promise<void>;
}

interface Tail {
  readonly client: SseClient;
  readonly clusters: ReadonlyMap<number, ClusterRecord>;
  readonly filter: LogFilter;
  readonly workloads: Map<number, { at: number; of: (stream: LogStream) => string | undefined }>;
}

export function logTail(
  asking: Asking,
  { transport, compression }: Pick<ApiParts, 'transport' | 'compression'>,
): LogTail {
  const { clusters, store, log, now } = asking;
  const gate = chunkGate({
    keysOf: (cluster) => store.clusters.keys(cluster),
    compression,
    verify: verifyEd25519,
    now,
  });
  const tails = new Set<Tail>();
  let subscription: Promise<Subscription> | undefined;
  let heart: { beat: NodeJS.Timeout; renew: NodeJS.Timeout } | undefined;

  const take = async (delivery: Delivery): Promise<void> => {
    const checked = await gate(delivery.value);
    if (!checked.ok) return; // the receiver sets it aside
    for (const tail of tails)
      await tell(asking, tail, checked.chunk, () => readLogs(inflateBody(checked.chunk, compression)));
  };

  const listen = (): void => {
    subscription ??= transport.subscribe({
      group: `mosaic-log-tail-${randomUUID()}`,
      topics: [TOPICS.logs],
      from: 'latest',
      async handle(batch) {
        for (const delivery of batch) await take(delivery).catch((error: unknown) => passOver(error, log));
      },
      onTrouble: ({ reason }) => {
        for (const { client } of tails) client.send({ event: 'resync', data: { reason } });
      },
    });
    heart ??= {
      beat: setInterval(() => {
        for (const { client } of tails) client.beat();
      }, BEAT_MS),
      renew: setInterval(() => void renew(), RENEW_MS),
    };
  };

  /** Asks the agents of every cluster that is looked at to send at once. */
  const renew = async (): Promise<void> => {
    const watched = new Set([...tails].flatMap((tail) => [...tail.clusters.keys()]));
    const value = writeCommand({ kind: 'tail', until: now() + TAIL_LEASE_MS });
    for (const cluster of watched) {
      const topic = commandsTopic(cluster);
      await transport
        .ensureTopics([{ topic, partitions: 1 }])
        .then(() => transport.publish(topic, [{ key: String(cluster), value }]))
        .catch((error: unknown) => log.debug('agents could not be asked to hurry', { cluster, error }));
    }
  };

  const rest = async (): Promise<void> => {
    clearInterval(heart?.beat);
    clearInterval(heart?.renew);
    heart = undefined;
    const listening = subscription;
    subscription = undefined;
    await (await listening?.catch(() => undefined))?.stop();
  };

  return {
    async open(query, _request, response) {
      const filter = readQuery(filterShape, query, now());
      if (tails.size >= MOST_TAILS)
        throw new Refused(429, `${MOST_TAILS} tails are open already`, { headers: { 'Retry-After': '10' } });
      const asked = await clusters.among(filter.cluster);
      response.status(200).set({ 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      response.flushHeaders();
      const client = sseClient(response);
      const tail: Tail = {
        client,
        filter,
        clusters: new Map(asked.map((one) => [one.id, one])),
        workloads: new Map(),
      };
      tails.add(tail);
      client.onClose(() => {
        tails.delete(tail);
        if (tails.size === 0) void rest();
      });
      listen();
      client.beat();
      await Promise.all([subscription, renew()]);
      client.send({ event: 'open', data: {} });
    },
    clients: () => tails.size,
    async stop() {
      for (const { client } of tails) client.end();
      tails.clear();
      await rest();
    },
  };
}

function passOver(error: unknown, log: Asking['log']): void {
  if (!(error instanceof Malformed)) throw error;
  log.debug('chunk passed over', { error });
}

type ReadTable = () => ReturnType<typeof readLogs>;

async function tell(asking: Asking, tail: Tail, { header }: Chunk, read: ReadTable): Promise<void> {
  const cluster = tail.clusters.get(header.cluster);
  const streams = header.logs?.streams ?? [];
  if (cluster === undefined || streams.length === 0) return;
  const workloadOf = await workloadsOf(asking, tail, cluster);
  const isMeant = streams.map((stream) => isAsked(tail.filter, stream, workloadOf));
  if (!isMeant.includes(true)) return;
  const table = read();
  for (let i = 0; i < table.count; i++) {
    const place = table.stream(i);
    const from = streams[place];
    if (from === undefined || !isMeant[place]) continue;
    const line: LogLine = {
      stream: from.id,
      at: table.at(i),
      nanos: table.nanos(i),
      channel: table.channel(i),
      level: table.level(i),
      pattern: table.pattern(i),
      text: table.text(i),
    };
    if (!passes(tail.filter, line)) continue;
    const id = `${cluster.id}.live-${header.source}-${header.seq}-${i}`;
    tail.client.send({ event: 'log', data: lineAnswer(line, from, cluster, { id, workload: workloadOf(from) }) });
    if (i % MOST_LINES_AT_ONCE === MOST_LINES_AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

async function workloadsOf(asking: Asking, tail: Tail, cluster: ClusterRecord) {
  const known = tail.workloads.get(cluster.id);
  const at = asking.now();
  if (known !== undefined && at - known.at < WHOSE_FRESH_MS) return known.of;
  const nobody = { ...tail.filter, workload: undefined, namespace: undefined, pod: undefined, container: undefined };
  const { workloadOf } = await whose(asking, cluster, { ...nobody, previous: false }, { from: at, to: at });
  tail.workloads.set(cluster.id, { at, of: workloadOf });
  return workloadOf;
}

function isAsked(
  { namespace, pod, container, workload }: LogFilter,
  stream: LogStream,
  workloadOf: (stream: LogStream) => string | undefined,
): boolean {
  if (namespace !== undefined && stream.namespace !== namespace) return false;
  if (pod !== undefined && stream.pod !== pod) return false;
  if (container !== undefined && stream.container !== container) return false;
  return workload === undefined || belongsTo(workload, workloadOf)(stream);
}

export function passes({ stream, level, q, regex, pattern }: LogFilter, line: LogLine): boolean {
  if (stream !== undefined && line.channel !== stream) return false;
  if (level !== undefined && !level.includes(line.level)) return false;
  if (pattern !== undefined && line.pattern !== pattern) return false;
  if (q !== undefined && !line.text.toLowerCase().includes(q.toLowerCase())) return false;
  return regex?.(line.text) ?? true;
}
