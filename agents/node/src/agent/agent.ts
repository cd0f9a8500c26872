// The node agent: pods known, then logs, connections and usage, each on its own; sealed, spooled, sent.

import { lookup, reverse } from 'node:dns/promises';
import { join } from 'node:path';
import type { LiveSource } from '@mosaic/kat';
import { type Clock, type Log, type SigningKey, systemClock } from '@mosaic/runtime';
import { hearCommands, type Subscription, type Transport } from '@mosaic/transport';
import type { Compression } from '@mosaic/wire';
import { type ConnectionCollector, type ConnectionOptions, connectionCollector } from '../connections/collector.ts';
import { type LogTailer, logTailer } from '../logs/log-tailer.ts';
import type { Host } from '../ports.ts';
import { type Usage, usage } from '../usage/usage.ts';
import { type Certificate, type CertificateOptions, certificate } from './certificate.ts';
import { type NodePods, nodePods } from './pods.ts';
import { type Sending, sending } from './sending.ts';

export interface NodeAgentOptions {
  /** Enrolled id. */
  readonly cluster: number;
  readonly node: string;
  readonly host: Host;
  readonly source?: Pick<LiveSource, 'list' | 'watch'>;
  readonly transport: Pick<Transport, 'publish' | 'subscribe' | 'ensureTopics'>;
  readonly signer: SigningKey;
  /** Undefined: the key itself is enrolled. */
  readonly certifier?: Pick<CertificateOptions, 'url' | 'tokenFile' | 'fetch'>;
  /** Its own folder: spool, positions. */
  readonly dataDir: string;
  readonly spoolBytes?: number;
  readonly compression: Compression;
  readonly signals?: { readonly logs?: boolean; readonly connections?: boolean; readonly usage?: boolean };
  readonly conntrack?: ConnectionOptions['conntrack'];
  readonly ownPodUid?: string;
  readonly log: Log;
  readonly version: string;
  readonly clock?: Clock;
}

export interface NodeAgentStatus {
  readonly node: string;
  readonly version: string;
  readonly state: 'starting' | 'waiting to be certified' | 'watching' | 'stopped';
  readonly pods: number;
  readonly trouble: readonly string[];
  readonly certifiedUntil: number | undefined;
  readonly logs: ReturnType<LogTailer['stats']> | undefined;
  readonly connections: ReturnType<ConnectionCollector['stats']> | undefined;
  readonly usage: ReturnType<Usage['stats']> | undefined;
  readonly sending: ReturnType<Sending['stats']> | undefined;
  /** A person follows logs until then: they are sent twice a second. */
  readonly hurriedUntil: number;
}

export interface NodeAgent {
  /** Resolves when all signals are looked at. Waits for the certificate. */
  start(): Promise<void>;
  stop(): Promise<void>;
  status(): NodeAgentStatus;
}

const SEAL_AFTER_MS = 5_000;
const HURRIED_MS = 500;

export function nodeAgent(options: NodeAgentOptions): NodeAgent {
  const { cluster, node, host, transport, signer, dataDir, version, clock = systemClock } = options;
  const log = options.log.with({ node });
  const signals = { logs: true, connections: true, usage: true, ...options.signals };
  let state: NodeAgentStatus['state'] = 'starting';
  let pods: NodePods | undefined;
  let out: Sending | undefined;
  let word: Certificate | undefined;
  let logs: LogTailer | undefined;
  let connections: ConnectionCollector | undefined;
  let uses: Usage | undefined;
  let commands: Subscription | undefined;
  let hurriedUntil = 0;
  let heldUntil = 0;

  const listen = async (): Promise<void> => {
    try {
      commands = await hearCommands({
        ...{ transport, cluster, as: `node-agent-${node}` },
        on({ kind, until }) {
          if (kind === 'tail') hurriedUntil = Math.max(hurriedUntil, until);
          else heldUntil = Math.max(heldUntil, until);
        },
      });
    } catch (error) {
      log.warn('commands are not heard; logs are sent every five seconds', { error });
    }
  };

  return {
    async start() {
      const { certifier, source, compression, spoolBytes, ownPodUid, conntrack } = options;
      if (certifier !== undefined) word = certificate({ ...certifier, publicKey: signer.publicKey, clock, log });
      pods = nodePods({ ...(source && { source }), node, host, clock, log });
      await pods.start();
      state = 'waiting to be certified';
      await word?.valid();
      out = await sending({
        ...{ cluster, node, dir: join(dataDir, 'spool'), signer, transport, compression, clock, log },
        ...(spoolBytes !== undefined && { spoolBytes }),
        heldUntil: () => heldUntil,
        version,
        ...(word && { certificate: word.valid }),
      });
      const shared = { host, pods, out, node, clock, log };
      if (signals.logs) {
        logs = logTailer({
          ...shared,
          positionsFile: join(dataDir, 'positions.json'),
          spooled: await out.spooledLogs(),
          sealAfterMs: () => (clock.now() < hurriedUntil ? HURRIED_MS : SEAL_AFTER_MS),
          ...(ownPodUid !== undefined && { ownPodUid }),
        });
        await logs.start();
      }
      await listen();
      if (signals.connections) {
        connections = connectionCollector({ ...shared, ...(conntrack && { conntrack }), reverseDns });
        await connections.start();
      }
      if (signals.usage) {
        const seen = connections;
        uses = usage({ ...shared, ...(seen && { tcpHealth: () => seen.health() }) });
        uses.start();
      }
      state = 'watching';
      log.notice('watching', { pods: pods.all().length, ...signals });
    },
    async stop() {
      if (state === 'stopped') return;
      state = 'stopped';
      await word?.stop(); // who waits for a word waits no longer
      await commands?.stop();
      await Promise.all([logs?.stop(), connections?.stop(), uses?.stop()]);
      await pods?.stop();
      await out?.stop('agent stopped');
    },
    status: () => ({
      ...{ node, version, state, hurriedUntil },
      pods: pods?.all().length ?? 0,
      trouble: [word?.trouble, pods?.trouble, ...(out?.stats().trouble ?? [])].filter((each) => each !== undefined),
      certifiedUntil: word?.until,
      logs: logs?.stats(),
      connections: connections?.stats(),
      usage: uses?.stats(),
      sending: out?.stats(),
    }),
  };
}

/** The first name of an address outside, when its owner gave it one that leads back to it. */
async function reverseDns(ip: string): Promise<string | undefined> {
  try {
    const [name] = await reverse(ip);
    if (name === undefined) return undefined;
    const back = await lookup(name, { all: true });
    return back.some(({ address }) => address === ip) ? name : undefined;
  } catch {
    return undefined;
  }
}
