// Questions of the page Audit, asked of the API and told as a table: the same paths as the command line's, the same columns.

import type {
  BlameAnswer,
  ChangeAnswer,
  CoverageAnswer,
  CoverageReport,
  ListAnswer,
  ObjectDiffAnswer,
  ObjectSummary,
  RevisionAnswer,
} from '@mosaic/wire';
import { ask, type Fetch, type Query } from '../api/ask.ts';
import type { FieldDiff } from '../parts/diff.ts';
import { when } from '../time/instants.ts';
import { addressed } from './addressed.ts';
import { kindNamed, objectNamed } from './kinds.ts';
import { networkOf } from './networks.ts';
import { auditTexts as texts } from './texts.ts';
import type { Field, Question } from './wish.ts';

/** An instant is a link to it, a thing leads to the map, a diff opens. */
export type Cell =
  | string
  | { readonly at: number; readonly node?: string }
  | { readonly node: string; readonly at: number; readonly text: string }
  | { readonly text: string; readonly diff: readonly FieldDiff[] };

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly coverage: CoverageAnswer;
  /** There are more than are shown. */
  readonly isCut: boolean;
}

export interface Asked {
  readonly question: Question;
  /** As typed, instants apart. */
  readonly fields: Readonly<Partial<Record<Field, string>>>;
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly at: string;
}

/** What cannot be asked so; the message says why. */
export class NotAsked extends Error {
  override readonly name = 'NotAsked';
}

const MOST = 500;
const { columns: c } = texts;

/** Throws `NotAsked`, or what the API refused. */
export function tableOf(fetcher: Fetch, asked: Asked, signal: AbortSignal): Promise<Table> {
  const get = <T>(path: string, query: Query): Promise<T> => ask<T>(fetcher, `/api/v1${path}`, query, signal);
  const { question } = asked;
  if (question === 'changes') return changes(get, asked);
  if (question === 'coverage') return coverage(get, asked);
  if (question === 'who') return who(fetcher, get, asked, signal);
  if (question === 'history') return history(get, asked);
  return question === 'diff' ? diff(get, asked) : blame(get, asked);
}

type Get = <T>(path: string, query: Query) => Promise<T>;

const nodeIdOf = (one: { cluster: number; kind: string; namespace: string; name: string }): string =>
  [one.cluster, one.kind, one.namespace, one.name].join(':');

async function changes(get: Get, { fields, from, to }: Asked): Promise<Table> {
  const { cluster, namespace, kind, by, workload, severity } = fields;
  const wish = {
    cluster,
    namespace,
    actor: by,
    workload,
    minSeverity: severity,
    ...(kind && { kind: kindNamed(kind) }),
  };
  const {
    items,
    next,
    coverage: seen,
  } = await get<ListAnswer<ChangeAnswer>>('/changes', { ...wish, from, to, limit: MOST });
  return {
    columns: [c.time, c.cluster, c.namespace, c.object, c.what, c.by],
    rows: items.map((one) => {
      const at = Date.parse(one.at);
      const node = nodeIdOf(one);
      const what = one.diff.length === 0 ? one.summary : { text: one.summary, diff: one.diff };
      return [
        { at, node },
        one.clusterName,
        one.namespace,
        { node, at, text: `${one.kind}/${one.name}` },
        what,
        one.actor,
      ];
    }),
    coverage: seen,
    isCut: next !== undefined,
  };
}

async function coverage(get: Get, { fields: { cluster, signal }, from, to }: Asked): Promise<Table> {
  const { items, coverage: seen } = await get<CoverageReport>('/coverage', { cluster, signal, from, to });
  const spans = (all: readonly { from: string; to: string; reason?: string }[]): string =>
    all.map((one) => `${short(one.from)} – ${short(one.to)}${one.reason ? ` (${one.reason})` : ''}`).join('; ');
  return {
    columns: [c.cluster, c.source, c.signal, c.gaps, c.covered],
    rows: items.map((one) => [
      one.clusterName,
      one.source,
      one.kind ? `${one.signal} ${one.kind}` : one.signal,
      spans(one.gaps),
      spans(one.covered),
    ]),
    coverage: seen,
    isCut: false,
  };
}

const short = (at: string): string => at.slice(0, 19).replace('T', ' ');

interface Subject {
  readonly path: string;
  readonly node: string;
}

/** Its life at the end of the span, else the last that changed in it. */
async function subjectOf(get: Get, { fields, from, to, at, question }: Asked): Promise<Subject> {
  const words = fields.object ?? '';
  const named = objectNamed(words);
  if (named === undefined) throw new NotAsked(texts.objectExpected);
  const [begin, end] = question === 'blame' ? [at, at] : [from, to];
  const about = { ...named, cluster: fields.cluster, namespace: fields.namespace };
  const there = await get<ListAnswer<ObjectSummary>>('/objects', { ...about, at: end, limit: 20 });
  const found =
    there.items.length > 0
      ? there.items
      : (await get<ListAnswer<ChangeAnswer>>('/changes', { ...about, from: begin, to: end, limit: 1 })).items;
  const [one, ...others] = found;
  if (one === undefined) throw new NotAsked(texts.unknownObject(words));
  if (others.length > 0)
    throw new NotAsked(
      texts.severalObjects(words, found.map((each) => `${each.clusterName} ${each.namespace}`).join(', ')),
    );
  return { path: `/objects/${one.cluster}/${encodeURIComponent(one.uid)}`, node: nodeIdOf(one) };
}

async function history(get: Get, asked: Asked): Promise<Table> {
  const { path, node } = await subjectOf(get, asked);
  const { from, to } = asked;
  const answer = await get<ListAnswer<RevisionAnswer>>(`${path}/history`, { from, to, limit: MOST });
  return {
    columns: [c.time, c.version, c.op, c.what, c.by],
    rows: answer.items.map((one) => [
      { at: Date.parse(one.at), node },
      one.resourceVersion,
      one.op,
      one.diff.length === 0 ? one.summary : { text: one.summary, diff: one.diff },
      one.actor ?? '',
    ]),
    coverage: answer.coverage,
    isCut: answer.next !== undefined,
  };
}

async function diff(get: Get, asked: Asked): Promise<Table> {
  const { path } = await subjectOf(get, asked);
  const { items, coverage: seen } = await get<ObjectDiffAnswer>(`${path}/diff`, { from: asked.from, to: asked.to });
  return {
    columns: [c.path, c.before, c.after],
    rows: items.map(({ path: field, before, after }) => [field, textOf(before), textOf(after)]),
    coverage: seen,
    isCut: false,
  };
}

async function blame(get: Get, asked: Asked): Promise<Table> {
  const { path, node } = await subjectOf(get, asked);
  const { items, coverage: seen } = await get<BlameAnswer>(`${path}/blame`, { at: asked.at });
  return {
    columns: [c.path, c.value, c.manager, c.time],
    rows: items.map((one) => [one.path, textOf(one.value), one.manager, setAt(one, node)]),
    coverage: seen,
    isCut: false,
  };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

async function who(fetcher: Fetch, get: Get, { fields, at }: Asked, signal: AbortSignal): Promise<Table> {
  const what = (fields.what ?? '').trim();
  const network = networkOf(what);
  const instant = Date.parse(at);
  const read = async (query: Query): Promise<{ items: readonly ObjectSummary[]; coverage: CoverageAnswer }> => {
    const items: ObjectSummary[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await get<ListAnswer<ObjectSummary>>('/objects', { ...query, cluster: fields.cluster, at, cursor });
      items.push(...page.items);
      if (page.next === undefined || query.limit === 1) return { items, coverage: page.coverage };
      cursor = page.next;
    }
  };
  const told = (
    one: Pick<ObjectSummary, 'cluster' | 'clusterName' | 'namespace' | 'kind' | 'name'>,
    by: string,
  ): Cell[] => [
    one.clusterName,
    one.namespace,
    { node: nodeIdOf(one), at: instant, text: `${one.kind}/${one.name}` },
    by,
  ];
  const columns = [c.cluster, c.namespace, c.object, c.by];
  if (network !== undefined) {
    const { coverage: seen } = await read({ limit: 1 });
    const found = await addressed(fetcher, { at, cluster: fields.cluster, network }, signal);
    return { columns, rows: found.map(({ by, ...one }) => told(one, by)), coverage: seen, isCut: false };
  }
  const isImage = /[/:@]/.test(what);
  const { items, coverage: seen } = await read(isImage ? { kind: 'Pod', limit: 1000 } : { name: what, limit: 1000 });
  const rows = items.flatMap((one) => {
    const by = isImage ? one.images.find((image) => image.includes(what)) : 'name';
    return by === undefined ? [] : [told(one, by)];
  });
  return { columns, rows, coverage: seen, isCut: false };
}

/** What is kept may begin with the value: set then or before. */
function setAt({ at, orBefore }: BlameAnswer['items'][number], node: string): Cell {
  if (at === undefined) return '';
  const instant = Date.parse(at);
  return orBefore === true ? { at: instant, node, text: `≤ ${when(instant, Date.now())}` } : { at: instant, node };
}
