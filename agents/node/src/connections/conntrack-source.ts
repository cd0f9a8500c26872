// Where conntrack's entries come from: the `conntrack` program's stream of events where that is allowed, else the kernel's file, else nowhere.

import { readFileSync, readlinkSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Log } from '@mosaic/runtime';
import { type Entry, type EntryEvent, parseEntry, parseEvent } from './conntrack.ts';
import type { EventProgram, Running } from './conntrack-program.ts';
import { codeOf, hostNamespace, isForbidden } from './namespaces.ts';

export type ConntrackWish = 'auto' | 'events' | 'file' | 'off';
export type ConntrackState = 'events' | 'file' | 'forbidden' | 'absent';

export interface ConntrackRead {
  /** The whole table, where it was read this time. */
  readonly entries?: readonly Entry[];
  readonly events: readonly EntryEvent[];
  /** Why events were lost since the last read. */
  readonly lost?: string;
}

export interface ConntrackSource {
  start(): Promise<void>;
  read(): Promise<ConntrackRead>;
  stop(): Promise<void>;
  state(): ConntrackState;
}

export interface ConntrackOptions {
  readonly proc: string;
  readonly wish: ConntrackWish;
  readonly clock: Clock;
  readonly log: Log;
  readonly program: EventProgram;
}

/** Reading may take one part in so many of the time. */
const SPARE_TIMES = 25;
/** Beside events the table is read for the bytes of what stays open. */
const BESIDE_EVENTS_MS = 10_000;
const LINES_AT_ONCE = 2_000;
const MOST_EVENTS = 200_000;
const MOST_RESTARTS = 3;

export function conntrackSource({ proc, wish, clock, log, program }: ConntrackOptions): ConntrackSource {
  const path = join(proc, '1/net/nf_conntrack');
  let state: ConntrackState = wish === 'off' ? 'absent' : 'file';
  let running: Running | undefined;
  let restarts = 0;
  let events: EntryEvent[] = [];
  let lost: string | undefined;
  let nextReadAt = 0;
  let listed: readonly Entry[] | undefined;

  const listen = async (): Promise<void> => {
    running = await program.follow({
      line(line) {
        const event = parseEvent(line);
        if (event === undefined) return;
        if (events.length < MOST_EVENTS) events.push(event);
        else lost = 'overflow: more conntrack events than are taken in between two looks';
      },
      ended(reason) {
        running = undefined;
        lost = `conntrack's events ended: ${reason}`;
        log.warn('conntrack events ended', { reason });
      },
    });
    if (running === undefined) return;
    state = 'events';
    listed = await program.list().then((text) => text?.split('\n').flatMap((line) => parseEntry(line) ?? []));
  };

  const readTable = async (): Promise<readonly Entry[] | undefined> => {
    const began = clock.now();
    try {
      const entries = await entriesIn(await readFile(path, 'utf8'));
      if (state !== 'events') state = 'file';
      return entries;
    } catch (error) {
      if (state !== 'events') state = isForbidden(error) ? 'forbidden' : 'absent';
      if (!isForbidden(error) && codeOf(error) !== 'ENOENT') log.debug('conntrack cannot be read', { error });
      return undefined;
    } finally {
      const tookMs = Math.max(0, clock.now() - began);
      nextReadAt = clock.now() + Math.max(tookMs * SPARE_TIMES, state === 'events' ? BESIDE_EVENTS_MS : 0);
    }
  };

  return {
    async start() {
      if (wish === 'events' || (wish === 'auto' && isInHostNamespace(proc))) await listen();
    },
    async read() {
      if (wish === 'off') return { events: [] };
      if (state === 'events' && running === undefined) {
        if (restarts++ < MOST_RESTARTS) await listen();
        else state = 'file';
      }
      const table = clock.now() >= nextReadAt ? await readTable() : undefined;
      const entries = table ?? listed;
      const read = { ...(entries && { entries }), events, ...(lost !== undefined && { lost }) };
      listed = undefined;
      events = [];
      lost = undefined;
      return read;
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    state: () => state,
  };
}

async function entriesIn(text: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  let lines = 0;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const line = text.slice(from, to);
    const entry = line.includes('src=127.') ? undefined : parseEntry(line);
    if (entry !== undefined) entries.push(entry);
    from = to + 1;
    if (++lines % LINES_AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return entries;
}

/** Events are those of the own namespace: elsewhere than in the host's they would be another table's. */
function isInHostNamespace(proc: string): boolean {
  try {
    const own = readlinkSync('/proc/self/ns/net');
    const isSameMachine = readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8') === bootId();
    return isSameMachine && own === `net:[${hostNamespace(proc)}]`;
  } catch {
    return false;
  }
}

const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8');
