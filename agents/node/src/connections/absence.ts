// What a look did not meet any more: ends that nobody says goodbye at.

import type { Look } from './evidence.ts';
import { FAILED_AFTER_MS, type Flow, GONE_AFTER_LOOKS } from './flow.ts';

/** How far this look could see. */
export interface Seen {
  /** `closed`: may not be looked into. `missed`: not this time. `gone`: there is no such namespace any more. */
  readonly namespace: (id: string) => 'read' | 'missed' | 'gone' | 'closed';
  /** The whole of conntrack was read. */
  readonly isEntryLook: boolean;
  /** Every change of conntrack is told as it happens. */
  readonly isEntryStream: boolean;
  /** Owners and conntrack have been asked for all that was found before this look, or in it. */
  readonly settles: 'all' | 'earlier' | 'none';
}

/** What ends stays in conntrack for 10 s at the least: looks closer than that see every end. */
const SHORTEST_END_MS = 10_000;
/** What is over and was not heard of for so long has gone without a word. */
const FORGOTTEN_AFTER_MS = 600_000;

/** True when nothing tells of it any more. */
export function noteAbsence(flow: Flow, look: Look, { namespace, isEntryLook, isEntryStream }: Seen): boolean {
  const places = [flow.clientIn, flow.serverIn].flatMap((id) => (id === undefined ? [] : [namespace(id)]));
  const isBlind = places.every((place) => place === 'closed');
  const isAbsent = places.every((place) => place !== 'missed') && flow.socketLook !== look.number;
  if (!isBlind && isAbsent && flow.bornAt !== look.number) flow.socketMisses++;
  if (isEntryLook && flow.hasEntry && flow.entryLook !== look.number) noteEntryMiss(flow, look);
  if (isEntryStream && flow.isWaiting && look.at - flow.synFrom >= FAILED_AFTER_MS) flow.isFailed = true;
  const isWithoutSocket = isBlind || flow.socketMisses >= GONE_AFTER_LOOKS;
  const hasNoEntry = !flow.hasEntry || flow.entryMisses >= GONE_AFTER_LOOKS;
  // Where sockets can be looked at they decide: conntrack keeps for days what died silently.
  const isBySockets = flow.protocol === 'tcp' && !isBlind && flow.isMade;
  if (isWithoutSocket && (hasNoEntry || flow.isOverByEntry || isBySockets)) flow.isOver = true;
  const isSilent = flow.isOver && look.at - flow.entryAt > FORGOTTEN_AFTER_MS;
  return isWithoutSocket && (hasNoEntry || isSilent);
}

function noteEntryMiss(flow: Flow, look: Look): void {
  flow.entryMisses++;
  if (flow.entryMisses === 1) flow.isLossSure = look.at - flow.entryAt < SHORTEST_END_MS;
  if (flow.entryMisses < GONE_AFTER_LOOKS || flow.protocol === 'udp' || flow.isMade) return;
  if (flow.isBegun && flow.isLossSure) flow.isFailed = true;
}
