// The map as a table in a file (RFC 4180): things first, then edges, each row saying which it is.

import type { Scene } from '../scene.ts';

type Cell = string | number | undefined;

const HEAD = [
  'row',
  'id',
  'kind',
  'name',
  'namespace',
  'cluster',
  'health',
  'ready',
  'wanted',
  'restarts',
  'version',
  'reasons',
  'from',
  'to',
  'relation',
  'port',
  'rate_per_s',
  'failed_share',
  'bytes_per_s',
];

/** A cell that a spreadsheet would run as a formula is written as text. */
function cell(value: Cell): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const BLANK: readonly undefined[] = Array.from({ length: 10 }, () => undefined);

export function csvOf(scene: Scene): string {
  const things = [...scene.frames, ...scene.nodes].map(({ id, kind, title, ghost, health, node }): Cell[] => [
    ...[ghost ? 'gone' : 'thing', id, kind, title, node.namespace, node.clusterName, health],
    ...[node.counts.ready, node.counts.wanted, node.counts.restarts, node.version, node.reasons.join('; ')],
  ]);
  const edges = scene.edges.map(({ id, from, to, edge }): Cell[] => [
    ...['edge', id, ...BLANK, from, to, edge.relation, edge.port, edge.rate, edge.failed, edge.bytes],
  ]);
  return `${[HEAD, ...things, ...edges].map((row) => HEAD.map((_, column) => cell(row[column])).join(',')).join('\r\n')}\r\n`;
}
