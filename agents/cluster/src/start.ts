// The agent as a process: probes at once, then the cluster, as soon as it answers.

import { hostname } from 'node:os';
import { join } from 'node:path';
import { live } from '@mosaic/kat';
import {
  type Asked,
  type ClientCertificate,
  healthServer,
  kafkaConnection,
  type Log,
  lifetime,
  nodeCompression,
  systemClock,
} from '@mosaic/runtime';
import { kafkaTransport, renewableTransport, type Transport } from '@mosaic/transport';
import { type ClusterAgent, clusterAgent } from './agent/agent.ts';
import { answerCertify, type Certify, nodeCertifier } from './agent/certifier.ts';
import { healthOfAgent } from './agent/health.ts';
import { redactKeyAt } from './agent/redact-key.ts';
import { identity } from './enrolment/identity.ts';
import { renewedCertificate } from './enrolment/renew.ts';
import { type Renewal, renewal } from './enrolment/renewal.ts';
import type { AgentSettings } from './settings.ts';

export interface RunningAgent {
  readonly url: string;
  readonly agent: ClusterAgent;
  stop(): Promise<void>;
}

export async function startAgent(settings: AgentSettings, log: Log, version: string): Promise<RunningAgent> {
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  let agent: ClusterAgent | undefined;
  let certify: Certify | undefined;
  let renewing: Renewal | undefined;
  let road: Transport | undefined;
  const probes = {
    health: async () => healthOfAgent(agent?.status()),
    metrics: () => `${agent?.metrics() ?? ''}${renewing?.metrics(agent?.status().cluster ?? '') ?? ''}`,
    more: (asked: Asked) => answerCertify(certify, asked),
  };
  const { url } = await life.start(
    'http',
    () => healthServer({ ...probes, host: settings.HOST, port: settings.PORT }),
    (server) => server.close(),
  );
  const context = settings.MOSAIC_CLUSTERS;
  const source = await life.start(
    'source',
    () => live(context === 'in-cluster' ? { inCluster: true } : context === undefined ? {} : { context }),
    (opened) => opened.close(),
  );
  const name = settings.MOSAIC_CLUSTER_NAME ?? (await source.context()).name;
  const dataDir = join(settings.MOSAIC_DATA, name.replaceAll(/[^\w.@-]+/g, '_'));
  const lease = settings.MOSAIC_AGENT_LEASE;
  const { cluster, signer, brokers, certificate } = await identity(settings, { name, dataDir, source, log });
  const server = { server: settings.MOSAIC_SERVER, caFile: settings.MOSAIC_SERVER_CA };
  renewing = renewal({
    ...{ place: certificate, clock: systemClock, log },
    isCutOff: async () => (agent?.status().trouble.length ?? 0) > 0 && !(await road?.health())?.ok,
    ...(server.server !== undefined && {
      renew: () => renewedCertificate({ ...server, cluster: cluster.id, signer, now: Date.now }),
    }),
  });
  const shown = await renewing.first();
  const open = (certificate: ClientCertificate | undefined): Transport =>
    kafkaTransport({ ...roadOf({ ...settings, KAFKA_BROKERS: brokers }, certificate), log });
  const transport = await life.start(
    'transport',
    () => renewableTransport(open(shown)),
    (opened) => opened.close(),
  );
  road = transport;
  await life.start(
    'renewal',
    async () => renewing?.start((renewed) => transport.renew(open(renewed))),
    async () => renewing?.stop(),
  );
  certify = nodeCertifier({
    ...{ source, cluster: cluster.id, signer, account: settings.MOSAIC_NODE_ACCOUNT },
    ...{ clock: systemClock, log },
  });
  const made = clusterAgent({
    source,
    cluster,
    transport,
    signer,
    redactKey: await redactKeyAt(join(dataDir, 'redact.key')),
    dataDir,
    compression: nodeCompression,
    log,
    version,
    reconstruct: settings.MOSAIC_AGENT_PAST,
    spoolBytes: settings.MOSAIC_AGENT_SPOOL_MB * 1024 * 1024,
    ...(lease !== undefined && {
      leaderElection: { namespace: lease, identity: settings.MOSAIC_AGENT_IDENTITY ?? `${hostname()}-${process.pid}` },
    }),
  });
  agent = made;
  await life.start(
    'agent',
    () => made.start(),
    () => made.stop(),
  );
  return { url, agent: made, stop: () => life.stop() };
}

/** With the certificate as it is now; without one as the settings have it. */
function roadOf(settings: AgentSettings, now: ClientCertificate | undefined) {
  const clientId = 'mosaic-agent-cluster';
  if (now === undefined) return { ...kafkaConnection(settings), clientId };
  const ssl = { ca: [now.trusted], cert: now.certificate, key: now.key };
  const others = { ...settings, KAFKA_CA: undefined, KAFKA_CERT: undefined, KAFKA_KEY: undefined };
  return { ...kafkaConnection(others), clientId, ssl };
}
