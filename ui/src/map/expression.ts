// Find or hide: words and `field=value`, `field>number` tests, each may be denied by a leading minus. All must hold, unless `or` stands between.

import type { TopologyEdge, TopologyNode } from '@mosaic/wire';

/** What a thing's connections say of it: the worst share that fails, and all it sends and receives per second. */
export interface Traffic {
  readonly failed: number;
  readonly rate: number;
}
export type Keeps = (node: TopologyNode, traffic?: Traffic) => boolean;

type Read = (node: TopologyNode) => string;
type Amount = (node: TopologyNode, traffic: Traffic | undefined) => number | undefined;

const TEXTS: Record<string, Read> = {
  ns: (n) => n.namespace,
  namespace: (n) => n.namespace,
  kind: (n) => n.kind,
  name: (n) => n.name,
  cluster: (n) => n.clusterName,
  health: (n) => n.health,
  version: (n) => n.version ?? '',
  image: (n) => (n.images ?? []).join(' '),
  node: (n) => n.node ?? '',
  ip: (n) => n.ip ?? '',
};
const AMOUNTS: Record<string, Amount> = {
  failed: (_, traffic) => traffic?.failed,
  rate: (_, traffic) => traffic?.rate,
  restarts: (n) => n.counts.restarts,
  ready: (n) => (n.counts.wanted === 0 ? undefined : n.counts.ready),
  pods: (n) => n.counts.pods,
};
export const TEXT_FIELDS: readonly string[] = Object.keys(TEXTS).filter((name) => name !== 'namespace');
export const AMOUNT_FIELDS: readonly string[] = Object.keys(AMOUNTS);
const WHOLE: ReadonlySet<string> = new Set(['health', 'ns', 'namespace', 'kind']);

/** What a field says of a thing; a name that is no field is read as a label. */
export const readField = (node: TopologyNode, field: string): string =>
  TEXTS[field.toLowerCase()]?.(node) ?? node.labels?.[field] ?? '';

const TERM = /^(-?)(?:([\w./-]+?)(!=|>=|<=|=|>|<))?(.*)$/s;
const PARTS = /(?:"[^"]*"?|[^\s,"()])+|[()]/g;

/** Terms with where they stand in the text: parted by spaces or commas outside of quotes; brackets stand alone. */
export function termsOf(text: string): { readonly text: string; readonly from: number; readonly to: number }[] {
  return [...text.matchAll(PARTS)].map((m) => ({ text: m[0], from: m.index, to: m.index + m[0].length }));
}

/** `-ns=shop` in its parts; `field` is undefined for a plain word. */
export function termParts(term: string): { minus: boolean; field?: string; sign?: string; value: string } {
  const [, minus = '', field, sign, value = ''] = TERM.exec(term) ?? [];
  const plain = { minus: minus === '-', value: value.replaceAll('"', '') };
  return field === undefined || sign === undefined ? plain : { ...plain, field, sign };
}

/** `1%` is 0.01. */
function readAmount(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(%?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) / (match[2] === '%' ? 100 : 1);
}

const COMPARE: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
};

function anywhere(node: TopologyNode, text: string): boolean {
  const said = `${node.name} ${node.namespace} ${node.kind} ${node.version ?? ''} ${node.images?.join(' ') ?? ''} ${node.ip ?? ''}`;
  return said.toLowerCase().includes(text);
}

function amountTest(field: string, sign: string, value: string): Keeps | undefined {
  const [amount, wanted, holds] = [AMOUNTS[field.toLowerCase()], readAmount(value), COMPARE[sign]];
  if (amount === undefined || wanted === undefined || holds === undefined) return undefined;
  return (node, traffic) => {
    const got = amount(node, traffic);
    return got !== undefined && holds(got, wanted);
  };
}

/** `ns=shop|platform` holds for either. */
function textTest(field: string, value: string): Keeps {
  const wanted = value.toLowerCase().split('|').filter(Boolean);
  const isWhole = WHOLE.has(field.toLowerCase());
  return (node) => {
    const got = readField(node, field).toLowerCase();
    return wanted.some((each) => (isWhole ? got === each : got.includes(each)));
  };
}

function test(term: string): Keeps | undefined {
  const { minus, field, sign, value } = termParts(term);
  const wanted = value.trim().toLowerCase();
  if (wanted === '') return undefined;
  const denied = (keeps: Keeps, is: boolean): Keeps => (is ? (n, t) => !keeps(n, t) : keeps);
  if (field === undefined || sign === undefined) return denied((n) => anywhere(n, wanted), minus);
  const amount = amountTest(field, sign, wanted);
  if (amount !== undefined) return denied(amount, minus);
  return sign === '=' || sign === '!=' ? denied(textTest(field, wanted), minus !== (sign === '!=')) : undefined;
}

const all: Keeps = () => true;

/** Reads `a b or c and (d or e)`: what stands beside each other holds together, `or` parts, brackets group, a minus in front denies. */
function reader(tokens: readonly string[]): () => Keeps | undefined {
  let next = 0;

  function factor(): Keeps | undefined {
    const token = tokens[next++] ?? '';
    const isGroup = token === '(' || (token === '-' && tokens[next] === '(');
    if (!isGroup) return token === ')' ? undefined : test(token);
    if (token === '-') next++;
    const keeps = either();
    if (tokens[next] === ')') next++;
    return keeps !== undefined && token === '-' ? (node, traffic) => !keeps(node, traffic) : keeps;
  }
  function together(): Keeps | undefined {
    const holds: Keeps[] = [];
    while (next < tokens.length && tokens[next] !== ')' && !isWord(tokens[next], 'or')) {
      if (isWord(tokens[next], 'and')) {
        next++;
        continue;
      }
      const keeps = factor();
      if (keeps !== undefined) holds.push(keeps);
    }
    return holds.length === 0 ? undefined : (node, traffic) => holds.every((keeps) => keeps(node, traffic));
  }
  function either(): Keeps | undefined {
    const ways: Keeps[] = [];
    for (;;) {
      const way = together();
      if (way !== undefined) ways.push(way);
      if (!isWord(tokens[next], 'or')) break;
      next++;
    }
    return ways.length === 0 ? undefined : (node, traffic) => ways.some((keeps) => keeps(node, traffic));
  }
  /** A bracket that nothing opened is passed over. */
  return () => {
    const parts: Keeps[] = [];
    while (next < tokens.length) {
      const keeps = either();
      if (keeps !== undefined) parts.push(keeps);
      next++;
    }
    return parts.length === 0 ? undefined : (node, traffic) => parts.every((keeps) => keeps(node, traffic));
  };
}

const isWord = (token: string | undefined, word: string): boolean => token?.toLowerCase() === word;

/** An empty expression keeps everything; what cannot be read is passed over. */
export function expression(text: string): Keeps {
  const tight = text.replaceAll(/\s*(!=|>=|<=|=|>|<)\s*/g, '$1');
  const read = reader(termsOf(tight).map((term) => term.text));
  return read() ?? all;
}

/** Of everything connected, by id. */
export function trafficBy(edges: Iterable<TopologyEdge>): Map<string, Traffic> {
  const all = new Map<string, Traffic>();
  for (const { from, to, relation, rate = 0, failed = 0 } of edges) {
    if (relation !== 'connects') continue;
    for (const id of [from, to]) {
      const before = all.get(id) ?? { failed: 0, rate: 0 };
      all.set(id, { failed: Math.max(before.failed, failed), rate: before.rate + rate });
    }
  }
  return all;
}
