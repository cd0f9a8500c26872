// Per cluster, source and signal: what was covered, and the gaps with their reasons.

import type { ClusterRecord, CoverageSpan } from '@mosaic/store';
import {
  COVERAGE_PATIENCE_MS,
  type CoverageReport,
  coverageReportSchema,
  holesIn,
  mergeSpans,
  SIGNALS,
  type Signal,
  type Span,
} from '@mosaic/wire';
import type { Asking } from '../asking/asking.ts';
import { gapAnswer } from '../asking/coverage-of.ts';
import { rfc3339 } from '../asking/instants.ts';
import { unreadable } from '../asking/problem.ts';
import { checkSpan, type RawQuery, readQuery, shared, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { byReason } from './by-reason.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  cluster: shared.cluster,
  signal: words(`One of ${SIGNALS.join(', ')}; all when absent`),
};

export const coverageEndpoints: readonly Endpoint[] = [
  {
    path: '/coverage',
    about: 'Per cluster, source and signal: covered spans and gaps with reasons',
    query: shape,
    answer: coverageReportSchema,
  },
];

export interface CoverageReports {
  over(query: RawQuery): Promise<CoverageReport>;
}

export function coverageReports({ clusters, coverage, store, now }: Asking): CoverageReports {
  return {
    async over(query) {
      const { from, to, cluster, signal: word } = readQuery(shape, query, now());
      checkSpan({ from, to });
      const signal = signalOf(word);
      const asked = await clusters.among(cluster);
      const found = await Promise.all(
        asked.map(async (one) => ({
          one,
          spans: await store.coverage.between(one.id, { from, to, ...(signal && { signal }) }),
        })),
      );
      const items = found.flatMap(({ one, spans }) =>
        itemsOf(one, spans, { from, to: Math.min(to, Math.max(from, now())) }),
      );
      const signals: readonly Signal[] = signal ? [signal] : ['objects', 'events'];
      return { items, coverage: await coverage.answer(asked, { from, to }, signals) };
    },
  };
}

function signalOf(word: string | undefined): Signal | undefined {
  if (word === undefined) return undefined;
  const signal = SIGNALS.find((one) => one === word);
  if (signal === undefined)
    throw unreadable([{ field: 'signal', expected: `one of ${SIGNALS.join(', ')}`, got: JSON.stringify(word) }]);
  return signal;
}

function itemsOf(cluster: ClusterRecord, spans: readonly CoverageSpan[], asked: Span): CoverageReport['items'] {
  const streams = Map.groupBy(spans, ({ source, signal, kind }) => JSON.stringify([source, signal, kind]));
  return [...streams.values()].flatMap((stream) => {
    const [first] = stream;
    if (first === undefined) return [];
    const { source, signal, kind } = first;
    const covered = mergeSpans(stream.filter(({ state }) => state === 'watching').map((one) => clip(one, asked)));
    const holes = holesIn(covered, asked.from, asked.to, COVERAGE_PATIENCE_MS);
    const gaps = holes
      .flatMap((hole) => byReason(hole, stream))
      .map((part) => gapAnswer({ cluster: cluster.id, source, signal, ...(kind !== '' && { kind }), ...part }));
    return [
      {
        cluster: cluster.id,
        clusterName: cluster.name,
        source,
        signal,
        ...(kind !== '' && { kind }),
        covered: covered.map(({ from, to }) => ({ from: rfc3339(from), to: rfc3339(to) })),
        gaps,
      },
    ];
  });
}

const clip = ({ from, to }: Span, span: Span): Span => ({
  from: Math.max(from, span.from),
  to: Math.max(from, Math.min(to, span.to)),
});
