// The clusters there are, and how well each is watched.

import { eachBounded } from '@mosaic/runtime';
import type { ClusterRecord, CoverageSpan, Retention } from '@mosaic/store';
import {
  type AgentNote,
  agentMark,
  agentNoteSchema,
  type ClusterAnswer,
  COVERAGE_PATIENCE_MS,
  clusterSchema,
  type ListAnswer,
  listOf,
  SIGNALS,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { coverageAnswer } from '../asking/coverage-of.ts';
import { rfc3339 } from '../asking/instants.ts';
import { type RawQuery, readQuery, shared } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';

const shape = { cluster: shared.cluster, at: shared.at };
/** Silent past this, a cluster is no longer only late. */
const GONE_MS = 10 * 60_000;
const LOOK_BACK_MS = 3_600_000;

export const clusterEndpoints: readonly Endpoint[] = [
  {
    path: '/clusters',
    about: 'Clusters with status, agents, signals and retention',
    query: shape,
    answer: listOf(clusterSchema),
  },
];

export interface Clusters {
  list(query: RawQuery): Promise<ListAnswer<ClusterAnswer>>;
}

export function clusters(asking: Asking): Clusters {
  return {
    async list(query) {
      const { cluster, at } = readQuery(shape, query, asking.now());
      const asked = await asking.clusters.among(cluster);
      const items = await Promise.all(asked.map((one) => clusterAnswer(asking, one, at)));
      const gaps = await Promise.all(
        asked.map(({ id }) => asking.coverage.gaps(id, { from: at, to: at }, ['objects'])),
      );
      return { items, coverage: coverageAnswer(gaps.flat()) };
    },
  };
}

async function clusterAnswer(asking: Asking, record: ClusterRecord, at: number): Promise<ClusterAnswer> {
  const { id, name, kind, version } = record;
  const [spans, since, moment] = await Promise.all([
    asking.store.coverage.between(id, { from: Math.max(0, at - LOOK_BACK_MS), to: at + COVERAGE_PATIENCE_MS }),
    asking.coverage.watchedSince(id),
    asking.moments.of(record, at),
  ]);
  const [groups] = asking.graphs([moment], { level: 'cluster' }).nodes;
  const progress = asking.progress?.of(id);
  return {
    id,
    name,
    kind,
    status: progress !== undefined ? 'backfilling' : statusOf(spans, at),
    ...(version !== undefined && { version }),
    ...(since !== undefined && { watchedSince: rfc3339(since) }),
    agents: await agentsOf(asking, id, spans, at),
    signals: signalsOf(spans, at),
    retention: retentionOf(asking.store.upkeep.retention()),
    objects: moment.objects.size,
    health: moment.objects.size === 0 ? 'unknown' : (groups?.health ?? 'unknown'),
    ...(progress !== undefined && { progress }),
  };
}

const newest = (spans: readonly CoverageSpan[]): number =>
  Math.max(Number.NEGATIVE_INFINITY, ...spans.map(({ to }) => to));

function statusOf(spans: readonly CoverageSpan[], at: number): ClusterAnswer['status'] {
  const age = at - newest(spans.filter(({ state }) => state === 'watching'));
  if (age <= COVERAGE_PATIENCE_MS) return 'watching';
  return age <= GONE_MS ? 'late' : 'silent';
}

const NOTES_AT_ONCE = 64;

async function agentsOf(
  { store }: Asking,
  cluster: number,
  spans: readonly CoverageSpan[],
  at: number,
): Promise<ClusterAnswer['agents']> {
  const bySource = [...Map.groupBy(spans, ({ source }) => source)];
  const notes = new Map<string, AgentNote>();
  await eachBounded(bySource, NOTES_AT_ONCE, async ([source]) => {
    const note = noteIn(await store.marks.get(agentMark(cluster, source)));
    if (note) notes.set(source, note);
  });
  return bySource.map(([name, own]) => {
    const last = own.reduce((a, b) => (b.to > a.to ? b : a));
    const age = at - last.to;
    const state = last.state === 'stopped' || age > GONE_MS ? 'gone' : age > COVERAGE_PATIENCE_MS ? 'late' : 'watching';
    const { version = '', spoolBytes = 0 } = notes.get(name) ?? {};
    return { name, version, lastSeen: rfc3339(last.to), spoolBytes, skewMs: last.skewMs, state };
  });
}

function noteIn(text: string | undefined): AgentNote | undefined {
  if (text === undefined) return undefined;
  const read = agentNoteSchema.safeParse(JSON.parse(text)); // the receiver wrote it
  return read.success ? read.data : undefined;
}

/** Signals that a later agent brings say how to get them. */
const HINTS: Readonly<Record<string, string>> = {
  logs: 'No node agent sends logs; logs of running pods are read on demand.',
  metrics: 'No node agent sends usage yet.',
  connections: 'No node agent sends connections yet; the map shows what configuration declares.',
};

function signalsOf(spans: readonly CoverageSpan[], at: number): ClusterAnswer['signals'] {
  return SIGNALS.filter((signal) => signal !== 'coverage' && signal !== 'state').map((signal) => {
    const coveredTo = newest(spans.filter((span) => span.signal === signal && span.state === 'watching'));
    if (!Number.isFinite(coveredTo))
      return { signal, state: 'absent' as const, ...(HINTS[signal] && { hint: HINTS[signal] }) };
    const state = at - coveredTo <= COVERAGE_PATIENCE_MS ? ('watching' as const) : ('late' as const);
    return { signal, state, coveredTo: rfc3339(coveredTo) };
  });
}

const retentionOf = ({ days, bytes }: Retention): ClusterAnswer['retention'] =>
  Object.fromEntries(
    Object.entries(days).map(([family, kept]) => [family, { days: kept, ...(bytes !== undefined && { bytes }) }]),
  );
