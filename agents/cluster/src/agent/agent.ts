// The cluster agent: leads where it must, watches, records, spools, publishes; epoch after epoch until it is stopped.

import { join } from 'node:path';
import type { LiveSource } from '@mosaic/kat';
import {
  type Clock,
  type Log,
  spool as openSpool,
  type Publisher,
  publisher,
  type Spool,
  systemClock,
} from '@mosaic/runtime';
import { hearCommands, type Subscription, type Transport } from '@mosaic/transport';
import type { Compression, Signer } from '@mosaic/wire';
import { isFirstTime, nextEpoch } from './epochs.ts';
import { lastKnown } from './last-known.ts';
import { type Leadership, lead } from './leader.ts';
import { metricsOf } from './metrics.ts';
import { type Session, session } from './session.ts';

export interface ClusterAgentOptions {
  readonly source: LiveSource;
  /** As enrolled. */
  readonly cluster: { readonly id: number; readonly name: string };
  /** Commands are heard where it can be listened to. */
  readonly transport: Pick<Transport, 'publish'> & Partial<Pick<Transport, 'subscribe' | 'ensureTopics'>>;
  readonly signer?: Signer;
  /** Stays in the cluster: secrets are told apart by hashes under it. */
  readonly redactKey: Uint8Array | string;
  /** Its own folder: epoch, spool. */
  readonly dataDir: string;
  readonly compression: Compression;
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
  /** Only where several agents watch one cluster. */
  readonly leaderElection?: { readonly namespace: string; readonly identity: string };
  /** At the first boot for this cluster, tell what objects prove of the time before. */
  readonly reconstruct?: boolean;
  /** Default 512 MiB. */
  readonly spoolBytes?: number;
}

export interface AgentStatus {
  readonly cluster: string;
  readonly version: string;
  readonly state: 'starting' | 'waiting to lead' | 'listing' | 'watching' | 'stopped';
  readonly epoch?: number;
  readonly objects: number;
  readonly kinds: readonly { readonly kind: string; readonly state: string; readonly reason?: string }[];
  readonly spool: { readonly bytes: number; readonly chunks: number; readonly dropped: number };
  /** Why nothing goes out, or nothing can be kept. */
  readonly trouble: readonly string[];
}

export interface ClusterAgent {
  start(): Promise<void>;
  /** Says goodbye, sends what it can within some seconds; the rest waits in the spool. Idempotent. */
  stop(): Promise<void>;
  status(): AgentStatus;
  /** Resolves when the first complete look at the cluster is spooled; rejects when stopped before. */
  ready(): Promise<void>;
  /** Prometheus text. */
  metrics(): string;
}

const GOODBYE_MS = 5_000;

export function clusterAgent(options: ClusterAgentOptions): ClusterAgent {
  const { clock = systemClock, dataDir, cluster } = options;
  const log = options.log.with({ cluster: cluster.name });
  const stopping = new AbortController();
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {}); // whoever asks for it is told
  let spool: Spool | undefined;
  let sending: Publisher | undefined;
  let current: Session | undefined;
  let state: AgentStatus['state'] = 'starting';
  let heldUntil = 0;
  let commands: Promise<Subscription | undefined> | undefined;
  let diskTrouble: string | undefined;
  let running: Promise<void> = Promise.resolve();

  const open = async (): Promise<Session> => {
    if (spool === undefined) throw new Error('the agent is not started');
    const epoch = await nextEpoch(dataDir, clock.now());
    const reconstruct = options.reconstruct === true && (await isFirstTime(dataDir, `reconstructed-${cluster.id}`));
    state = 'listing';
    current = session({
      source: options.source,
      cluster: cluster.id,
      epoch,
      compression: options.compression,
      signer: options.signer,
      redactKey: options.redactKey,
      spool,
      onSpooled: () => sending?.wake(),
      clock,
      log,
      dataDir,
      version: options.version,
      before: await lastKnown(dataDir, options.compression, log),
      reconstruct,
    });
    return current;
  };

  /** One epoch; answers when it is over. */
  const live = async (leadership: Leadership | undefined): Promise<void> => {
    const epoch = await open();
    void epoch.ready.then(() => {
      if (stopping.signal.aborted || epoch.over.aborted) return;
      state = 'watching';
      ready.resolve();
    });
    await aborted(stopping.signal, epoch.over, ...(leadership ? [leadership.lost] : []));
    await epoch.close(
      stopping.signal.aborted ? 'agent stopped' : leadership?.lost.aborted ? 'leadership lost' : 'cluster restored',
    );
  };

  const listen = async (): Promise<Subscription | undefined> => {
    const { subscribe, ensureTopics } = options.transport;
    if (subscribe === undefined || ensureTopics === undefined) return undefined;
    const transport = {
      subscribe: subscribe.bind(options.transport),
      ensureTopics: ensureTopics.bind(options.transport),
    };
    try {
      return await hearCommands({
        ...{ transport, cluster: cluster.id, as: 'cluster-agent' },
        on({ kind, until }) {
          if (kind === 'hold') heldUntil = Math.max(heldUntil, until);
        },
      });
    } catch (error) {
      log.warn('commands are not heard', { error });
      return undefined;
    }
  };

  const run = async (): Promise<void> => {
    const { leaderElection, source } = options;
    while (!stopping.signal.aborted) {
      if (leaderElection === undefined) {
        await live(undefined);
        continue;
      }
      state = 'waiting to lead';
      const leadership = await lead({ ...leaderElection, source, clock, log }, stopping.signal);
      if (leadership === undefined) return;
      await live(leadership);
      await leadership.resign();
    }
  };

  return {
    async start() {
      spool = await openSpool({
        dir: join(dataDir, 'spool'),
        ...(options.spoolBytes !== undefined && { mostBytes: options.spoolBytes }),
        onDropped: (dropped) => current?.dropped(dropped),
        onDisk(trouble) {
          diskTrouble = trouble;
          if (trouble === undefined) log.notice('spool: the disk takes chunks again');
          else log.error('spool: the disk refuses; chunks are held in memory', { reason: trouble });
        },
      });
      const publish = options.transport.publish.bind(options.transport);
      sending = publisher({ spool, cluster: cluster.id, publish, heldUntil: () => heldUntil, clock, log });
      commands = listen();
      running = run().catch((error: unknown) => {
        log.error('the agent ended', { error });
        ready.reject(error);
      });
    },
    async stop() {
      if (stopping.signal.aborted) return running;
      stopping.abort();
      await running;
      await (await commands)?.stop();
      await sending?.drained(GOODBYE_MS);
      await sending?.stop();
      state = 'stopped';
      ready.reject(new Error('the agent was stopped before it was ready'));
    },
    ready: () => ready.promise,
    status: () => ({
      cluster: cluster.name,
      version: options.version,
      state,
      ...(current && { epoch: current.epoch }),
      objects: current?.stats().objects ?? 0,
      kinds: current?.kinds() ?? [],
      spool: { bytes: spool?.bytes ?? 0, chunks: spool?.chunks ?? 0, dropped: spool?.dropped ?? 0 },
      trouble: [sending?.trouble, diskTrouble].filter((trouble) => trouble !== undefined),
    }),
    metrics: () => metricsOf(cluster.name, current, spool),
  };
}

/** Resolves when any of them aborts. */
function aborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    }
  });
}
