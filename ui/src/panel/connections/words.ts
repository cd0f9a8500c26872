// Why an edge is believed, in words: how its ends were named, what address translation did, how sure that is.

import type { ConnectionEvidence } from '@mosaic/wire';
import { strings } from '../../strings.ts';
import { when } from '../../time/instants.ts';

export interface Hop {
  readonly address: string;
  readonly what: string;
}

/** The way of a connection: who called, what it called, who answered when that was another. */
export function hopsOf({ client, called, server, nat }: ConnectionEvidence): readonly Hop[] {
  const texts = strings.connections;
  const caller = { address: client, what: texts.caller };
  if (called === server)
    return [caller, { address: called, what: nat === 'unknown' ? texts.calledUnknown : texts.calledPlain }];
  return [caller, { address: called, what: texts.calledVip }, { address: server, what: texts.answered }];
}

export const sayNat = (nat: ConnectionEvidence['nat']): string => strings.connections.nat[nat];
export const sayRule = (rule: string): string => strings.connections.rules[rule] ?? rule;

export function sureness(confidence: number): string {
  const [certain, likely, maybe, not] = strings.connections.sureness;
  if (confidence >= 0.95) return certain;
  if (confidence >= 0.8) return likely;
  return confidence > 0 ? maybe : not;
}

const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;
const LEASE = /^lease (\S+) of (\S+) (since .+)$/;

/** What named an end: a rule, or `lease 10.0.1.7 of shop/cart since 2026-…Z` as a sentence with the reader's clock. */
export function sayLease(text: string, now: number): string {
  const said = text.replace(INSTANT, (instant) => when(Date.parse(instant), now));
  const [, ip, who, since] = LEASE.exec(said) ?? [];
  if (ip === undefined || who === undefined || since === undefined) return sayRule(said);
  return strings.connections.lease(ip, who, since);
}
