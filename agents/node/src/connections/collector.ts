// The connections of one node: looks every few seconds, a window every ten, sent as chunks, with what was covered.

import type { Clock, Log } from '@mosaic/runtime';
import { chunkWriter } from '@mosaic/runtime';
import { CONNECTION_WINDOW_MS, type Connection, writeConnections } from '@mosaic/wire';
import type { Host, Outgoing, Pods } from '../ports.ts';
import { conntrackProgram, type EventProgram } from './conntrack-program.ts';
import { type ConntrackState, type ConntrackWish, conntrackSource } from './conntrack-source.ts';
import { detectDatapath } from './datapath.ts';
import { flows } from './flows.ts';
import type { TcpHealth } from './health.ts';
import { looker } from './look.ts';
import { names } from './names.ts';
import { namespaceLister } from './namespaces.ts';
import { owners } from './owners.ts';
import { places } from './places.ts';
import { type PodHealth, podHealth } from './pod-health.ts';
import { closeWindow } from './windows.ts';

export interface ConnectionOptions {
  readonly host: Host;
  readonly pods: Pods;
  readonly out: Outgoing;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Links of /proc/<pid>/fd read before others get their turn. */
  readonly fdsPerTick?: number;
  readonly conntrack?: ConntrackWish;
  readonly reverseDns?: (ip: string) => Promise<string | undefined>;
  readonly program?: EventProgram;
}

export interface ConnectionStats {
  /** What the last look took. */
  readonly passMs: number;
  /** Links it read. */
  readonly fds: number;
  readonly sockets: number;
  readonly namespaces: number;
  readonly conntrack: ConntrackState;
  /** A look takes longer than a window, or needs several rounds. */
  readonly isBehind: boolean;
  /** Told so far. */
  readonly windows: number;
}

export interface ConnectionCollector {
  /** Looks on until `stop`. Resolves after the first look. */
  start(): Promise<void>;
  /** One look; closes the window when it is over. Never rejects. */
  pass(): Promise<void>;
  /** Tells what there is and ends. */
  stop(): Promise<void>;
  stats(): ConnectionStats;
  /** TCP health by pod since the last time it was asked. */
  health(): Promise<readonly PodHealth[]>;
}

export type { PodHealth, TcpHealth };

const LOOK_EVERY_MS = 2_500;
/** A look may take one part in so many of the time: on big machines looks are rarer, down to one a window. */
const SPARE_TIMES = 25;
const FDS_PER_TICK = 2_000;
const FDS_PER_WALK = 20_000;
const SEND_AFTER_MS = 5_000;
/** About what a record takes before compression. */
const RECORD_BYTES = 220;

export function connectionCollector(options: ConnectionOptions): ConnectionCollector {
  const { host, pods, out, node, clock, log, fdsPerTick = FDS_PER_TICK, conntrack: wish = 'auto' } = options;
  const beganAt = clock.now();
  const lister = namespaceLister(host.proc);
  const conntrack = conntrackSource({
    proc: host.proc,
    wish,
    clock,
    log,
    program: options.program ?? conntrackProgram,
  });
  const known = flows(beganAt);
  const named = names({ clock, reverseDns: options.reverseDns });
  const owned = owners({ proc: host.proc, clock, fdsPerTick, fdsPerWalk: FDS_PER_WALK });
  const look = looker({ host, pods, clock, lister, owners: owned, conntrack, places: places(pods), flows: known });
  const health = podHealth(host.proc, pods);
  const stopping = new AbortController();
  let number = 0;
  let lookedAt = beganAt;
  let windowFrom = floored(beganAt);
  let coveredFrom = beganAt;
  let stats = { passMs: 0, fds: 0, sockets: 0, namespaces: 0, isBehind: false, windows: 0 };
  let gaps = new Set<string>();
  let refused = 0;
  let running: Promise<void> | undefined;
  let turn = Promise.resolve();

  /** Nothing is covered before the first look. */
  const beginAt = (at: number): void => {
    coveredFrom = at;
    windowFrom = floored(at);
  };

  const lookOnce = async (): Promise<void> => {
    const began = performance.now();
    if (number === 0) beginAt(clock.now());
    const { sockets, namespaces, walk, gaps: found } = await look(number, lookedAt);
    for (const reason of found) gaps.add(reason);
    number++;
    lookedAt = clock.now();
    const passMs = performance.now() - began;
    const isBehind = !walk.isWhole || passMs > CONNECTION_WINDOW_MS;
    if (isBehind && !stats.isBehind) log.notice('connections are behind', { passMs, fds: walk.fds });
    stats = { ...stats, passMs, fds: walk.fds, sockets, namespaces: namespaces.length, isBehind };
  };

  const send = async (records: readonly Connection[]): Promise<void> => {
    const sent: Promise<void>[] = [];
    const writer = chunkWriter<Connection>({
      ageMs: SEND_AFTER_MS,
      seal(sealed, t0, t1) {
        const parts = { signal: 'connections', t0, t1, count: sealed.length } as const;
        sent.push(out.send(parts, { body: writeConnections(sealed) }));
      },
    });
    for (const record of records) writer.add(record, record.at, RECORD_BYTES);
    writer.seal();
    await Promise.all(sent);
  };

  const close = async (to: number): Promise<void> => {
    const isTraceless = (await detectDatapath(host.proc)) !== 'plain';
    const window = { from: windowFrom, to, node, isTraceless, nameOf: named.of };
    const records = closeWindow(known.all(), window);
    const reasons = [...gaps].sort();
    if (known.refused() > refused) reasons.push('overflow: more connections than are kept at once');
    gaps = new Set();
    refused = known.refused();
    windowFrom = to;
    await send(records);
    const isSeen = reasons.length === 0;
    const reason = isSeen ? {} : { reason: reasons.join('; ') };
    out.cover({ signal: 'connections', from: coveredFrom, to, state: isSeen ? 'watching' : 'gap', ...reason });
    coveredFrom = to;
    stats = { ...stats, windows: stats.windows + 1 };
  };

  const passOnce = async (): Promise<void> => {
    try {
      await lookOnce();
    } catch (error) {
      gaps.add(`a look failed: ${error instanceof Error ? error.message : String(error)}`);
      log.warn('connections could not be looked at', { error });
    }
    const over = floored(clock.now());
    if (over > windowFrom) await close(over);
  };

  /** One after the other, whoever asks. */
  const pass = (): Promise<void> => {
    turn = turn.then(passOnce);
    return turn;
  };

  const lookOn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const restMs = Math.min(Math.max(LOOK_EVERY_MS, stats.passMs * SPARE_TIMES), CONNECTION_WINDOW_MS);
      const now = clock.now();
      await clock.sleep(Math.max(1, Math.min(restMs, floored(now) + CONNECTION_WINDOW_MS - now)), stopping.signal);
      if (!stopping.signal.aborted) await pass();
    }
  };

  return {
    async start() {
      await conntrack.start();
      await pass();
      running = lookOn();
    },
    pass,
    async stop() {
      stopping.abort();
      await running;
      await conntrack.stop();
      const now = clock.now();
      if (now > windowFrom && number > 0) await close(now);
    },
    stats: () => ({ ...stats, conntrack: conntrack.state() }),
    health: () => health(lister.look(clock.now()).namespaces),
  };
}

const floored = (at: number): number => at - (at % CONNECTION_WINDOW_MS);
