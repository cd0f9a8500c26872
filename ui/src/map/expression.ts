// Find or hide: words and `field=value` tests, each may be denied by a leading minus. All must hold.

import type { TopologyNode } from '@mosaic/wire';

type Test = (node: TopologyNode) => boolean;

const FIELDS: Record<string, (n: TopologyNode) => string> = {
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
export const FIELD_NAMES: readonly string[] = Object.keys(FIELDS);

const TERM = /^(-?)(?:([a-z]+)\s*(!?=)\s*)?(.*)$/is;

function labelOf(node: TopologyNode, key: string): string {
  return node.labels?.[key] ?? '';
}

function anywhere(node: TopologyNode, text: string): boolean {
  const said = `${node.name} ${node.namespace} ${node.kind} ${node.version ?? ''} ${node.images?.join(' ') ?? ''} ${node.ip ?? ''}`;
  return said.toLowerCase().includes(text);
}

function test(term: string): Test | undefined {
  const [, minus = '', field, sign, value = ''] = TERM.exec(term) ?? [];
  const wanted = value.trim().toLowerCase();
  if (wanted === '') return undefined;
  const denied = (minus === '-') !== (sign === '!=');
  if (field === undefined) return (n) => anywhere(n, wanted) !== denied;
  const read = FIELDS[field.toLowerCase()] ?? ((n: TopologyNode) => labelOf(n, field));
  const exact = field === 'health' || field === 'ns' || field === 'namespace' || field === 'kind';
  return (n) => {
    const got = read(n).toLowerCase();
    return (exact ? got === wanted : got.includes(wanted)) !== denied;
  };
}

/** Terms are parted by spaces, commas or `and`. An empty expression keeps everything. */
export function expression(text: string): Test {
  const terms = text
    .replaceAll(/\s*(!?=)\s*/g, '$1')
    .split(/[\s,]+/)
    .filter((t) => t !== '' && t.toLowerCase() !== 'and');
  const tests = terms.flatMap((t) => test(t) ?? []);
  return (node) => tests.every((holds) => holds(node));
}
