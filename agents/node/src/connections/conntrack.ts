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

/** What one way of an entry tells; each `src=` begins one. */
interface Way {
  src: string;
  dst?: string;
  sport?: string;
  dport?: string;
  bytes?: string;
}
type Told = { -readonly [K in keyof Omit<Entry, 'original' | 'reply'>]: Entry[K] };

/** The file names the network's protocol, with its number, before the transport's. */
const MOST_BEFORE = 2;

/** Undefined for other protocols and for what is no entry. A table has thousands: each line is walked once, and of its words only values are made. */
export function parseEntry(line: string): Entry | undefined {
  let from = 0;
  let protocol: string | undefined;
  for (let n = 0; n <= MOST_BEFORE && protocol === undefined; n++) {
    from = nextWord(line, from);
    const to = endOfWord(line, from);
    const word = line.slice(from, to);
    if (word === 'tcp' || word === 'udp') protocol = word;
    from = to;
  }
  if (protocol !== 'tcp' && protocol !== 'udp') return undefined;
  const told: Told = { protocol, isAssured: false, isUnreplied: false };
  const ways: Way[] = [];
  from = endOfWord(line, nextWord(line, from)); // its number
  for (;;) {
    from = nextWord(line, from);
    if (from >= line.length) break;
    const to = endOfWord(line, from);
    take(line, from, to, told, ways);
    from = to;
  }
  const [there, back] = ways;
  const original = tupleOf(there);
  const reply = tupleOf(back);
  if (original === undefined || reply === undefined) return undefined;
  const entry: { -readonly [K in keyof Entry]: Entry[K] } = { ...told, original, reply };
  if (there?.bytes !== undefined) entry.bytesOut = Number(there.bytes);
  if (back?.bytes !== undefined) entry.bytesIn = Number(back.bytes);
  return entry;
}

const isBlank = (code: number): boolean => code === 0x20 || (code >= 0x09 && code <= 0x0d);

function nextWord(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at++;
  return at;
}

function endOfWord(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line.charCodeAt(at))) at++;
  return at;
}

/** A word of the line, by its first letter. */
function take(line: string, from: number, to: number, told: Told, ways: Way[]): void {
  const way = ways.at(-1);
  switch (line[from]) {
    case 's':
      if (line.startsWith('src=', from)) ways.push({ src: line.slice(from + 4, to) });
      else if (way && line.startsWith('sport=', from)) way.sport = line.slice(from + 6, to);
      return;
    case 'd':
      if (line.startsWith('delta-time=', from)) told.age = Number(line.slice(from + 11, to));
      else if (way && line.startsWith('dst=', from)) way.dst = line.slice(from + 4, to);
      else if (way && line.startsWith('dport=', from)) way.dport = line.slice(from + 6, to);
      return;
    case 'b':
      if (way && line.startsWith('bytes=', from)) way.bytes = line.slice(from + 6, to);
      return;
    case 'i':
      if (line.startsWith('id=', from)) told.id = line.slice(from + 3, to);
      return;
    case 'z':
      if (line.startsWith('zone=', from)) told.zone = Number(line.slice(from + 5, to));
      return;
    case '[':
      if (line.startsWith('[ASSURED]', from)) told.isAssured = true;
      else if (line.startsWith('[UNREPLIED]', from)) told.isUnreplied = true;
      return;
    default:
      if (way === undefined && isState(line, from, to)) told.state = line.slice(from, to);
  }
}

/** `ESTABLISHED`, `SYN_SENT2`. */
function isState(line: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = line.charCodeAt(i);
    const isCapital = code >= 0x41 && code <= 0x5a;
    if (!isCapital && (i === from || (code !== 0x5f && (code < 0x30 || code > 0x39)))) return false;
  }
  return to - from > 1;
}

function tupleOf(way: Way | undefined): Tuple | undefined {
  if (way === undefined) return undefined;
  const { src, dst, sport, dport } = way;
  if (dst === undefined || sport === undefined || dport === undefined) return undefined;
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
