// `GET /logs` and its neighbours: stored lines of any moment; of a pod whose lines nobody stores, what its API server still has.

import type { ClusterRecord, FoundLine, LogQuery } from '@mosaic/store';
import {
  type LogLineAnswer,
  type LogPatternsAnswer,
  type LogsAnswer,
  logPatternsSchema,
  logsSchema,
  type PodLogAnswer,
  type Span,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { mergePages } from '../asking/merged-pages.ts';
import { notKnown, unreadable } from '../asking/problem.ts';
import { checkSpan, needed, type RawQuery, type Read, readQuery, shared, whole } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { foundAnswer, nanoInstant, parseLineId } from './log-answer.ts';
import { filterShape, type LogFilter, listShape, patternName, spanOf, spanShape } from './log-shape.ts';
import { type OnDemand, onDemand, onDemandEndpoints } from './on-demand.ts';
import { type Whose, whose } from './whose.ts';

const MOST_SCANNED = 5_000_000;
const MOST_SCANNED_FOR_PATTERNS = 1_000_000;

const shape = {
  ...listShape,
  tail: whole('The newest so many lines, oldest of them first; instead of limit and order', 1, 10_000, undefined),
  sinceSeconds: whole('Only lines of the last so many seconds', 1, 30 * 86_400, undefined),
};
const patternsShape = { ...filterShape, ...spanShape, limit: shared.limit };
const contextShape = {
  id: needed('`id` of a line'),
  before: whole('Lines before it', 0, 1000, 50),
  after: whole('Lines after it', 0, 1000, 50),
  cluster: shared.cluster,
};

export const logEndpoints: readonly Endpoint[] = [
  {
    path: '/logs',
    about: 'Lines of all that is asked about, merged in time order; regular expressions run in linear time',
    query: shape,
    answer: logsSchema,
  },
  {
    path: '/logs/stream',
    about: 'Server-sent events: `log` (a line as in /logs), `resync` (some were dropped: read /logs)',
    query: filterShape,
    stream: true,
  },
  {
    path: '/logs/patterns',
    about: 'Templates with counts, first and last seen, most frequent first',
    query: patternsShape,
    answer: logPatternsSchema,
  },
  { path: '/logs/context', about: 'Lines of the same container around one', query: contextShape, answer: logsSchema },
  ...onDemandEndpoints,
];

export interface Logs {
  list(query: RawQuery, signal?: AbortSignal): Promise<LogsAnswer>;
  patterns(query: RawQuery): Promise<LogPatternsAnswer>;
  context(query: RawQuery): Promise<LogsAnswer>;
  ofObject: OnDemand['ofObject'];
}

type Wish = Read<typeof shape>;

export function logs(asking: Asking): Logs {
  const { clusters, coverage, store, now } = asking;
  const demand = onDemand(asking);
  return {
    ofObject: demand.ofObject,
    async list(query, signal) {
      const wish = wishOf(readQuery(shape, query, now()), now());
      const asked = await clusters.among(wish.cluster);
      const named = podAsked(asked, wish);
      if (named !== undefined && !(await isStored(asking, named))) return readNow(asking, demand, named);
      const answer = await search(asking, asked, wish, signal);
      return { ...answer, source: 'store', coverage: await coverage.answer(asked, wish, ['logs']) };
    },
    async patterns(query) {
      const { limit, ...wish } = readQuery(patternsShape, query, now());
      const span = spanOf(wish);
      checkSpan(span);
      const asked = await clusters.among(wish.cluster);
      const found = await Promise.all(asked.map((one) => patternsOf(asking, one, wish, span)));
      const items = found.flatMap((each) => each.items).sort((a, b) => b.count - a.count);
      return {
        items: items.slice(0, limit),
        lines: found.reduce((sum, { lines }) => sum + lines, 0),
        coverage: await coverage.answer(asked, span, ['logs']),
      };
    },
    async context(query) {
      const { id, before, after } = readQuery(contextShape, query, now());
      const named = parseLineId(id);
      if (named === undefined)
        throw unreadable([{ field: 'id', expected: '`id` of a line', got: JSON.stringify(id.slice(0, 100)) }]);
      const cluster = await clusters.one(String(named.cluster));
      const lines = await store.logs.context(cluster.id, named.id, { before, after });
      if (lines === undefined) throw notKnown(`no line ${id} is kept`);
      const span = { from: lines[0]?.at ?? 0, to: lines.at(-1)?.at ?? 0 };
      const { workloadOf } = await whose(asking, cluster, NOBODY, span);
      return {
        items: lines.map((line) => foundAnswer(line, cluster, workloadOf(line.from))),
        source: 'store',
        coverage: await coverage.answer([cluster], span, ['logs']),
      };
    },
  };
}

const NOBODY: LogFilter = {
  cluster: undefined,
  namespace: undefined,
  workload: undefined,
  pod: undefined,
  container: undefined,
  stream: undefined,
  level: undefined,
  q: undefined,
  regex: undefined,
  pattern: undefined,
  previous: false,
};

/** `tail` and `sinceSeconds` are the words of kubectl for an order, a limit and a span. */
function wishOf(read: Wish, now: number): Wish & Span {
  const { tail, sinceSeconds } = read;
  const asked = spanOf(read);
  const from = sinceSeconds !== undefined ? now - sinceSeconds * 1000 : asked.from;
  // Without a span a tail reaches back as far as anything is likely kept.
  const reach =
    tail !== undefined && Number.isNaN(read.from) && sinceSeconds === undefined ? asked.to - 86_400_000 : from;
  const span = { from: reach, to: asked.to };
  checkSpan(span);
  return { ...read, ...span };
}

interface PodAsked extends Span {
  readonly cluster: ClusterRecord;
  readonly namespace: string;
  readonly pod: string;
  readonly wish: Wish & Span;
}

/** One pod of one cluster by its full name: the question an API server can answer, too. */
function podAsked(asked: readonly ClusterRecord[], wish: Wish & Span): PodAsked | undefined {
  const [cluster] = asked;
  const { namespace, pod, from, to, cursor } = wish;
  if (cluster === undefined || asked.length > 1 || namespace === undefined || pod === undefined) return undefined;
  return cursor === undefined ? { cluster, namespace, pod, from, to, wish } : undefined;
}

/** An API server has what is running now; of the past it knows nothing. */
const NOW_WITHIN_MS = 60_000;

/** Whether the store answers this: it has lines of the pod, or nobody else could. */
async function isStored(
  { store, reader, now }: Asking,
  { cluster, namespace, pod, from, to }: PodAsked,
): Promise<boolean> {
  if (reader === undefined || to < now() - NOW_WITHIN_MS) return true;
  const kept = await store.logs.streams(cluster.id, { namespace, pod, from, to });
  return kept.length > 0;
}

async function readNow(asking: Asking, demand: OnDemand, asked: PodAsked): Promise<LogsAnswer> {
  const { cluster, namespace, pod, wish, from, to } = asked;
  const { container, previous, sinceSeconds, tail, limit } = wish;
  const read = await demand.ofPod(cluster, { namespace, pod, container, previous, sinceSeconds, tail: tail ?? limit });
  return {
    items: read.items.map((line, place) => liveAnswer(line, place, cluster, namespace, pod)),
    source: 'api-server',
    coverage: await asking.coverage.answer([cluster], { from, to }, ['logs']),
  };
}

function liveAnswer(
  { at, container, line }: PodLogAnswer['items'][number],
  place: number,
  cluster: ClusterRecord,
  namespace: string,
  pod: string,
): LogLineAnswer {
  const instant = at ?? new Date(0).toISOString();
  return {
    id: `${cluster.id}.live-${place}`,
    at: instant.length === 24 ? `${instant.slice(0, -1)}000000Z` : instant,
    cluster: cluster.id,
    clusterName: cluster.name,
    namespace,
    pod,
    podUid: '',
    container,
    restart: 0,
    node: '',
    stream: 'stdout',
    level: 'unknown',
    line,
  };
}

async function search(
  asking: Asking,
  asked: readonly ClusterRecord[],
  wish: Wish & Span,
  signal: AbortSignal | undefined,
): Promise<Pick<LogsAnswer, 'items' | 'next' | 'scanned'>> {
  const isTail = wish.tail !== undefined;
  const order = isTail ? 'desc' : wish.order;
  const meant = new Map<number, Whose>();
  let scanned = 0;
  const page = await mergePages<FoundLine>({
    clusters: asked.map(({ id }) => id),
    to: wish.to,
    limit: wish.tail ?? wish.limit,
    cursor: wish.cursor,
    async read(id, to, asking_) {
      const cluster = clusterOf(asked, id);
      const who = meant.get(id) ?? (await whose(asking, cluster, wish, { from: wish.from, to }));
      meant.set(id, who);
      const query: LogQuery = { ...queryOf(wish, who), from: wish.from, to, order };
      const found = await asking.store.logs.search(id, query, {
        ...asking_,
        mostScanned: MOST_SCANNED,
        ...(signal && { signal }),
      });
      scanned += found.scanned;
      return found;
    },
    at: ({ at }) => at,
    compare: (a, b) => (order === 'asc' ? 1 : -1) * (a.at - b.at || a.nanos - b.nanos),
  });
  const items = page.items.map(({ cluster, item }) =>
    foundAnswer(item, clusterOf(asked, cluster), meant.get(cluster)?.workloadOf(item.from)),
  );
  const isCut = page.next !== undefined && items.length < (wish.tail ?? wish.limit);
  return {
    items: isTail ? items.reverse() : items,
    ...(page.next !== undefined && { next: page.next }),
    ...(isCut && { scanned }),
  };
}

function clusterOf(asked: readonly ClusterRecord[], id: number): ClusterRecord {
  const found = asked.find((one) => one.id === id);
  if (found === undefined) throw notKnown(`cluster ${id} is not known`);
  return found;
}

export const queryOf = (
  { stream, level, q, regex, pattern }: Pick<LogFilter, 'stream' | 'level' | 'q' | 'regex' | 'pattern'>,
  { streams }: Pick<Whose, 'streams'>,
): Omit<LogQuery, 'from' | 'to'> => ({
  ...(streams !== undefined && { streams }),
  ...(stream !== undefined && { channel: stream }),
  ...(level !== undefined && { levels: level }),
  ...(q !== undefined && { q }),
  ...(regex !== undefined && { matches: regex }),
  ...(pattern !== undefined && { pattern }),
});

async function patternsOf(asking: Asking, cluster: ClusterRecord, filter: LogFilter, span: Span) {
  const who = await whose(asking, cluster, filter, span);
  const options = { mostScanned: MOST_SCANNED_FOR_PATTERNS };
  const { items, lines } = await asking.store.logs.patterns(cluster.id, { ...queryOf(filter, who), ...span }, options);
  const kept = await asking.store.logs.streams(cluster.id, span);
  const byId = new Map(kept.map((stream) => [stream.id, stream]));
  const workloadsOf = (ids: readonly number[]): string[] => {
    const named = ids.flatMap((id) => {
      const stream = byId.get(id);
      return stream === undefined ? [] : (stream.workload ?? who.workloadOf(stream) ?? `Pod/${stream.pod}`);
    });
    return [...new Set(named)].slice(0, 5);
  };
  return {
    lines,
    items: items.map(({ pattern, template, level, count, first, last, sample, streams }) => ({
      pattern: patternName(pattern),
      template,
      level,
      count,
      firstSeen: nanoInstant(first.at, first.nanos),
      lastSeen: nanoInstant(last.at, last.nanos),
      sample,
      workloads: workloadsOf(streams),
    })),
  };
}
