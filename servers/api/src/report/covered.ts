// What was seen of the span and what was not: a share per cluster and signal, and every gap with its reason.

import { type Gap, type ReportRow, reportWord, SIGNALS, type Span } from '@mosaic/wire';
import type { CoverageOf } from '../asking/coverage-of.ts';
import { rfc3339 } from '../asking/instants.ts';
import type { ReportScope } from './scope.ts';

/** Records of coverage are not covered themselves. */
const WATCHED = SIGNALS.filter((signal) => signal !== 'coverage');

export interface Covered {
  readonly cluster: string;
  readonly signal: string;
  readonly gaps: readonly Gap[];
}

/** By cluster and signal. */
export async function coveredOf(
  coverage: CoverageOf,
  { clusters, from, to }: ReportScope,
): Promise<readonly Covered[]> {
  const all = await Promise.all(
    clusters.map(async ({ id, name }) => {
      const gaps = await coverage.gaps(id, { from, to }, WATCHED);
      return WATCHED.map((signal) => ({ cluster: name, signal, gaps: gaps.filter((gap) => gap.signal === signal) }));
    }),
  );
  return all.flat();
}

export function* coverageRows(covered: readonly Covered[], span: Span): Generator<ReportRow> {
  for (const { cluster, signal, gaps } of covered) {
    const share = shareOf(
      gaps.filter(({ kind = '' }) => kind === ''),
      span,
    );
    const what =
      gaps.length === 0 ? 'all of it' : `${percent(share)}; ${gaps.length} ${gaps.length === 1 ? 'gap' : 'gaps'}`;
    yield { section: 'coverage', cluster: reportWord(cluster), kind: signal, what };
  }
}

export function* gapRows(covered: readonly Covered[]): Generator<ReportRow> {
  for (const { cluster, gaps } of covered)
    for (const { signal, kind, from, to, reason, source } of gaps)
      yield {
        section: 'gaps',
        ...{ cluster: reportWord(cluster), kind: kind ? `${signal}: ${kind}` : signal },
        ...{ at: rfc3339(from), until: rfc3339(to) },
        what: reportWord(source === undefined ? reason : `${reason} (${source})`),
      };
}

/** 0…1 of the span that no gap takes. */
function shareOf(gaps: readonly Gap[], { from, to }: Span): number {
  if (to <= from) return gaps.length === 0 ? 1 : 0;
  let [missing, seen] = [0, from];
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const begin = Math.max(seen, gap.from);
    const end = Math.min(to, gap.to);
    missing += Math.max(0, end - begin);
    seen = Math.max(seen, end);
  }
  return 1 - missing / (to - from);
}

/** Never 100 % while something is missing. */
const percent = (share: number): string => `${(Math.floor(share * 10_000) / 100).toFixed(2)} %`;
