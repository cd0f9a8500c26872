// docker-compose.yaml by docker-compose itself: valid, and every container of ours really runs as it says, in the image, with what its `init` made.
// Kafka's and Cassandra's images cannot be had without a registry: both run as processes, with the settings and the Secrets their containers are given.

import { execFileSync } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Cassandra,
  type Docker,
  freePorts,
  type Kafka,
  startCassandra,
  startDocker,
  startKafka,
} from '@mosaic/dev';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { apiAt, eventually } from '../journey/http.ts';
import { buildImage } from './image.ts';
import { ROOT } from './processes.ts';
import { signIn } from './secure/installation.ts';
import { encryptionIn, here, settingsIn } from './secure/rendered.ts';

const OURS = ['receiver', 'deriver', 'api', 'agent'] as const;
/** Who reads the kubeconfig in the agent's container. */
const USER = 1000;
const READY_MS = 120_000;

let folder = '';
let docker: Docker | undefined;
let kafka: Kafka | undefined;
let cassandra: Cassandra | undefined;
let ports: Readonly<Record<(typeof OURS)[number], number>>;

const secrets = () => join(folder, 'install', 'secrets');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-compose-'));
  docker = await startDocker(join(folder, 'docker'));
  await buildImage(docker, 'mosaic:local', join(folder, 'image'));
  const [receiver = 0, deriver = 0, api = 0, agent = 0] = await freePorts(4);
  ports = { receiver, deriver, api, agent };
}, 240_000);
afterAll(async () => {
  if (docker) await compose('logs', '--no-color', '--tail', '20').then(console.log, console.error);
  await docker?.stop();
  await Promise.all([kafka?.stop(), cassandra?.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The ports of this run in place of those that are free on a machine of one's own. */
function override(): string {
  const path = join(folder, 'override.yaml');
  const where = { KAFKA_BROKERS: kafka?.brokers ?? '', CASSANDRA_HOSTS: cassandra?.hosts ?? '' };
  const probe = (port: number) => ({
    test: ['CMD', 'node', '-e', `fetch('http://127.0.0.1:${port}/readyz').then(({ ok }) => process.exit(ok ? 0 : 1))`],
  });
  const services = OURS.map((name) => {
    const environment = { ...where, PORT: String(ports[name]), MOSAIC_SERVER: `http://127.0.0.1:${ports.api}` };
    return [name, { environment, healthcheck: probe(ports[name]) }];
  });
  writeFileSync(path, stringify({ services: Object.fromEntries(services) }));
  return path;
}

async function compose(...args: readonly string[]): Promise<string> {
  if (!docker) throw new Error('no engine');
  const files = ['-f', join(ROOT, 'docker-compose.yaml'), '-f', override()];
  const env = {
    MOSAIC_INSTALL: join(folder, 'install'),
    KUBECONFIG: join(folder, 'kubeconfig'),
    PORT: String(ports.api),
    LOG_LEVEL: 'warn',
  };
  return docker.compose([...files, '-p', 'mosaic-test', ...args], env);
}

test('the file is valid as it is', () => {
  const said = execFileSync('docker-compose', ['-f', join(ROOT, 'docker-compose.yaml'), 'config'], {
    encoding: 'utf8',
  });
  const { services } = parse(said) as { readonly services: Readonly<Record<string, object>> }; // docker-compose's own print
  expect(Object.keys(services).sort()).toEqual([
    'agent',
    'api',
    'cassandra',
    'deriver',
    'init',
    'join',
    'kafka',
    'receiver',
  ]);
});

test('its first service makes the Secrets, for the users who read them alone', async () => {
  mkdirSync(join(folder, 'install'));
  const said = await compose('run', '--rm', '--no-deps', 'init');
  expect(said).not.toMatch(/PRIVATE KEY/);
  expect(said).not.toContain(readFileSync(join(secrets(), 'mosaic-admin', 'password'), 'utf8'));
  const [cluster] = readFileSync(join(secrets(), 'mosaic-kafka-cluster', 'id'), 'utf8').split('\n');
  expect(cluster).toMatch(/^[\w-]{22}$/);
  const again = await compose('run', '--rm', '--no-deps', 'init');
  expect(readFileSync(join(secrets(), 'mosaic-kafka-cluster', 'id'), 'utf8').trim()).toBe(cluster);
  expect(again).not.toBe('');
});

test('the whole of it comes up, and the cluster of the kubeconfig is watched', async () => {
  const given = (store: string, file: string): string =>
    here(readFileSync(join(ROOT, 'compose', file), 'utf8'), secrets(), store);
  [kafka, cassandra] = await Promise.all([
    startKafka({ own: true, brief: true, tls: settingsIn(given('kafka', 'kafka.properties')) }),
    startCassandra({ own: true, brief: true, encryption: encryptionIn(given('cassandra', 'cassandra.yaml')) }),
  ]);
  const kubeconfig = process.env.KUBECONFIG;
  if (kubeconfig === undefined) throw new Error('no cluster');
  copyFileSync(kubeconfig, join(folder, 'kubeconfig'));
  chownSync(join(folder, 'kubeconfig'), USER, USER);

  await compose('up', '-d', '--no-deps', 'receiver', 'deriver', 'api');
  const url = `http://127.0.0.1:${ports.api}`;
  await eventually('the api is ready', async () => ((await fetch(`${url}/readyz`)).ok ? true : undefined), READY_MS);
  expect((await fetch(`${url}/api/v1/clusters`)).status).toBe(401);
  await compose('run', '--rm', '--no-deps', 'join');
  await compose('up', '-d', '--no-deps', 'agent');

  const token = await signIn(url, { secrets: secrets() });
  const { ask } = apiAt(url);
  const headers = { authorization: `Bearer ${token}` };
  const namespaces = await eventually(
    'the namespaces of the cluster',
    async () => {
      const { body } = await ask('/api/v1/objects?kind=Namespace', { headers });
      const { items = [] } = body as { readonly items?: readonly { readonly name: string }[] }; // api.md
      return items.length > 0 ? items.map(({ name }) => name) : undefined;
    },
    READY_MS,
  );
  expect(namespaces).toContain('kube-system');
  expect(await compose('run', '--rm', '--no-deps', 'join')).toContain('has joined already');
}, 400_000);
