// One connection as all that looked at it know it together: evidence only ever adds up, so the order in which it came does not show.

import type { Address } from './addresses.ts';
import type { Protocol } from './proc-net.ts';

/** Who holds a socket. */
export interface Holder {
  readonly podUid?: string;
  readonly container?: string;
  /** The machine itself, by an address that no pod has. */
  readonly isMachine?: boolean;
}

/** TCP in SYN_SENT for so long is a failure. */
export const FAILED_AFTER_MS = 3_000;
/** Unanswered SYNs are sent again after 1 s, then 1 or 2 s later: at the third, 3 s have passed in any case. */
const FAILED_AFTER_RETRANSMITS = 3;

/** Tables are read while they change, so a row may be missed once. */
export const GONE_AFTER_LOOKS = 2;

export interface Flow {
  readonly protocol: Protocol;
  client: Address;
  /** What the client called, as far as is known. */
  called: Address;
  /** Where it led to. */
  server: Address;
  /** Network namespaces of this node that the ends are in. */
  clientIn: string | undefined;
  serverIn: string | undefined;
  clientHolder: Holder | undefined;
  serverHolder: Holder | undefined;
  /** Inodes tell a socket from the next one with the same addresses. */
  clientInode: number;
  serverInode: number;
  hasClientSocket: boolean;
  hasServerSocket: boolean;
  hasEntry: boolean;
  /** Both tuples are known, and they differ. */
  isTranslated: boolean;
  /** Led to the own sidecar. */
  isHop: boolean;
  /** The handshake came to its end. */
  isMade: boolean;
  /** Conntrack saw its handshake. */
  isBegun: boolean;
  /** In SYN_SENT, by the last that conntrack told. */
  isWaiting: boolean;
  isFailed: boolean;
  /** It said goodbye, or nobody has it any more. */
  isOver: boolean;
  isOverByEntry: boolean;
  synFrom: number;
  synTo: number;
  bytesOut: number | undefined;
  bytesIn: number | undefined;
  /** Most that were waiting for an answer at once. */
  retransmits: number;
  /** The look that found it. */
  readonly bornAt: number;
  /** Looks in a row in which its namespaces had no socket of it. */
  socketMisses: number;
  socketLook: number;
  entryMisses: number;
  entryLook: number;
  entryAt: number;
  /** Seconds; a younger one with the same addresses is another. */
  entryAge: number;
  entryId: string | undefined;
  isLossSure: boolean;
  /** It was there before we were. */
  isOld: boolean;
  /** Both the sockets' owners and conntrack were asked: its ends will not change. */
  isSettled: boolean;
  counted: 'not yet' | 'opened' | 'failed' | 'before';
  isClosedCounted: boolean;
  bytesOutCounted: number | undefined;
  bytesInCounted: number | undefined;
  retransmitsCounted: number;
  /** Names under which it is found. */
  keys: string[];
}

export function newFlow(protocol: Protocol, client: Address, called: Address, bornAt: number): Flow {
  return {
    ...{ protocol, client, called, server: called, bornAt },
    ...{ clientIn: undefined, serverIn: undefined, clientHolder: undefined, serverHolder: undefined },
    ...{ clientInode: 0, serverInode: 0, hasClientSocket: false, hasServerSocket: false, hasEntry: false },
    ...{ isTranslated: false, isHop: false, isMade: false, isBegun: false, isWaiting: false, isFailed: false },
    ...{ isOver: false, isOverByEntry: false, isLossSure: false, isOld: false, isSettled: false },
    ...{ synFrom: Number.POSITIVE_INFINITY, synTo: Number.NEGATIVE_INFINITY, entryAge: -1 },
    ...{ bytesOut: undefined, bytesIn: undefined, retransmits: 0, entryId: undefined, entryAt: 0 },
    ...{ socketMisses: 0, socketLook: -1, entryMisses: 0, entryLook: -1 },
    ...{ counted: 'not yet', isClosedCounted: false, retransmitsCounted: 0 },
    ...{ bytesOutCounted: undefined, bytesInCounted: undefined, keys: [] },
  };
}

export const keyOf = (protocol: Protocol, client: Address, server: Address): string =>
  `${protocol} ${client.ip} ${client.port} ${server.ip} ${server.port}`;

/** A SYN without an answer, at an instant. */
export function noteSyn(flow: Flow, at: number, retransmits: number): void {
  flow.synFrom = Math.min(flow.synFrom, at);
  flow.synTo = Math.max(flow.synTo, at);
  if (flow.synTo - flow.synFrom >= FAILED_AFTER_MS || retransmits >= FAILED_AFTER_RETRANSMITS) flow.isFailed = true;
}

export function noteBytes(flow: Flow, bytesOut: number | undefined, bytesIn: number | undefined): void {
  if (bytesOut !== undefined) flow.bytesOut = Math.max(flow.bytesOut ?? 0, bytesOut);
  if (bytesIn !== undefined) flow.bytesIn = Math.max(flow.bytesIn ?? 0, bytesIn);
}
