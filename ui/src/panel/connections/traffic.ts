// Connections of one thing, in and out, what fails first; and the numbers of a connection in words.

import type { TopologyEdge } from '@mosaic/wire';
import { failedShare } from '../../map/drawn-edges.ts';
import { strings } from '../../strings.ts';
import { digits, sayBytes } from '../metrics/amounts.ts';

export interface Traffic {
  readonly out: readonly TopologyEdge[];
  readonly in: readonly TopologyEdge[];
}

const byTrouble = (a: TopologyEdge, b: TopologyEdge): number =>
  failedShare(b) - failedShare(a) || (b.rate ?? 0) - (a.rate ?? 0) || (a.id < b.id ? -1 : 1);

export function trafficOf(edges: Iterable<TopologyEdge>, id: string): Traffic {
  const connects = [...edges].filter((edge) => edge.relation === 'connects');
  return {
    out: connects.filter((edge) => edge.from === id).sort(byTrouble),
    in: connects.filter((edge) => edge.to === id && edge.from !== id).sort(byTrouble),
  };
}

/** `38 %`, `0.4 %`. */
export const sayShare = (share: number): string => `${digits(share * 100)} %`;

/** `1.75/s`; what is rare per minute or hour. */
export function sayRate(rate: number): string {
  if (rate === 0) return '0/s';
  if (rate >= 0.1) return `${digits(rate)}/s`;
  return rate * 60 >= 0.1 ? `${digits(rate * 60)}/min` : `${digits(rate * 3600)}/h`;
}

/** What is worth saying beside the rate: `15.5 KiB/s`, `38 % fail`, `0.2 % sent again`. */
export function figuresOf({
  bytes,
  failed,
  retransmits,
}: { readonly [what in 'bytes' | 'failed' | 'retransmits']?: number | undefined }): string[] {
  const texts = strings.connections;
  return [
    bytes === undefined || bytes === 0 ? '' : `${sayBytes(bytes)}/s`,
    failed === undefined || failed <= 0 ? '' : texts.failed(sayShare(failed)),
    retransmits === undefined || retransmits < 0.0005 ? '' : texts.resent(sayShare(retransmits)),
  ].filter((text) => text !== '');
}

interface Ends {
  readonly name: string;
  readonly kind: string;
}

/** An id in words, when the thing itself is not at hand. */
export function endOf(id: string): Ends {
  const [, kind = '', , ...name] = id.split(':');
  return { name: name.join(':'), kind };
}

/** An edge drawn through a hidden Service carries its target behind its id; the edge itself is what can be explained. */
export function ownId(id: string, has: (id: string) => boolean): string {
  if (has(id)) return id;
  const cut = id.slice(0, id.lastIndexOf('~'));
  return has(cut) ? cut : id;
}

/** Where an edge leads: to what it names, and behind a Service to what that selects. */
function targetsOf(edge: TopologyEdge, edges: readonly TopologyEdge[]): Set<string> {
  const behind = edges.filter(({ relation, from }) => relation === 'selects' && from === edge.to).map(({ to }) => to);
  return new Set([edge.to, ...behind]);
}

/** Other connections between the same two cards: other ports, or other Services in between. The map draws them as one. */
export function siblingsOf(all: Iterable<TopologyEdge>, edge: TopologyEdge): TopologyEdge[] {
  if (edge.relation !== 'connects') return [];
  const edges = [...all];
  const targets = targetsOf(edge, edges);
  return edges
    .filter((each) => each.relation === 'connects' && each.from === edge.from && each.id !== edge.id)
    .filter((each) => !targetsOf(each, edges).isDisjointFrom(targets))
    .sort(byTrouble);
}

/** `1:Pod:shop:a` of `connects~1:Pod:shop:a~1:Pod:shop:b~80/tcp`. */
export function endsOfId(id: string): { relation: string; from: string; to: string; port: string } {
  const [relation = '', from = '', to = '', port = ''] = id.split('~');
  return { relation, from, to, port };
}
