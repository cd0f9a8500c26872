// The node agent as a process: probes at once, then the node.

import { hostname } from 'node:os';
import { join } from 'node:path';
import { live } from '@mosaic/kat';
import {
  type ClientCertificate,
  healthServer,
  kafkaConnection,
  keyAt,
  type Log,
  lifeOf,
  lifetime,
  mountedCertificate,
  nodeCompression,
  whenRenewed,
} from '@mosaic/runtime';
import { kafkaTransport, renewableTransport, type Transport } from '@mosaic/transport';
import { type NodeAgent, nodeAgent } from './agent/agent.ts';
import { healthOf, metricsOf } from './agent/metrics.ts';
import type { Host } from './ports.ts';
import type { NodeSettings } from './settings.ts';

/** The cluster agent renews it; a mounted Secret follows within a minute or two. */
const LOOK_AT_CERTIFICATE_MS = 30_000;

export interface RunningNodeAgent {
  readonly url: string;
  readonly agent: NodeAgent;
  stop(): Promise<void>;
}

export const hostAt = (root: string): Host => ({
  root,
  proc: join(root, 'proc'),
  log: join(root, 'var/log'),
  cgroup: join(root, 'sys/fs/cgroup'),
});

export async function startNodeAgent(settings: NodeSettings, log: Log, version: string): Promise<RunningNodeAgent> {
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  let agent: NodeAgent | undefined;
  const probes = {
    health: async () => healthOf(agent?.status()),
    metrics: () => (agent === undefined ? '' : metricsOf(agent.status())),
  };
  const { url } = await life.start(
    'http',
    () => healthServer({ ...probes, host: settings.HOST, port: settings.PORT }),
    (server) => server.close(),
  );
  const transport = await life.start(
    'transport',
    () => renewableTransport(openRoad(settings, log)),
    (opened) => opened.close(),
  );
  const shown = await mountedCertificate(settings);
  await life.start(
    'certificate',
    async () =>
      whenRenewed(shown, {
        ...{ read: () => mountedCertificate(settings), everyMs: LOOK_AT_CERTIFICATE_MS },
        async renewed(now) {
          await transport.renew(openRoad(settings, log));
          log.notice('certificate in use', { expires: expiryOf(now) });
        },
        onTrouble: (error) => log.warn('a new certificate is not in use', { error }),
      }),
    async (watching) => watching.stop(),
  );
  const context = settings.MOSAIC_CLUSTERS;
  const source =
    context === 'none'
      ? undefined
      : await life.start(
          'source',
          () => live(context === 'in-cluster' ? { inCluster: true } : { context }),
          (opened) => opened.close(),
        );
  const node = settings.MOSAIC_NODE_NAME ?? hostname();
  const dataDir = join(settings.MOSAIC_DATA, 'node-agent');
  const { MOSAIC_CERTIFIER: url_, MOSAIC_NODE_TOKEN: tokenFile, MOSAIC_AGENT_POD_UID: ownPodUid } = settings;
  const made = nodeAgent({
    cluster: settings.MOSAIC_CLUSTER_ID ?? 0, // checked when the settings were read
    ...{ node, host: hostAt(settings.HOST_ROOT), transport, dataDir, log, version },
    signer: await keyAt(settings.MOSAIC_AGENT_KEY ?? join(dataDir, 'key.pem')),
    spoolBytes: settings.MOSAIC_AGENT_SPOOL_MB * 1024 * 1024,
    compression: nodeCompression,
    conntrack: settings.MOSAIC_NODE_CONNTRACK,
    signals: {
      logs: settings.MOSAIC_NODE_LOGS,
      connections: settings.MOSAIC_NODE_CONNECTIONS,
      usage: settings.MOSAIC_NODE_USAGE,
    },
    ...(source && { source }),
    ...(url_ !== undefined && { certifier: { url: url_, tokenFile } }),
    ...(ownPodUid !== undefined && { ownPodUid }),
  });
  agent = made;
  await life.start(
    'agent',
    () => made.start(),
    () => made.stop(),
  );
  return { url, agent: made, stop: () => life.stop() };
}

/** With the certificate that is in the files now. */
const openRoad = (settings: NodeSettings, log: Log): Transport =>
  kafkaTransport({ ...kafkaConnection(settings), clientId: 'mosaic-agent-node', log });

const expiryOf = (certificate: ClientCertificate): string => new Date(lifeOf(certificate).until).toISOString();
