// Connections → one record per client, server, original address, protocol and method for a window: what has not been told yet.

import type { Connection, ConnectionMethod, Endpoint } from '@mosaic/wire';
import { isSame } from './addresses.ts';
import type { Flow, Holder } from './flow.ts';

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly node: string;
  /** The datapath translates without a trace: only what was seen translated is known. */
  readonly isTraceless: boolean;
  /** A name for an address outside. */
  readonly nameOf: (ip: string) => string | undefined;
}

type Growing = { -readonly [K in keyof Connection]: Connection[K] };

/** Counts each connection's beginning, failure and end once, whenever they became known; what is counted is marked in the flows. */
export function closeWindow(flows: Iterable<Flow>, window: Window): Connection[] {
  const records = new Map<string, Growing>();
  for (const flow of flows) {
    if (!flow.isSettled) continue;
    const counts = count(flow);
    if (counts === undefined) continue;
    const { key, about } = groupOf(flow, window);
    const record = records.get(key) ?? { ...about, open: 0, opened: 0, closed: 0, failed: 0 };
    records.set(key, record);
    record.open += counts.open;
    record.opened += counts.opened;
    record.closed += counts.closed;
    record.failed += counts.failed;
    if (counts.bytesOut !== undefined) record.bytesOut = (record.bytesOut ?? 0) + counts.bytesOut;
    if (counts.bytesIn !== undefined) record.bytesIn = (record.bytesIn ?? 0) + counts.bytesIn;
    if (counts.retransmits > 0) record.retransmits = (record.retransmits ?? 0) + counts.retransmits;
  }
  return [...records.keys()].sort().flatMap((key) => records.get(key) ?? []);
}

interface Counts {
  readonly open: number;
  readonly opened: number;
  readonly closed: number;
  readonly failed: number;
  readonly bytesOut: number | undefined;
  readonly bytesIn: number | undefined;
  readonly retransmits: number;
}

/** Undefined: nothing to tell. */
function count(flow: Flow): Counts | undefined {
  let opened = 0;
  let failed = 0;
  let closed = 0;
  if (flow.counted === 'not yet' && flow.isOld && (flow.isMade || flow.isFailed)) flow.counted = 'before';
  if (flow.counted === 'not yet' && flow.isMade) {
    flow.counted = 'opened';
    opened = 1;
  } else if (flow.counted === 'not yet' && flow.isFailed && flow.protocol === 'tcp') {
    flow.counted = 'failed';
    failed = 1;
  }
  if (flow.counted === 'not yet') return undefined;
  const isCountable = flow.counted === 'opened' || (flow.counted === 'before' && flow.isMade);
  if (isCountable && flow.isOver && !flow.isClosedCounted) {
    flow.isClosedCounted = true;
    closed = 1;
  }
  const open = flow.isMade && !flow.isOver ? 1 : 0;
  const retransmits = Math.max(0, flow.retransmits - flow.retransmitsCounted);
  flow.retransmitsCounted = flow.retransmits;
  const bytes = bytesOf(flow);
  if (opened + failed + closed + open === 0 && !(bytes.bytesOut || bytes.bytesIn)) return undefined;
  return { open, opened, closed, failed, ...bytes, retransmits };
}

/** Of what was there before us, the first that was read is where we begin. */
function bytesOf(flow: Flow): Pick<Counts, 'bytesOut' | 'bytesIn'> {
  const { bytesOut, bytesIn, isOld } = flow;
  const fromOut = flow.bytesOutCounted ?? (isOld ? bytesOut : 0) ?? 0;
  const fromIn = flow.bytesInCounted ?? (isOld ? bytesIn : 0) ?? 0;
  if (bytesOut !== undefined) flow.bytesOutCounted = bytesOut;
  if (bytesIn !== undefined) flow.bytesInCounted = bytesIn;
  return {
    bytesOut: bytesOut === undefined ? undefined : bytesOut - fromOut,
    bytesIn: bytesIn === undefined ? undefined : bytesIn - fromIn,
  };
}

type About = Omit<
  Connection,
  'open' | 'opened' | 'closed' | 'failed' | 'bytesOut' | 'bytesIn' | 'retransmits' | 'requests'
>;

function groupOf(flow: Flow, { from, to, node, isTraceless, nameOf }: Window): { key: string; about: About } {
  const { protocol, client, called, server, clientHolder, serverHolder, clientIn, serverIn } = flow;
  const method = methodOf(flow);
  const side = clientIn !== undefined && serverIn !== undefined ? 'both' : serverIn !== undefined ? 'server' : 'client';
  const original = isSame(called, server) ? undefined : called;
  const nat = natOf(flow, isTraceless);
  const ends = {
    client: endpoint(client.ip, 0, clientHolder, clientIn === undefined ? nameOf(client.ip) : undefined),
    server: endpoint(server.ip, server.port, serverHolder, serverIn === undefined ? nameOf(server.ip) : undefined),
  };
  const about: About = {
    ...{ at: from, until: to, node, side, protocol, ...ends },
    ...(original !== undefined && { original }),
    ...{ nat, method },
  };
  return { key: JSON.stringify([ends.client, ends.server, original, protocol, method, side, nat]), about };
}

function endpoint(ip: string, port: number, holder: Holder | undefined, name: string | undefined): Endpoint {
  const { podUid, container, isMachine } = holder ?? {};
  return {
    ...{ ip, port },
    ...(podUid !== undefined && { podUid }),
    ...(container !== undefined && { container }),
    ...(isMachine && podUid === undefined && { isMachine }),
    ...(name !== undefined && { name }),
  };
}

function methodOf({ hasClientSocket, hasServerSocket, hasEntry }: Flow): ConnectionMethod {
  if (!hasEntry) return 'proc';
  return hasClientSocket || hasServerSocket ? 'proc+conntrack' : 'conntrack';
}

/** Untranslated it is proven to be by conntrack, or by both ends' sockets with the same addresses; where a datapath leaves no trace, by nothing. */
function natOf(
  { isTranslated, hasEntry, hasClientSocket, hasServerSocket }: Flow,
  isTraceless: boolean,
): Connection['nat'] {
  if (isTranslated) return 'seen';
  if (isTraceless) return 'unknown';
  return hasEntry || (hasClientSocket && hasServerSocket) ? 'none' : 'unknown';
}
