// One line of /proc/net/nf_conntrack, or of `conntrack -E` and `conntrack -L` → the flow as it was before and after address translation.

import { type Address, canonical } from './addresses.ts';
import type { Protocol } from './proc-net.ts';

export interface Tuple {
  readonly from: Address;
  readonly to: Address;
}

export interface Entry {
  readonly protocol: Protocol;
  /** `ESTABLISHED`, `TIME_WAIT`, …; UDP has none. */
  readonly state?: string;
  /** As the client sent it. */
  readonly original: Tuple;
  /** As the answers come: from the real server, to whom it was sent on behalf of. */
  readonly reply: Tuple;
  /** With nf_conntrack_acct: IP bytes there and back. */
  readonly bytesOut?: number;
  readonly bytesIn?: number;
  readonly isAssured: boolean;
  readonly isUnreplied: boolean;
  /** Seconds since it began, with nf_conntrack_timestamp. */
  readonly age?: number;
  readonly id?: string;
  readonly zone?: number;
}

export type Happening = 'new' | 'update' | 'destroy';

export interface EntryEvent {
  readonly happening: Happening;
  readonly entry: Entry;
  /** Epoch ms, where the stream has timestamps. */
  readonly at?: number;
}

/** Undefined for other protocols and for what is no entry. */
export function parseEntry(line: string): Entry | undefined {
  const words = line.trim().split(/\s+/);
  const name = words.findIndex((word) => word === 'tcp' || word === 'udp');
  const protocol = words[name];
  if ((protocol !== 'tcp' && protocol !== 'udp') || name > 2) return undefined;
  const ways: Record<string, string>[] = [];
  const about: Record<string, string> = {};
  let state: string | undefined;
  let isAssured = false;
  let isUnreplied = false;
  for (const word of words.slice(name + 2)) {
    const equals = word.indexOf('=');
    if (word === '[ASSURED]') isAssured = true;
    else if (word === '[UNREPLIED]') isUnreplied = true;
    else if (equals > 0) keep(word.slice(0, equals), word.slice(equals + 1), ways, about);
    else if (/^[A-Z][A-Z_0-9]+$/.test(word) && ways.length === 0) state = word;
  }
  const [there, back] = ways;
  const original = tupleOf(there);
  const reply = tupleOf(back);
  if (original === undefined || reply === undefined) return undefined;
  return {
    ...{ protocol, original, reply, isAssured, isUnreplied },
    ...(state !== undefined && { state }),
    ...(there?.bytes !== undefined && { bytesOut: Number(there.bytes) }),
    ...(back?.bytes !== undefined && { bytesIn: Number(back.bytes) }),
    ...(about['delta-time'] !== undefined && { age: Number(about['delta-time']) }),
    ...(about.id !== undefined && { id: about.id }),
    ...(about.zone !== undefined && { zone: Number(about.zone) }),
  };
}

const OF_A_WAY: ReadonlySet<string> = new Set(['src', 'dst', 'sport', 'dport', 'packets', 'bytes']);

/** Each `src=` begins a way. */
function keep(name: string, value: string, ways: Record<string, string>[], about: Record<string, string>): void {
  if (name === 'src') ways.push({});
  const way = ways.at(-1);
  if (OF_A_WAY.has(name) && way !== undefined) way[name] = value;
  else about[name] = value;
}

function tupleOf(way: Record<string, string> | undefined): Tuple | undefined {
  if (way === undefined) return undefined;
  const { src, dst, sport, dport } = way;
  if (src === undefined || dst === undefined || sport === undefined || dport === undefined) return undefined;
  return {
    from: { ip: canonical(src), port: Number(sport) },
    to: { ip: canonical(dst), port: Number(dport) },
  };
}

const EVENT = /^\s*(?:\[(\d+\.\d+)\]\s*)?\[(NEW|UPDATE|DESTROY)\]\s+(.*)$/;
const HAPPENINGS: Readonly<Record<string, Happening>> = { NEW: 'new', UPDATE: 'update', DESTROY: 'destroy' };

/** A line of `conntrack -E`, with or without `-o timestamp,id,extended`. */
export function parseEvent(line: string): EntryEvent | undefined {
  const [, instant, kind = '', rest = ''] = EVENT.exec(line) ?? [];
  const happening = HAPPENINGS[kind];
  const entry = parseEntry(rest);
  if (happening === undefined || entry === undefined) return undefined;
  return { happening, entry, ...(instant !== undefined && { at: Math.round(Number(instant) * 1000) }) };
}

/** The answers come from whom was called, to who called. */
export const isUntouched = ({ original, reply }: Entry): boolean =>
  original.from.ip === reply.to.ip &&
  original.to.ip === reply.from.ip &&
  original.from.port === reply.to.port &&
  original.to.port === reply.from.port;

const BEFORE: ReadonlySet<string> = new Set(['NONE', 'SYN_SENT', 'SYN_RECV', 'SYN_SENT2']);
const AFTER: ReadonlySet<string> = new Set(['LAST_ACK', 'TIME_WAIT', 'CLOSE']);

/** Whether both sides have spoken: the connection was made. */
export const isMade = ({ protocol, state, isAssured }: Entry): boolean =>
  protocol === 'udp' || isAssured || (state !== undefined && !BEFORE.has(state) && state !== 'CLOSE');

export const isOver = ({ state }: Entry): boolean => state !== undefined && AFTER.has(state);
