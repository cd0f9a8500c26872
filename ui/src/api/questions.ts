// Every question the page asks, by name.

import type {
  BlameAnswer,
  ChangeAnswer,
  ClusterAnswer,
  CoverageReport,
  EdgeExplanation,
  EventAnswer,
  Level,
  ListAnswer,
  LogPatternsAnswer,
  LogsAnswer,
  MetricQueryAnswer,
  ObjectAt,
  ObjectDiffAnswer,
  ObjectSummary,
  Readiness,
  RevisionAnswer,
  SearchAnswer,
  StorageAnswer,
  TimelineAnswer,
  TopologyAnswer,
  TopologyDiffAnswer,
} from '@mosaic/wire';
import type { RetentionPatch } from '../pages/storage/budget.ts';
import { iso } from '../time/instants.ts';
import { ask, type Fetch, put, type Query } from './ask.ts';

const V1 = '/api/v1';
/** One question about the map is under way at a time: what hangs holds up all that come after it. Far longer than any answer takes. */
const MAP_PATIENCE_MS = 60_000;

export interface TopologyQuery {
  readonly level: Level;
  readonly cluster: number | undefined;
  readonly namespace: string | undefined;
}
export interface SpanQuery {
  readonly from: number;
  readonly to: number;
  readonly cluster?: number | undefined;
  readonly namespace?: string | undefined;
  readonly kind?: string | undefined;
  readonly workload?: string | undefined;
  readonly name?: string | undefined;
  readonly minSeverity?: number | undefined;
  readonly limit?: number;
  readonly cursor?: string | undefined;
}
/** Whose lines, and which; the API's own words. */
export interface LogFilter {
  readonly cluster: number;
  readonly namespace?: string | undefined;
  readonly workload?: string | undefined;
  readonly pod?: string | undefined;
  readonly container?: string | undefined;
  readonly level?: string | undefined;
  readonly q?: string | undefined;
  readonly regex?: string | undefined;
  readonly pattern?: string | undefined;
  readonly previous?: boolean | undefined;
}
export interface LogQuery extends LogFilter {
  readonly from: number;
  readonly to: number;
  readonly order?: 'asc' | 'desc';
  readonly limit?: number;
  readonly cursor?: string | undefined;
}
export interface MetricsQuery {
  readonly entity: string;
  readonly from: number;
  readonly to: number;
  /** Every pod by itself. */
  readonly each: boolean;
  /** `4m`; the server's choice when absent. */
  readonly step?: string | undefined;
}
export interface ObjectKey {
  readonly cluster: number;
  readonly uid: string;
}

const spanned = <T extends { from: number; to: number }>({ from, to, ...rest }: T) => ({
  from: iso(from),
  to: iso(to),
  ...rest,
});
const at = (instant: number | undefined): Query => (instant === undefined ? {} : { at: iso(instant) });

export function questions(fetcher: Fetch = fetch.bind(globalThis)) {
  const get = <T>(path: string, query: Query, signal?: AbortSignal, patienceMs?: number) =>
    ask<T>(fetcher, `${V1}${path}`, query, signal, patienceMs);
  const object = ({ cluster, uid }: ObjectKey) => `/objects/${cluster}/${encodeURIComponent(uid)}`;
  return {
    clusters: (signal?: AbortSignal) => get<ListAnswer<ClusterAnswer>>('/clusters', {}, signal),
    ready: (signal?: AbortSignal) => ask<Readiness>(fetcher, '/readyz', {}, signal),
    topology: (q: TopologyQuery, instant: number | undefined, signal?: AbortSignal) =>
      get<TopologyAnswer>('/topology', { ...q, ...at(instant) }, signal, MAP_PATIENCE_MS),
    topologyDiff: (q: TopologyQuery, from: number, to: number, signal?: AbortSignal) =>
      get<TopologyDiffAnswer>('/topology/diff', { ...q, from: iso(from), to: iso(to) }, signal, MAP_PATIENCE_MS),
    /** Why an edge is there. */
    explain: (edge: string, instant: number | undefined, signal?: AbortSignal) =>
      get<EdgeExplanation>(`/topology/edges/${encodeURIComponent(edge)}/explain`, at(instant), signal),
    timeline: (q: SpanQuery, signal?: AbortSignal) => get<TimelineAnswer>('/timeline', spanned(q), signal),
    changes: (q: SpanQuery, signal?: AbortSignal) => get<ListAnswer<ChangeAnswer>>('/changes', spanned(q), signal),
    events: (q: SpanQuery, signal?: AbortSignal) => get<ListAnswer<EventAnswer>>('/events', spanned(q), signal),
    coverage: (q: SpanQuery, signal?: AbortSignal) => get<CoverageReport>('/coverage', spanned(q), signal),
    storage: (signal?: AbortSignal) => get<StorageAnswer>('/storage', {}, signal),
    retain: (patch: RetentionPatch) => put<StorageAnswer>(fetcher, `${V1}/storage/retention`, patch),
    search: (q: string, signal?: AbortSignal) => get<SearchAnswer>('/search', { q }, signal),
    objects: (
      q: { cluster: number; kind: string; namespace: string; name: string },
      instant: number | undefined,
      signal?: AbortSignal,
    ) => {
      const { name, ...rest } = q;
      const query = { ...rest, fieldSelector: `metadata.name=${name}`, ...at(instant) };
      return get<ListAnswer<ObjectSummary>>('/objects', query, signal);
    },
    object: (key: ObjectKey, instant: number | undefined, signal?: AbortSignal) =>
      get<ObjectAt>(object(key), at(instant), signal),
    /** Which fields are different between two instants. */
    objectDiff: (key: ObjectKey, from: number, to: number, signal?: AbortSignal) =>
      get<ObjectDiffAnswer>(`${object(key)}/diff`, { from: iso(from), to: iso(to) }, signal),
    /** Over all that is kept up to `to`, newest first. */
    history: (key: ObjectKey, to: number, signal?: AbortSignal) =>
      get<ListAnswer<RevisionAnswer>>(`${object(key)}/history`, { to: iso(to), limit: 200 }, signal),
    blame: (key: ObjectKey, instant: number | undefined, signal?: AbortSignal) =>
      get<BlameAnswer>(`${object(key)}/blame`, at(instant), signal),
    logs: (q: LogQuery, signal?: AbortSignal) => get<LogsAnswer>('/logs', { ...spanned(q) }, signal),
    logPatterns: (q: LogQuery, signal?: AbortSignal) =>
      get<LogPatternsAnswer>('/logs/patterns', { ...spanned(q) }, signal),
    metrics: ({ entity, from, to, each, step }: MetricsQuery, signal?: AbortSignal) =>
      get<MetricQueryAnswer>(
        '/metrics/query',
        { entity, ...spanned({ from, to }), each: each || undefined, step },
        signal,
      ),
    /** Lines of the same container around one. */
    logContext: (id: string, cluster: number, signal?: AbortSignal) =>
      get<LogsAnswer>('/logs/context', { id, cluster, before: 100, after: 100 }, signal),
  };
}

export type Questions = ReturnType<typeof questions>;
export const STREAM = `${V1}/topology/stream`;
export const LOG_STREAM = `${V1}/logs/stream`;
