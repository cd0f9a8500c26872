// A cluster whose pods run for real, with what agents need of servers: the Secrets, and a Kafka with mutual TLS beside it.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ControlPlane, freePorts, type Kafka, startKafka } from '@mosaic/dev';
import { type KafkaOptions, kafkaAcls, rulesOfAgents, rulesOfServer, SERVERS } from '@mosaic/transport';
import { certificatesIn } from '../secure/installation.ts';
import { renderedServers } from '../secure/rendered.ts';
import { ADDRESS, type Closing, forwarded, type NodeCluster, nodeCluster, undo } from './node-cluster.ts';

export interface PodCluster extends NodeCluster {
  readonly kafka: Kafka;
  /** `host:port`, as pods call the broker. */
  readonly broker: string;
  kafkaAs(secret: string): KafkaOptions;
  stop(): Promise<void>;
}

export async function podCluster(told: (line: string) => void): Promise<PodCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-pods-'));
  const closing: Closing = [() => rmSync(folder, { recursive: true, force: true })];
  try {
    const pods = await nodeCluster('pods', folder, closing, told);
    const made = await pods.mosaic('init', '--context', 'pods', '--kafka-host', ADDRESS, '127.0.0.1');
    if (made.code !== 0) throw new Error(made.said);
    const secrets = await secretsIn(pods.cluster, folder);
    const kafkaAs = (secret: string): KafkaOptions => ({
      brokers: kafka.brokers,
      clientId: secret,
      ssl: certificatesIn(join(secrets, secret)),
    });
    const kafka = await secureKafka(secrets, closing, told);
    await setRules(kafkaAs('mosaic-kafka-tls'));
    return { ...pods, kafka, broker: `${ADDRESS}:${kafka.port}`, kafkaAs, stop: () => undo(closing) };
  } catch (error) {
    await undo(closing);
    throw error;
  }
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
async function secureKafka(secrets: string, closing: Closing, told: (line: string) => void): Promise<Kafka> {
  const [port = 0, controllerPort = 0] = await freePorts(2);
  const rendered = await renderedServers([1]);
  const advertised = `CLIENTS://${ADDRESS}:${port},CONTROLLER://127.0.0.1:${controllerPort}`;
  closing.push(await forwarded(port));
  const tls = { ...rendered.kafkaSettings(secrets), 'advertised.listeners': advertised };
  const folder = join(secrets, '..', 'kafka');
  const kafka = await startKafka({ own: true, brief: true, told, port, controllerPort, tls, folder }).catch(
    (error: unknown) => {
      const lines = readFileSync(join(folder, 'kafka.log'), 'utf8').split('\n');
      const first = lines.findIndex((line) => / (ERROR|FATAL) /.test(line));
      throw new Error(lines.slice(first, first + 15).join('\n'), { cause: error });
    },
  );
  closing.push(() => kafka.stop());
  return kafka;
}

async function setRules(as: KafkaOptions): Promise<void> {
  const acls = kafkaAcls(as);
  await acls.createAcls([...SERVERS.flatMap((server) => rulesOfServer(server)), ...rulesOfAgents(1)]);
  await acls.close();
}
