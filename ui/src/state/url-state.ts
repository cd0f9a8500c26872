// The whole view as a link: what the address says, and the address of what is seen. Nonsense in an address is passed over, never an error.

import type { Level } from '@mosaic/wire';
import { EDGE_CHOICES, type EdgeChoice } from '../map/drawn-edges.ts';
import { MOST_HOPS } from '../map/neighbours.ts';
import { PAGES, type Page } from '../pages/list.ts';
import { DAY_MS, formatRange, iso, readInstant, readRange } from '../time/instants.ts';
import { HOME_LOGS, type LogWish, logWishParts, readLogWish } from './log-wish.ts';

export const LEVELS: readonly Level[] = ['cluster', 'namespace', 'workload', 'pod', 'container', 'node'];
export const TABS = [
  'summary',
  'changes',
  'yaml',
  'logs',
  'metrics',
  'connections',
  'events',
  'blame',
  'relations',
] as const;
export type Tab = (typeof TABS)[number];
export const THEMES = ['system', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];
export const SHOWS = ['config', 'services', 'gone'] as const;
/** Extra things drawn on demand; `gone` is drawn unless it is taken away. */
export type Show = (typeof SHOWS)[number];
export const ROWS = ['things', 'edges'] as const;
export type Rows = (typeof ROWS)[number];

export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface ViewState {
  readonly page: Page;
  readonly level: Level;
  /** Cluster id; every cluster when undefined. */
  readonly cluster: number | undefined;
  readonly namespace: string | undefined;
  /** Find or hide expression. */
  readonly q: string;
  /** Topology time; undefined is live. */
  readonly at: number | undefined;
  /** Length of the bar in ms. */
  readonly range: number;
  /** Right end of the bar; undefined follows the clock. */
  readonly end: number | undefined;
  /** Telemetry window. */
  readonly window: Span | undefined;
  readonly node: string | undefined;
  readonly tab: Tab;
  readonly theme: Theme;
  readonly table: boolean;
  readonly show: readonly Show[];
  /** Groups expanded by hand; `*` is all. */
  readonly open: readonly string[];
  /** The panel takes half of the page. */
  readonly wide: boolean;
  /** Which edges the map draws. */
  readonly edges: EdgeChoice;
  /** Metrics of a workload: every pod by itself. */
  readonly each: boolean;
  /** The edge the panel tells about instead of the node. */
  readonly edge: string | undefined;
  readonly logs: LogWish;
  /** Table mode: rows are edges. */
  readonly rows: Rows;
  /** Only what stands within `hops` of this thing is drawn. */
  readonly focus: string | undefined;
  readonly hops: number;
  /** Label whose values the hulls stand for; namespaces when empty. */
  readonly by: string;
  /** The other instant of a comparison. */
  readonly against: number | undefined;
  /** What the page Audit asks, in the command line’s words. */
  readonly ask: string;
}

export const HOME: ViewState = {
  page: 'map',
  level: 'workload',
  cluster: undefined,
  namespace: undefined,
  q: '',
  at: undefined,
  range: DAY_MS,
  end: undefined,
  window: undefined,
  node: undefined,
  tab: 'summary',
  theme: 'system',
  table: false,
  show: ['gone'],
  open: [],
  wide: false,
  edges: 'all',
  each: false,
  edge: undefined,
  logs: HOME_LOGS,
  rows: 'things',
  focus: undefined,
  hops: 1,
  by: '',
  against: undefined,
  ask: '',
};

const oneOf = <T extends string>(all: readonly T[], text: string | null, otherwise: T): T =>
  all.find((each) => each === text) ?? otherwise;

const listed = (text: string | null): string[] => (text === null || text === '' ? [] : text.split(',').slice(0, 200));

function readWindow(p: URLSearchParams): Span | undefined {
  const from = readInstant(p.get('from'));
  const to = readInstant(p.get('to'));
  return from !== undefined && to !== undefined && to > from ? { from, to } : undefined;
}

function readShow(text: string | null): readonly Show[] {
  if (text === null) return HOME.show;
  const wanted = listed(text);
  return SHOWS.filter((each) => wanted.includes(each));
}

const readCluster = (text: string | null): number | undefined =>
  text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

const readHops = (text: string | null): number =>
  text !== null && /^\d$/.test(text) ? Math.min(MOST_HOPS, Math.max(1, Number(text))) : HOME.hops;

/** The view an address asks for. */
export function readView(search: string): ViewState {
  const p = new URLSearchParams(search);
  return {
    page: oneOf(PAGES, p.get('page'), HOME.page),
    level: oneOf(LEVELS, p.get('level'), HOME.level),
    cluster: readCluster(p.get('cluster')),
    namespace: p.get('ns') || undefined,
    q: (p.get('q') ?? '').slice(0, 500),
    at: readInstant(p.get('at')),
    range: readRange(p.get('range')) ?? HOME.range,
    end: readInstant(p.get('end')),
    window: readWindow(p),
    node: p.get('node')?.slice(0, 800) || undefined,
    tab: oneOf(TABS, p.get('tab'), HOME.tab),
    theme: oneOf(THEMES, p.get('theme'), HOME.theme),
    table: p.get('table') === '1',
    show: readShow(p.get('show')),
    open: listed(p.get('open')),
    wide: p.get('wide') === '1',
    edges: oneOf(EDGE_CHOICES, p.get('edges'), HOME.edges),
    each: p.get('each') === '1',
    edge: p.get('edge')?.slice(0, 1600) || undefined,
    logs: readLogWish(p),
    rows: oneOf(ROWS, p.get('rows'), HOME.rows),
    focus: p.get('focus')?.slice(0, 800) || undefined,
    hops: readHops(p.get('hops')),
    by: (p.get('by') ?? '').slice(0, 320),
    against: readInstant(p.get('vs')),
    ask: (p.get('ask') ?? '').slice(0, 800),
  };
}

function parts(view: ViewState): [string, string | undefined][] {
  const unless = <T>(value: T, usual: T, said: (v: T) => string): string | undefined =>
    value === usual ? undefined : said(value);
  const as = (at: number | undefined) => (at === undefined ? undefined : iso(at));
  return [
    ['page', unless(view.page, HOME.page, String)],
    ['level', unless(view.level, HOME.level, String)],
    ['cluster', view.cluster === undefined ? undefined : String(view.cluster)],
    ['ns', view.namespace],
    ['q', view.q || undefined],
    ['at', as(view.at)],
    ['range', unless(view.range, HOME.range, formatRange)],
    ['end', as(view.end)],
    ['from', as(view.window?.from)],
    ['to', as(view.window?.to)],
    ['node', view.node],
    ['tab', unless(view.tab, HOME.tab, String)],
    ['theme', unless(view.theme, HOME.theme, String)],
    ['table', view.table ? '1' : undefined],
    ['show', unless(view.show.join(), HOME.show.join(), String)],
    ['open', view.open.join() || undefined],
    ['edges', unless(view.edges, HOME.edges, String)],
    ['wide', view.wide ? '1' : undefined],
    ['each', view.each ? '1' : undefined],
    ['edge', view.edge],
    ['rows', unless(view.rows, HOME.rows, String)],
    ['focus', view.focus],
    ['hops', unless(view.hops, HOME.hops, String)],
    ['by', view.by || undefined],
    ['vs', as(view.against)],
    ['ask', view.ask || undefined],
    ...logWishParts(view.logs),
  ];
}

/** The address of a view: `?at=…&node=…`, or an empty string at home. Colons and commas stay readable. */
export function formatView(view: ViewState): string {
  const said = parts(view).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value).replace(/%3A/g, ':').replace(/%2C/g, ',')}`],
  );
  return said.length === 0 ? '' : `?${said.join('&')}`;
}
