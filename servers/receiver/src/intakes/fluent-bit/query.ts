// `GET /query` of the fluent-bit contract: one container's lines between two instants, streamed however many they are.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logs, Store } from '@mosaic/store';
import { unreadable } from '../refusal.ts';
import type { Whose } from '../whose.ts';
import { readNanos, writeNanos } from './record.ts';

interface Instant {
  readonly at: number;
  readonly nanos: number;
}

interface LineQuestion {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly from: Instant;
  readonly to: Instant;
}

const PAGE = 5_000;

/** Throws a 400 that names the first parameter that is wrong. */
export function questionOf(url: URL, now: number): LineQuestion {
  const one = (name: string): string | undefined => {
    const given = url.searchParams.getAll(name);
    if (given.length > 1) throw unreadable(`${name}: expected 1 value, got ${given.length}`);
    return given[0];
  };
  const needed = (name: string): string => {
    const value = one(name);
    if (value === undefined || value === '') throw unreadable(`${name}: expected 1 value, got none`);
    return value;
  };
  const instant = (name: string, text: string): Instant => {
    const read = readNanos(text);
    if (read === undefined)
      throw unreadable(`${name}: expected an instant of RFC 3339, got ${JSON.stringify(text.slice(0, 100))}`);
    return read;
  };
  const namespace = needed('namespace');
  const pod = needed('pod_name');
  const container = needed('container_name');
  const from = instant('start_time', needed('start_time'));
  const end = one('end_time');
  const to = end === undefined || end === '' ? { at: now, nanos: 999_999 } : instant('end_time', end);
  if (compare(from, to) >= 0)
    throw unreadable(
      `start_time: expected an instant strictly before end_time (${writeNanos(to.at, to.nanos)}), got ${writeNanos(from.at, from.nanos)}`,
    );
  return { namespace, pod, container, from, to };
}

const compare = (a: Instant, b: Instant): number => a.at - b.at || a.nanos - b.nanos;

interface Parts {
  readonly store: Pick<Store, 'logs'>;
  readonly whose: Whose;
  readonly now: () => number;
}

export async function answerQuery(
  { store, whose, now }: Parts,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const cluster = await whose.reads(request);
  const question = questionOf(url, now());
  const pages = cluster === undefined ? nothing() : linesOf(store.logs, cluster.id, question);
  // The first page is read before anything is told, so that a store that fails can still say so.
  const first = await pages.next();
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.write('{"log_rows":[');
  let before = '';
  for (let page = first; !page.done; page = await pages.next()) {
    const rows = page.value.map(({ time, log }) => JSON.stringify({ time, log }));
    if (rows.length === 0) continue;
    if (!response.write(before + rows.join(',')))
      await Promise.race([once(response, 'drain'), once(response, 'close')]);
    if (response.destroyed) return;
    before = ',';
  }
  response.end(']}');
}

interface Row {
  readonly time: string;
  readonly log: string;
}

async function* nothing(): AsyncGenerator<Row[], void> {}

/** Ascending, both ends included to the nanosecond. */
async function* linesOf(logs: Logs, cluster: number, question: LineQuestion): AsyncGenerator<Row[], void> {
  const { namespace, pod, container, from, to } = question;
  const span = { from: from.at, to: to.at };
  const streams = await logs.streams(cluster, { namespace, pod, container, ...span });
  if (streams.length === 0) return;
  const query = { ...span, streams: streams.map(({ id }) => id) };
  let cursor: string | undefined;
  do {
    const page = await logs.search(cluster, query, { limit: PAGE, ...(cursor !== undefined && { cursor }) });
    yield page.items
      .filter((line) => compare(line, from) >= 0 && compare(line, to) <= 0)
      .map(({ at, nanos, text }) => ({ time: writeNanos(at, nanos), log: text }));
    cursor = page.next;
  } while (cursor !== undefined);
}
