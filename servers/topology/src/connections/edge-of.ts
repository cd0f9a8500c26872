// A window's edge as the map draws it: rates, shares and health.

import { edgeId, type Health, type TopologyEdge } from '@mosaic/wire';
import type { Figures } from './figures.ts';

/** Of connections that were tried, or requests made. Below the first nobody would be woken. */
const DEGRADED_SHARE = 0.05;
const BROKEN_SHARE = 0.5;
/** One that failed is no rule. */
const LEAST_FAILED = 2;
/** Payload of a segment on an Ethernet: how many there were is told by bytes alone. */
const SEGMENT_BYTES = 1448;

export interface Drawn {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly figures: Figures;
  readonly confidence: number;
  readonly via: ReadonlySet<string>;
}

export function edgeOf({ from, to, port, protocol, figures, confidence, via }: Drawn, seconds: number): TopologyEdge {
  const { opened, bytesOut, bytesIn, requests } = figures;
  const bytes = bytesOut === undefined && bytesIn === undefined ? undefined : (bytesOut ?? 0) + (bytesIn ?? 0);
  const share = retransmitted(figures, bytes);
  const services = [...via].sort();
  return {
    id: edgeId('connects', from, to, { port, protocol }),
    ...{ from, to, relation: 'connects', port, protocol },
    rate: short(opened / seconds),
    ...(bytes !== undefined && { bytes: short(bytes / seconds) }),
    failed: short(failedShare(figures)),
    ...(services.length > 0 && { via: services.join(', ') }),
    ...(share !== undefined && { retransmits: short(share) }),
    ...(requests && { requests: requestsOf(requests, seconds) }),
    health: healthOf(figures),
    confidence: short(confidence),
  };
}

/** Of those that were tried: what failed never opened. */
export const failedShare = ({ opened, failed }: Figures): number => (failed === 0 ? 0 : failed / (opened + failed));

export function healthOf(figures: Figures): Health {
  const { failed, requests } = figures;
  const shares = [
    failed < LEAST_FAILED ? 0 : failedShare(figures),
    requests === undefined || requests.errors < LEAST_FAILED ? 0 : requests.errors / requests.count,
  ];
  const share = Math.max(...shares);
  return share >= BROKEN_SHARE ? 'broken' : share >= DEGRADED_SHARE ? 'degraded' : 'well';
}

function retransmitted({ retransmits }: Figures, bytes: number | undefined): number | undefined {
  if (retransmits === undefined) return undefined;
  return retransmits === 0 ? 0 : Math.min(1, retransmits / Math.max(retransmits, (bytes ?? 0) / SEGMENT_BYTES));
}

const requestsOf = (
  { count, errors, p50, p95, system }: NonNullable<Figures['requests']>,
  seconds: number,
): NonNullable<TopologyEdge['requests']> => ({
  ...{ rate: short(count / seconds), errors: short(count === 0 ? 0 : errors / count), p50, p95 },
  ...(system !== undefined && { system }),
});

/** Four digits: more would differ from one look to the next and say nothing. */
const short = (value: number): number => Number(value.toPrecision(4));
