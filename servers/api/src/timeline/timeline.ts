// The time bar: health, events, changes, marks and incidents over a span, in buckets.

import type { ClusterRecord } from '@mosaic/store';
import { type CoverageAnswer, DAY_MS, type Span, type TimelineAnswer, timelineSchema } from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { unreadable } from '../asking/problem.ts';
import { checkSpan, type RawQuery, readQuery, shared, whole } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { bandOf, incidentsOf, joinPieces } from './band.ts';
import { type Hour, type Hours, hours } from './hours.ts';
import { marksOf } from './marks.ts';

const MINUTE_MS = 60_000;
const MOST_DAYS = 31;
const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  namespace: shared.namespace,
  buckets: whole('How many', 1, 1000, 240),
};

export const timelineEndpoints: readonly Endpoint[] = [
  {
    path: '/timeline',
    about: 'Health band, events, changes, marks, incidents and gaps, in buckets',
    query: shape,
    answer: timelineSchema,
  },
];

export interface Timeline {
  over(query: RawQuery): Promise<TimelineAnswer>;
  /** Reads the last day of every cluster now, when the past has been written, and while somebody looks: the next question is quick. */
  keepWarm(): { stop(): void };
}

const WARM_EVERY_MS = 15_000;
const LOOKING_MS = 5 * MINUTE_MS;

export function timeline(asking: Asking): Timeline {
  const { clusters, progress, store, now, log } = asking;
  let askedAt = Number.NEGATIVE_INFINITY;
  const kept = hours(store, now, (cluster) => progress?.of(cluster) !== undefined);
  return {
    async over(query) {
      const { from, to, buckets, cluster, namespace } = readQuery(shape, query, now());
      checkSpan({ from, to });
      if (to - from > MOST_DAYS * DAY_MS)
        throw unreadable([{ field: 'from', expected: `at most ${MOST_DAYS} days before to`, got: rfc3339(from) }]);
      const span = { from, to: Math.max(to, from + 1) };
      askedAt = now();
      return overSpan(asking, kept, await clusters.among(cluster), span, buckets, namespace);
    },
    keepWarm() {
      let written = 0;
      const warm = async (): Promise<void> => {
        const share = progress?.overall() ?? 1;
        if (share === written && now() - askedAt > LOOKING_MS) return;
        for (const { id } of await clusters.all()) await kept.between(id, now() - DAY_MS, now());
        written = share;
      };
      const warmer = setInterval(
        () => void warm().catch((error: unknown) => log.debug('timeline not warmed', { error })),
        WARM_EVERY_MS,
      );
      warmer.unref();
      void warm().catch((error: unknown) => log.debug('timeline not warmed', { error }));
      return { stop: () => clearInterval(warmer) };
    },
  };
}

async function overSpan(
  { coverage, now }: Asking,
  kept: Hours,
  asked: readonly ClusterRecord[],
  span: Span,
  buckets: number,
  namespace: string | undefined,
): Promise<TimelineAnswer> {
  const stepMs = Math.max(1, Math.ceil((span.to - span.from) / buckets));
  const read = await Promise.all(
    asked.map(async ({ id }) => ({ id, hours: await kept.between(id, span.from, span.to) })),
  );
  const told = await coverage.answer(asked, span, ['objects']);
  const watched = await watchedOf(coverage, asked, told, { from: span.from, to: Math.min(span.to, now()) });
  const isIn = (one: { readonly namespace: string }): boolean => namespace === undefined || one.namespace === namespace;
  const ailments = joinPieces(
    read.flatMap(({ hours: all }) => all.flatMap(({ hour }) => hour.ailments.filter(isIn))),
  ).filter((one) => one.to >= span.from && one.from <= span.to);
  const marks = read.flatMap(({ id, hours: all }) =>
    all.flatMap(({ hour }) =>
      hour.marks
        .filter((change) => isIn(change) && change.at >= span.from && change.at <= span.to)
        .map((change) => ({ cluster: id, change })),
    ),
  );
  const all = read.flatMap((one) => one.hours);
  return {
    from: rfc3339(span.from),
    to: rfc3339(span.to),
    stepMs,
    health: bandOf(ailments, watched, span, stepMs),
    ...countsOf(all, span, stepMs, namespace),
    marks: marksOf(marks),
    incidents: incidentsOf(ailments),
    coverage: told,
  };
}

/** What of the span some cluster was watched. */
async function watchedOf(
  { watchedSince }: Asking['coverage'],
  asked: readonly ClusterRecord[],
  { gaps }: CoverageAnswer,
  span: Span,
): Promise<Span[]> {
  const parts = await Promise.all(
    asked.map(async ({ id }) => {
      const since = await watchedSince(id);
      if (since === undefined || since >= span.to) return [];
      const holes = gaps.filter((gap) => gap.cluster === id && gap.kind === undefined);
      const cuts = holes.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }));
      return without({ from: Math.max(since, span.from), to: span.to }, cuts);
    }),
  );
  return parts.flat();
}

function without(span: Span, cuts: readonly Span[]): Span[] {
  let left: Span[] = [span];
  for (const cut of cuts)
    left = left
      .flatMap(({ from, to }) => [
        ...(cut.from > from ? [{ from, to: Math.min(to, cut.from) }] : []),
        ...(cut.to < to ? [{ from: Math.max(from, cut.to), to }] : []),
      ])
      .filter(({ from, to }) => to > from);
  return left;
}

function countsOf(
  read: readonly { readonly from: number; readonly hour: Hour }[],
  span: Span,
  stepMs: number,
  namespace: string | undefined,
): Pick<TimelineAnswer, 'events' | 'changes'> {
  const count = Math.ceil((span.to - span.from) / stepMs);
  const events = Array.from({ length: count }, () => ({ normal: 0, warning: 0 }));
  const changes = new Array<number>(count).fill(0);
  for (const { from, hour } of read) {
    for (let minute = 0; minute < 60; minute++) {
      const at = Math.floor((from + (minute + 0.5) * MINUTE_MS - span.from) / stepMs);
      const bucket = events[at];
      if (bucket === undefined) continue;
      bucket.normal += hour.normal[minute] ?? 0;
      bucket.warning += hour.warning[minute] ?? 0;
      changes[at] = (changes[at] ?? 0) + changesAt(hour, minute, namespace);
    }
  }
  return { events, changes };
}

function changesAt({ changes }: Hour, minute: number, namespace: string | undefined): number {
  if (namespace !== undefined) return changes.get(namespace)?.[minute] ?? 0;
  let sum = 0;
  for (const minutes of changes.values()) sum += minutes[minute] ?? 0;
  return sum;
}
