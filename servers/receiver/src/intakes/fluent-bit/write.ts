// `POST /write` and `GET /write` of the fluent-bit contract.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyOf } from '../body.ts';
import type { SentLine } from '../filing.ts';
import type { Doors } from '../intakes.ts';
import { notReady } from '../refusal.ts';
import { type FluentRecord, recordsOf } from './record.ts';

/** 200 with an empty body once every record is durable and found. Nothing of a batch is written when one of it is wrong. */
export async function answerWrite(doors: Doors, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const cluster = await doors.whose.writes(request);
  const body = await bodyOf(request);
  const records = recordsOf(body);
  if (records.length > 0) {
    await ready(doors);
    await doors.filing.logs(cluster.id, 'fluent-bit', body, records.map(lineOf));
  }
  response.writeHead(200, { 'Content-Length': 0 }).end();
}

export async function answerHealth({ store }: Doors, _: IncomingMessage, response: ServerResponse): Promise<void> {
  const { ok, detail = '' } = await store.health().catch((error: unknown) => ({ ok: false, detail: String(error) }));
  const body = JSON.stringify({ healthy: ok, detail: ok ? '' : detail || 'the store does not answer' });
  response.writeHead(ok ? 200 : 503, { 'Content-Type': 'application/json; charset=utf-8' }).end(body);
}

async function ready({ store }: Doors): Promise<void> {
  const { ok, detail } = await store.health();
  if (!ok) throw notReady(detail ?? 'the store does not answer');
}

const lineOf = ({ namespace, pod, podUid, container, node, channel, at, nanos, log }: FluentRecord): SentLine => ({
  stream: { namespace, pod, podUid, container, restart: 0, node },
  channel,
  at,
  nanos,
  text: log,
});
