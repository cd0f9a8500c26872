// A cluster whose pods run for real and reach their API server: a node of this machine, names, the product's image, a Kafka with mutual TLS beside it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ClusterNode,
  type ControlPlane,
  freePorts,
  type Kafka,
  startControlPlane,
  startKafka,
  startNode,
} from '@mosaic/dev';
import { type KafkaOptions, kafkaAcls, rulesOfAgents, rulesOfServer, SERVERS } from '@mosaic/transport';
import { type Kubectl, kubectlOn } from '../../journey/kubectl.ts';
import { certificatesIn } from '../secure/installation.ts';
import { renderedServers } from '../secure/rendered.ts';
import { type Mosaic, mosaicWith } from './command.ts';
import { loadProduct } from './image.ts';
import { clusterNames } from './names.ts';

/** Of the node, as pods and this machine call it. */
export const ADDRESS = '10.98.0.1';
export const IMAGE = { name: 'mosaic.dev/mosaic', tag: '0.1.0' };

export interface PodCluster {
  readonly cluster: ControlPlane;
  readonly mosaic: Mosaic;
  /** As the admin. */
  readonly kubectl: Kubectl;
  readonly kafka: Kafka;
  /** `host:port`, as pods call the broker. */
  readonly broker: string;
  kafkaAs(secret: string): KafkaOptions;
  /** What ServiceAccounts of these namespaces asked, and what they were told. */
  audit(): readonly Audited[];
  stop(): Promise<void>;
}

export interface Audited {
  readonly user: { readonly username: string };
  readonly verb: string;
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code: number };
}

const POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: None
    userGroups: [system:nodes, system:masters]
  - level: Metadata
    userGroups: ["system:serviceaccounts:mosaic-agent", "system:serviceaccounts:mosaic-node", "system:serviceaccounts:mosaic", "system:serviceaccounts:mosaic-two"]
  - level: None
`;

export async function podCluster(told: (line: string) => void): Promise<PodCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-pods-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async (): Promise<void> => {
    for (const close of closing.splice(0).toReversed()) await close();
  };
  try {
    const log = join(folder, 'audit.log');
    const policy = join(folder, 'policy.yaml');
    writeFileSync(policy, POLICY);
    const apiServerArgs = [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`];
    const cluster = await startControlPlane({ own: true, name: 'pods', told, apiServerArgs });
    closing.push(() => cluster.stop());
    const node: ClusterNode = await startNode({ cluster, told, dns: ADDRESS });
    closing.push(() => node.stop());
    closing.push(await clusterNames(cluster, ADDRESS));
    await openApiServer(cluster, closing);
    await loadProduct(`${IMAGE.name}:${IMAGE.tag}`);
    const mosaic = mosaicWith({ KUBECONFIG: cluster.kubeconfigPath });
    const made = await mosaic('init', '--context', 'pods', '--kafka-host', ADDRESS, '127.0.0.1');
    if (made.code !== 0) throw new Error(made.said);
    const secrets = await secretsIn(cluster, folder);
    const kafkaAs = (secret: string): KafkaOptions => ({
      brokers: kafka.brokers,
      clientId: secret,
      ssl: certificatesIn(join(secrets, secret)),
    });
    const kafka = await secureKafka(secrets, closing, told);
    await setRules(kafkaAs('mosaic-kafka-tls'));
    const audit = (): readonly Audited[] =>
      readFileSync(log, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Audited); // as the API server writes it
    const kubectl = kubectlOn(cluster.kubeconfigPath, 'pods');
    return { cluster, mosaic, kubectl, kafka, broker: `${ADDRESS}:${kafka.port}`, kafkaAs, audit, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The API server listens on loopback; pods come to it by its Service, through the node's address. */
async function openApiServer(cluster: ControlPlane, closing: (() => unknown)[]): Promise<void> {
  const port = Number(new URL(cluster.url).port);
  closing.push(await forwarded(port));
  const slice = {
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: { name: 'kubernetes', labels: { 'kubernetes.io/service-name': 'kubernetes' } },
    ports: [{ name: 'https', port, protocol: 'TCP' }],
    endpoints: [{ addresses: [ADDRESS], conditions: { ready: true } }],
  };
  const { status, body } = await cluster.ask(
    'POST',
    '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices',
    slice,
  );
  if (status !== 201) throw new Error(`the API server's Service has no endpoints: ${body}`);
}

/** From the node's address to loopback, at the same port. */
async function forwarded(port: number): Promise<() => void> {
  const server = createServer((from) => {
    const to = connect(port, '127.0.0.1');
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      one.pipe(other);
      one.once('error', () => other.destroy());
      one.once('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, ADDRESS, () => resolve());
  });
  return () => server.close();
}

/** The Secrets that init made, as a folder each. */
async function secretsIn(cluster: ControlPlane, folder: string): Promise<string> {
  const { body } = await cluster.ask('GET', '/api/v1/namespaces/mosaic/secrets');
  const { items } = JSON.parse(body) as {
    items: readonly { metadata: { name: string }; data?: Record<string, string> }[];
  }; // as the API server answers
  for (const { metadata, data = {} } of items) {
    const to = join(folder, 'secrets', metadata.name);
    mkdirSync(to, { recursive: true });
    for (const [name, value] of Object.entries(data))
      writeFileSync(join(to, name), Buffer.from(value, 'base64'), { mode: 0o600 });
  }
  return join(folder, 'secrets');
}

/** On loopback, and known to the world by the node's address. */
async function secureKafka(secrets: string, closing: (() => unknown)[], told: (line: string) => void): Promise<Kafka> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const rendered = await renderedServers([1]);
  const advertised = `CLIENTS://${ADDRESS}:${port},CONTROLLER://127.0.0.1:${controllerPort}`;
  closing.push(await forwarded(port));
  const tls = { ...rendered.kafkaSettings(secrets), 'advertised.listeners': advertised };
  const folder = join(secrets, '..', 'kafka');
  const kafka = await startKafka({ own: true, told, port, controllerPort, tls, folder }).catch((error: unknown) => {
    const lines = readFileSync(join(folder, 'kafka.log'), 'utf8').split('\n');
    const first = lines.findIndex((line) => / (ERROR|FATAL) /.test(line));
    throw new Error(lines.slice(first, first + 15).join('\n'), { cause: error });
  });
  closing.push(() => kafka.stop());
  return kafka;
}

async function setRules(as: KafkaOptions): Promise<void> {
  const acls = kafkaAcls(as);
  await acls.createAcls([...SERVERS.flatMap((server) => rulesOfServer(server)), ...rulesOfAgents(1)]);
  await acls.close();
}
