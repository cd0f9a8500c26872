// What was not seen: holes in what sources say they covered, with the reason where one is known.

import type { ClusterRecord, CoverageSpan, Store } from '@mosaic/store';
import {
  COVERAGE_PATIENCE_MS,
  type CoverageAnswer,
  type Gap,
  type GapAnswer,
  holesIn,
  type Signal,
  type Span,
} from '@mosaic/wire';
import { rfc3339 } from './instants.ts';

/** Around an instant, to say since when and until when it is not covered. */
const AROUND_MS = 10 * 60_000;
const MOST_GAPS = 200;
const EXTENT_FRESH_MS = 10_000;

export const NOT_WATCHING_YET = 'not watching yet';
export const AGENT_SILENT = 'agent silent';

export interface CoverageOf {
  /** Of a span, or of an instant when both ends are equal. `more`: gaps already known to the asker. */
  answer(
    clusters: readonly ClusterRecord[],
    span: Span,
    signals: readonly Signal[],
    more?: readonly Gap[],
  ): Promise<CoverageAnswer>;
  gaps(cluster: number, span: Span, signals: readonly Signal[]): Promise<readonly Gap[]>;
  /** First instant from which state is kept; undefined when the cluster was never watched. */
  watchedSince(cluster: number): Promise<number | undefined>;
}

export function coverageOf(store: Pick<Store, 'coverage' | 'state'>, now: () => number): CoverageOf {
  const watchedSince = extents(store, now);
  const gaps = async (cluster: number, span: Span, signals: readonly Signal[]): Promise<readonly Gap[]> => {
    const [since, spans] = await Promise.all([watchedSince(cluster), store.coverage.between(cluster, widened(span))]);
    return signals.flatMap((signal) => gapsOf({ cluster, signal, span, since, now: now() }, spans));
  };
  return {
    gaps,
    watchedSince,
    async answer(clusters, span, signals, more = []) {
      const found = await Promise.all(clusters.map(({ id }) => gaps(id, span, signals)));
      return coverageAnswer([...more, ...found.flat()]);
    },
  };
}

export function coverageAnswer(gaps: readonly Gap[]): CoverageAnswer {
  return { complete: gaps.length === 0, gaps: gaps.slice(0, MOST_GAPS).map(gapAnswer) };
}

export const gapAnswer = ({ from, to, ...gap }: Gap): GapAnswer => ({ ...gap, from: rfc3339(from), to: rfc3339(to) });

const widened = ({ from, to }: Span): Span => ({ from: Math.max(0, from - AROUND_MS), to: to + AROUND_MS });

/** The store walks its partitions for this: asked for at most every ten seconds. */
function extents({ state }: Pick<Store, 'state'>, now: () => number) {
  const known = new Map<number, { at: number; since: Promise<number | undefined> }>();
  return (cluster: number): Promise<number | undefined> => {
    const kept = known.get(cluster);
    if (kept !== undefined && Math.abs(now() - kept.at) < EXTENT_FRESH_MS) return kept.since;
    const since = state.extent(cluster).then((extent) => extent?.from);
    known.set(cluster, { at: now(), since });
    since.catch(() => known.delete(cluster));
    return since;
  };
}

interface Asked {
  readonly cluster: number;
  readonly signal: Signal;
  readonly span: Span;
  readonly since: number | undefined;
  readonly now: number;
}

export function gapsOf(asked: Asked, spans: readonly CoverageSpan[]): readonly Gap[] {
  const ofSignal = spans.filter(({ signal }) => signal === asked.signal);
  const general = ofSignal.filter(({ kind }) => kind === '');
  const overall = holes(asked, general.length > 0 ? general : ofSignal).map(
    (hole): Gap => ({ ...named(asked), ...hole }),
  );
  return [...joined(overall), ...kindGaps(asked, ofSignal)];
}

const named = ({ cluster, signal }: Asked) => ({ cluster, signal });

/** Holes with their reasons; the part before anything was watched is a hole of its own, however short. */
function holes(asked: Asked, spans: readonly CoverageSpan[]): (Span & { reason: string; source?: string })[] {
  const { span, since, now } = asked;
  const to = Math.min(span.to, Math.max(now, span.from));
  if (since === undefined || to < since)
    return [{ from: span.from, to: Math.max(to, since ?? to), reason: NOT_WATCHING_YET }];
  const before = span.from < since ? [{ from: span.from, to: since, reason: NOT_WATCHING_YET }] : [];
  const watching = spans.filter(({ state }) => state === 'watching').map(({ from, to }) => ({ from, to }));
  const after = uncovered(watching, { from: Math.max(span.from, since), to });
  return [...before, ...after.map((hole) => explained(hole, spans))];
}

/** An instant is covered when a record reaches to within the rhythm of records; its hole is told with both its ends. */
function uncovered(watching: readonly Span[], { from, to }: Span): Span[] {
  if (from < to) return holesIn(watching, from, to, COVERAGE_PATIENCE_MS);
  const isCovered = watching.some(
    (one) => one.from - COVERAGE_PATIENCE_MS <= from && from <= one.to + COVERAGE_PATIENCE_MS,
  );
  if (isCovered) return [];
  const before = watching.filter((one) => one.to < from).map((one) => one.to);
  const after = watching.filter((one) => one.from > from).map((one) => one.from);
  return [{ from: before.length > 0 ? Math.max(...before) : from, to: after.length > 0 ? Math.min(...after) : from }];
}

function explained(hole: Span, spans: readonly CoverageSpan[]): Span & { reason: string; source?: string } {
  const about = spans.find(
    (one) => one.state !== 'watching' && one.from <= hole.to && one.to >= hole.from - COVERAGE_PATIENCE_MS,
  );
  if (about === undefined) return { ...hole, reason: AGENT_SILENT };
  const reason = about.reason ?? (about.state === 'stopped' ? 'agent stopped' : 'a gap without a reason');
  return { ...hole, reason, source: about.source };
}

/** What a source says of single kinds: forbidden, failing, not synchronised yet. */
function kindGaps({ cluster, signal, span }: Asked, spans: readonly CoverageSpan[]): Gap[] {
  const stated = spans.filter(
    ({ state, kind, from, to }) =>
      state === 'gap' &&
      kind !== '' &&
      from <= span.to &&
      to >= span.from - (span.from === span.to ? COVERAGE_PATIENCE_MS : 0),
  );
  return joined(
    stated.map(({ kind, source, reason, from, to }) => ({
      cluster,
      signal,
      source,
      kind,
      from: Math.max(from, Math.min(span.from, to)),
      to: Math.min(to, Math.max(span.to, from)),
      reason: reason ?? 'a gap without a reason',
    })),
  );
}

/** Gaps of one reason that follow each other are one. */
function joined(gaps: readonly Gap[]): Gap[] {
  const last = new Map<string, { -readonly [K in keyof Gap]: Gap[K] }>();
  const all: Gap[] = [];
  for (const gap of gaps.toSorted((a, b) => a.from - b.from)) {
    const name = `${gap.signal}\n${gap.kind ?? ''}\n${gap.source ?? ''}\n${gap.reason}`;
    const known = last.get(name);
    if (known !== undefined && gap.from - known.to <= COVERAGE_PATIENCE_MS) known.to = Math.max(known.to, gap.to);
    else {
      const own = { ...gap };
      last.set(name, own);
      all.push(own);
    }
  }
  return all;
}
