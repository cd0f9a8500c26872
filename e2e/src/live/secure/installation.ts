// An installation as `mosaic init --dir` makes it: real Kafka and Cassandra with its very files and the manifests' own settings.

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Cassandra, freePorts, type Kafka, repositoryRoot, startCassandra, startKafka } from '@mosaic/dev';
import { cassandraConnection, cassandraSettings, nodeCompression, readSettings } from '@mosaic/runtime';
import { cassandraStore, type Store } from '@mosaic/store';
import { type KafkaOptions, kafkaAcls, rulesOfAgents, rulesOfServer, SERVERS } from '@mosaic/transport';
import { type Running, ready, run } from '../processes.ts';
import { renderedServers } from './rendered.ts';

export interface Secure {
  /** A folder per Secret, and `agent-<id>/` for agents. */
  readonly secrets: string;
  readonly kafka: Kafka;
  readonly cassandra: Cassandra;
  /** As who has the certificate in this folder of `secrets`; read now. */
  kafkaAs(secret: string): KafkaOptions;
  /** As a server has it, with other settings, or showing another certificate. */
  openStore(
    change?: Readonly<Record<string, string>>,
    shown?: { readonly cert: string; readonly key: string },
  ): Promise<Store>;
  /** `mosaic …` on its folder; what it printed. */
  mosaic(...args: readonly string[]): Promise<string>;
  /** What every process of it, and `mosaic`, has printed so far, by name. */
  printed(): ReadonlyMap<string, string>;
  /** Starts one of the servers, or starts it again; resolves with its URL when it is ready. */
  server(name: 'receiver' | 'deriver' | 'api'): Promise<string>;
  stop(): Promise<void>;
}

const KEYSPACE = 'secure';
const CLUSTERS = [1, 2];

export async function secureInstallation(): Promise<Secure> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-secure-'));
  const secrets = join(folder, 'secrets');
  const said = [await mosaic('init', '--dir', secrets, ...CLUSTERS.flatMap((id) => ['--agent', String(id)]))];
  const rendered = await renderedServers(CLUSTERS);
  const [kafka, cassandra] = await Promise.all([
    startKafka({ own: true, brief: true, tls: rendered.kafkaSettings(secrets) }),
    startCassandra({ own: true, brief: true, encryption: rendered.cassandraEncryption(secrets) }),
  ]);
  const ports = await freePorts(3);
  const running = new Map<string, Running>();
  const environment = (server: string): Record<string, string> => ({
    ...rendered.environment(server, secrets),
    KAFKA_BROKERS: kafka.brokers,
    CASSANDRA_HOSTS: cassandra.hosts,
    CASSANDRA_PORT: String(cassandra.port),
    CASSANDRA_REPLICATION: '{"datacenter1":1}',
    CASSANDRA_KEYSPACE: KEYSPACE,
    HOST: '127.0.0.1',
    LOG_LEVEL: 'warn',
  });
  const kafkaAs = (secret: string): KafkaOptions => ({
    brokers: kafka.brokers,
    clientId: secret,
    ssl: certificatesIn(join(secrets, secret)),
    publishWithinMs: 6_000,
  });
  await setRules(kafkaAs('mosaic-kafka-tls'));
  return {
    ...{ secrets, kafka, cassandra, kafkaAs },
    async mosaic(...args) {
      const text = await mosaic(...args, '--dir', secrets);
      said.push(text);
      return text;
    },
    printed: () =>
      new Map([
        ...[...running].map(([name, { output }]): [string, string] => [name, output()]),
        ...[kafka, cassandra].map(({ logPath }): [string, string] => [logPath, readFileSync(logPath, 'utf8')]),
        ['mosaic', said.join('')],
      ]),
    async openStore(change = {}, shown = undefined) {
      const settings = readSettings(cassandraSettings, { ...environment('receiver'), ...change });
      const { tls, ...connection } = cassandraConnection(settings);
      return cassandraStore({
        ...connection,
        compression: nodeCompression,
        ...(tls !== undefined && { tls: { ...tls, ...shown } }),
      });
    },
    async server(name) {
      await running.get(name)?.stop();
      const port = ports[['receiver', 'deriver', 'api'].indexOf(name)];
      const started = run(name, { ...environment(name), PORT: String(port) });
      running.set(name, started);
      const url = `http://127.0.0.1:${port}`;
      await ready(url, started);
      return url;
    },
    async stop() {
      await Promise.all([...running.values()].map((one) => one.stop()));
      await Promise.all([kafka.stop(), cassandra.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** As `node:tls` has them; `change`: other files. */
export const certificatesIn = (folder: string) => ({
  ca: [readFileSync(join(folder, 'ca.crt'), 'utf8')],
  cert: readFileSync(join(folder, 'tls.crt'), 'utf8'),
  key: readFileSync(join(folder, 'tls.key'), 'utf8'),
});

/** As the administrator that `mosaic init` made; a bearer token. */
export async function signIn(url: string, { secrets }: Pick<Secure, 'secrets'>): Promise<string> {
  const password = readFileSync(join(secrets, 'mosaic-admin/password'), 'utf8');
  const body = JSON.stringify({ name: 'admin', password, bearer: true });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${url}/api/v1/sessions`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { token: string }).token;
}

/** The command from its sources, so that it is the one of this commit. */
export async function mosaic(...args: readonly string[]): Promise<string> {
  const entry = join(repositoryRoot(), 'cli/src/main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['-C', '@mosaic/source', entry, ...args]);
  return stdout;
}

async function setRules(as: KafkaOptions): Promise<void> {
  const acls = kafkaAcls(as);
  await acls.createAcls([
    ...SERVERS.flatMap((server) => rulesOfServer(server)),
    ...CLUSTERS.flatMap((id) => rulesOfAgents(id)),
  ]);
  await acls.close();
}
