// `GET /topology/stream`: steps of the live graph to every open page. One channel per question, shared by all who ask it.

import { randomBytes } from 'node:crypto';
import type { Graph } from '@mosaic/topology';
import type { Request, Response } from 'express';
import type { Asking } from '../asking/asking.ts';
import { boundedMap } from '../asking/bounded-map.ts';
import { rfc3339 } from '../asking/instants.ts';
import { Refused } from '../asking/problem.ts';
import { type RawQuery, type Read, readQuery } from '../asking/query.ts';
import { type Channel, channel, type Step } from './channel.ts';
import { type SseClient, sseClient } from './sse-client.ts';
import { streamShape } from './topology.ts';

const TICK_MS = 500;
/** Now and then even when nothing was heard: the stored state may know more than the tail. */
const ROUND_TICKS = 20;
const BEAT_MS = 15_000;
/** A channel nobody listens to is kept this long: pages reload and lines break. */
const IDLE_MS = 60_000;
/** A page reads the map and then opens the stream: steps made in between are told again. */
const REPLAY_MS = 15_000;
const MOST_CLIENTS = 200;
const MOST_CHANNELS = 50;

export type Wish = Read<typeof streamShape>;

interface Open {
  readonly wish: Wish;
  readonly channel: Channel;
  readonly clients: Set<SseClient>;
  isDirty: boolean;
  isMoving: boolean;
  idleSince: number;
}

export interface TopologyStream {
  /** A page has just read this: a channel opened soon begins there, so that nothing falls between reading and listening. */
  served(wish: Wish, graph: Graph): void;
  open(query: RawQuery, request: Request, response: Response): Promise<void>;
  clients(): number;
  stop(): void;
}

export function topologyStream(asking: Asking): TopologyStream {
  const { live, progress, now, log } = asking;
  /** Numbers begin anew with every start: an id of an earlier one cannot be taken up. */
  const boot = randomBytes(4).toString('hex');
  const channels = new Map<string, Open>();
  const clients = new Set<SseClient>();
  const read = boundedMap<{ readonly graph: Graph; readonly at: number }>(MOST_CHANNELS);
  let isStopped = false;
  let told = 1;
  let ticks = 0;

  const stopListening = live.onChange(() => {
    for (const open of channels.values()) open.isDirty = true;
  });
  const tick = setInterval(() => {
    tellProgress();
    const isRound = ++ticks % ROUND_TICKS === 0;
    for (const [key, open] of channels) {
      if (open.clients.size === 0 && now() - open.idleSince > IDLE_MS) channels.delete(key);
      else if ((open.isDirty || isRound) && !open.isMoving) void move(open);
    }
  }, TICK_MS);
  const beat = setInterval(() => {
    for (const client of clients) client.beat();
  }, BEAT_MS);
  tick.unref();
  beat.unref();

  async function move(open: Open): Promise<void> {
    open.isDirty = false;
    open.isMoving = true;
    try {
      const at = now();
      const step = open.channel.move(await graphOf(open.wish), at);
      if (step) for (const client of open.clients) client.send(messageOf(step));
    } catch (error) {
      open.isDirty = true;
      log.warn('live graph not moved', { error });
    } finally {
      open.isMoving = false;
    }
  }

  const messageOf = ({ n, delta }: Step) => ({ event: 'topology', id: `${boot}-${n}`, data: delta });

  async function graphOf({ cluster, ...wish }: Wish) {
    const asked = await asking.clusters.among(cluster);
    return asking.graphs(await asking.moments.drawn(asked, now()), wish);
  }

  function tellProgress(): void {
    const share = progress?.overall() ?? 1;
    if (share === told) return;
    told = share;
    for (const client of clients) client.send({ event: 'progress', data: { at: rfc3339(now()), progress: share } });
  }

  async function channelOf(key: string, wish: Wish): Promise<Open> {
    const known = channels.get(key);
    if (known) return known;
    if (channels.size >= MOST_CHANNELS)
      throw new Refused(429, `${MOST_CHANNELS} different maps are streamed already`, {
        headers: { 'Retry-After': '30' },
      });
    const served = read.get(key);
    const graph = served !== undefined && now() - served.at < REPLAY_MS ? served.graph : await graphOf(wish);
    const again = channels.get(key); // another page may have opened it meanwhile
    if (again) return again;
    const open = {
      wish,
      channel: channel(graph),
      clients: new Set<SseClient>(),
      isDirty: true,
      isMoving: false,
      idleSince: now(),
    };
    channels.set(key, open);
    return open;
  }

  function greet(open: Open, client: SseClient, lastId: string | undefined): void {
    if (lastId === undefined) {
      for (const step of open.channel.since(now() - REPLAY_MS)) client.send(messageOf(step));
      return;
    }
    const [itsBoot, n] = lastId.split('-');
    const missed = itsBoot === boot ? open.channel.after(Number(n)) : undefined;
    if (missed === undefined) client.send({ event: 'resync', id: `${boot}-${open.channel.last}` });
    else for (const step of missed) client.send(messageOf(step));
  }

  return {
    clients: () => clients.size,
    served: (wish, graph) => read.set(JSON.stringify(wish), { graph, at: now() }),
    async open(query, request, response) {
      const wish = readQuery(streamShape, query, now());
      if (clients.size >= MOST_CLIENTS || isStopped)
        throw new Refused(429, `${MOST_CLIENTS} pages are listening already`, { headers: { 'Retry-After': '30' } });
      const open = await channelOf(JSON.stringify(wish), wish);
      response.writeHead(200, {
        'Content-Type': 'text/event-stream; charset=utf-8',
        'Cache-Control': 'no-store',
        'X-Accel-Buffering': 'no',
      });
      const client = sseClient(response);
      response.write(`retry: 2000\nid: ${boot}-${open.channel.last}\n\n`);
      clients.add(client);
      open.clients.add(client);
      client.onClose(() => {
        clients.delete(client);
        open.clients.delete(client);
        open.idleSince = now();
      });
      greet(open, client, request.get('Last-Event-ID') ?? undefined);
    },
    stop() {
      isStopped = true;
      clearInterval(tick);
      clearInterval(beat);
      stopListening();
      for (const client of clients) client.end();
      channels.clear();
    },
  };
}
