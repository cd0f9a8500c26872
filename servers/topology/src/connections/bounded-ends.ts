// A port scan, or a shop with a hundred thousand customers, is not a hundred thousand edges: the busiest addresses stay, the rest are told together.

import type { EdgeEnd, EdgeMinute } from '@mosaic/wire';
import { type Figures, sumOf } from './figures.ts';

/** Addresses by themselves on one side of one port; more become one end. */
export const MOST_ADDRESSES = 50;

export const OTHERS = 'other addresses';

export function bounded(edges: readonly EdgeMinute[]): readonly EdgeMinute[] {
  if (edges.length <= MOST_ADDRESSES) return edges;
  return boundedSide(boundedSide(edges, 'from'), 'to');
}

type Side = 'from' | 'to';

function boundedSide(edges: readonly EdgeMinute[], side: Side): readonly EdgeMinute[] {
  const crowds = Map.groupBy(edges, (edge) => (isAddressOnly(edge[side]) ? crowdOf(edge, side) : ''));
  if ([...crowds].every(([crowd, members]) => crowd === '' || members.length <= MOST_ADDRESSES)) return edges;
  return [...crowds].flatMap(([crowd, members]) =>
    crowd === '' || members.length <= MOST_ADDRESSES ? members : kept(members, side),
  );
}

const isAddressOnly = ({ kind, name, ip }: EdgeEnd): boolean =>
  (kind === 'External' && name === ip) || kind === 'Unknown';

function crowdOf(edge: EdgeMinute, side: Side): string {
  const other = edge[side === 'from' ? 'to' : 'from'];
  const { kind, because } = edge[side];
  const { service } = edge;
  return JSON.stringify([kind, because, other.kind, other.uid ?? other.name, edge.port, edge.protocol, service?.name]);
}

function kept(members: readonly EdgeMinute[], side: Side): EdgeMinute[] {
  const busiest = members.toSorted((a, b) => b.opened - a.opened || (a[side].ip < b[side].ip ? -1 : 1));
  const [first, ...rest] = busiest.slice(MOST_ADDRESSES);
  const staying = busiest.slice(0, MOST_ADDRESSES);
  if (first === undefined) return staying;
  const figures = rest.reduce<Figures>((sum, edge) => sumOf(sum, figuresIn(edge)), figuresIn(first));
  const { ip: _, ...end } = first[side];
  const others: EdgeMinute = { ...first, ...figures, [side]: { ...end, name: OTHERS, ip: '' } };
  return [...staying, others];
}

const figuresIn = ({
  open,
  opened,
  closed,
  failed,
  bytesOut,
  bytesIn,
  retransmits,
  requests,
}: EdgeMinute): Figures => ({
  open,
  opened,
  closed,
  failed,
  ...(bytesOut !== undefined && { bytesOut }),
  ...(bytesIn !== undefined && { bytesIn }),
  ...(retransmits !== undefined && { retransmits }),
  ...(requests !== undefined && { requests }),
});
