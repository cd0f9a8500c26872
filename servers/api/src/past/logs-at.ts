// `kubectl logs` at an instant: the stored lines of a container up to then, and on from there when they are followed.

import { setTimeout as sleep } from 'node:timers/promises';
import { badRequest, type LogQuery, StatusError } from '@mosaic/apiserver';
import type { ClusterRecord, FoundLine, Store } from '@mosaic/store';
import { nanoInstant } from '../logs/log-answer.ts';
import { beforeLast } from '../logs/whose.ts';
import type { Clock } from './clock.ts';

const PER_PAGE = 1_000;
const MOST_TAIL = 100_000;
/** How often more is asked for while a log is followed. */
const FOLLOW_MS = 1_000;

export interface LogsOf {
  readonly cluster: ClusterRecord;
  readonly namespace: string;
  readonly pod: string;
  /** Lives of one name are told apart; lines of senders that did not say are anybody's. */
  readonly podUid: string;
  readonly at: number;
  readonly keptFrom: number;
}

type Streams = Awaited<ReturnType<Store['logs']['streams']>>;

/** Throws what kubectl would be told where nothing can be answered. */
export async function* logsAt(
  { logs }: Pick<Store, 'logs'>,
  of: LogsOf,
  query: LogQuery,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const from = Math.max(sinceOf(query, of.at), of.keptFrom);
  const streams = await streamsOf({ logs }, of, query);
  const text = (line: FoundLine): string =>
    query.timestamps === true ? `${nanoInstant(line.at, line.nanos)} ${line.text}` : line.text;
  if (streams.length > 0 && query.tailLines !== 0)
    for await (const line of lines({ logs }, of, streams, { from, to: of.at }, query.tailLines, signal))
      yield text(line);
  if (query.follow !== true) return;
  let reached = of.at;
  while (!signal.aborted) {
    await sleep(FOLLOW_MS, undefined, { signal }).catch(() => undefined);
    const to = clock.position();
    if (signal.aborted || to <= reached) continue;
    const now = await streamsOf({ logs }, { ...of, at: to }, query);
    for await (const line of lines({ logs }, of, now, { from: reached + 1, to }, undefined, signal)) yield text(line);
    reached = to;
  }
}

function sinceOf({ sinceSeconds, sinceTime }: LogQuery, at: number): number {
  if (sinceSeconds !== undefined) return at - sinceSeconds * 1000;
  if (sinceTime === undefined) return 0;
  const instant = Date.parse(sinceTime);
  if (Number.isNaN(instant)) throw badRequest(`sinceTime: ${JSON.stringify(sinceTime)} is not an RFC 3339 instant`);
  return instant;
}

/** Of the container's current life at the instant, or of the one before. */
async function streamsOf({ logs }: Pick<Store, 'logs'>, of: LogsOf, query: LogQuery): Promise<Streams> {
  const { cluster, namespace, pod, podUid, at, keptFrom } = of;
  const { container } = query;
  const wish = { namespace, pod, from: keptFrom, to: at, ...(container !== undefined && { container }) };
  const all = (await logs.streams(cluster.id, wish)).filter(
    (stream) => stream.firstAt <= at && (stream.podUid === podUid || stream.podUid === ''),
  );
  if (query.previous !== true) {
    const newest = Math.max(...all.map(({ restart }) => restart));
    return all.filter(({ restart }) => restart === newest);
  }
  const before = beforeLast(all);
  if (before.length > 0) return before as Streams;
  throw new StatusError(
    400,
    'BadRequest',
    `previous terminated container "${container ?? ''}" in pod "${pod}" not found`,
  );
}

async function* lines(
  { logs }: Pick<Store, 'logs'>,
  { cluster }: LogsOf,
  streams: Streams,
  span: { readonly from: number; readonly to: number },
  tail: number | undefined,
  signal: AbortSignal,
): AsyncGenerator<FoundLine> {
  const query = { ...span, streams: streams.map(({ id }) => id) };
  if (tail !== undefined) {
    const limit = Math.min(tail, MOST_TAIL);
    const newest: FoundLine[] = [];
    let cursor: string | undefined;
    do {
      const page = await logs.search(
        cluster.id,
        { ...query, order: 'desc' },
        { limit: Math.min(limit - newest.length, PER_PAGE), signal, ...(cursor !== undefined && { cursor }) },
      );
      newest.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined && newest.length < limit && !signal.aborted);
    yield* newest.reverse();
    return;
  }
  let cursor: string | undefined;
  do {
    const page = await logs.search(cluster.id, query, {
      limit: PER_PAGE,
      signal,
      ...(cursor !== undefined && { cursor }),
    });
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined && !signal.aborted);
}
