// Starts each real service once for the whole live run, or takes those the environment names; stops them at the end.
// Tests find them in the environment, and break them through MOSAIC_SERVICES, a door on loopback: POST /kafka/restart, /api-server/restart, …
// POST /kubernetes/reader answers with the kubeconfig of a user who may read everything but Secrets; POST /node/start with a cluster that has a real node;
// POST /playground/start with a product on simulated clusters and its day of past.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type ControlPlane, startCassandra, startControlPlane, startKafka } from '@mosaic/dev';
import { ROOT } from './processes.ts';
import { nodeDoor } from './shared-node.ts';
import { playgroundDoor } from './shared-playground.ts';

const COMPILED = join(ROOT, '.cache', 'compiled');

const told = (line: string): void => console.log(`[services] ${line}`);

export default async function setup(): Promise<() => Promise<void>> {
  const began = Date.now();
  process.env.NODE_COMPILE_CACHE ??= COMPILED; // commands are started hundreds of times
  const [kafka, cassandra, kubernetes] = await Promise.all([
    startKafka({ told, brief: true }),
    startCassandra({ told, brief: true }),
    startControlPlane({ told }),
  ]);
  const node = nodeDoor(reader, told);
  const playground = playgroundDoor();
  const door = await openDoor({
    '/playground/start': playground.start,
    '/node/start': node.start,
    '/node/stop': node.stop,
    '/kafka/restart': () => kafka.restart(),
    '/cassandra/restart': () => cassandra.restart(),
    '/api-server/restart': () => kubernetes.restartApiServer(),
    '/api-server/kill': () => kubernetes.killApiServer(),
    '/kubernetes/reader': () => reader(kubernetes),
  });
  process.env.KAFKA_BROKERS = kafka.brokers;
  process.env.CASSANDRA_HOSTS = cassandra.hosts;
  process.env.CASSANDRA_DATACENTER = cassandra.datacenter;
  process.env.KUBECONFIG = kubernetes.kubeconfigPath;
  process.env.MOSAIC_SERVICES = door.url;
  told(
    `Kafka ${kafka.brokers}, Cassandra ${cassandra.hosts}, Kubernetes ${kubernetes.url}: ready in ${Math.round((Date.now() - began) / 1000)} s`,
  );
  return async () => {
    door.close();
    await node.stop().catch((error: unknown) => told(String(error)));
    await Promise.allSettled([playground.stop(), kafka.stop(), cassandra.stop(), kubernetes.stop()]);
  };
}

/** What a careful operator grants: no Secrets. The kinds of the test's own CRD are in. */
const READABLE: readonly (readonly [string, readonly string[]])[] = [
  [
    '',
    [
      'namespaces',
      'nodes',
      'pods',
      'services',
      'configmaps',
      'endpoints',
      'serviceaccounts',
      'persistentvolumeclaims',
      'persistentvolumes',
      'resourcequotas',
      'limitranges',
      'replicationcontrollers',
      'events',
    ],
  ],
  ['apps', ['deployments', 'replicasets', 'statefulsets', 'daemonsets', 'controllerrevisions']],
  ['batch', ['jobs', 'cronjobs']],
  ['events.k8s.io', ['events']],
  ['discovery.k8s.io', ['endpointslices']],
  ['apiextensions.k8s.io', ['customresourcedefinitions']],
  ['journey.test', ['parcels']],
];

async function reader(kubernetes: ControlPlane): Promise<string> {
  const path = await kubernetes.kubeconfigFor('reader');
  await kubernetes.grant(
    'reader',
    READABLE.map(([group, resources]) => ({
      apiGroups: [group],
      resources: [...resources],
      verbs: ['get', 'list', 'watch'],
    })),
  );
  return path;
}

async function openDoor(
  deeds: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const deed = deeds[request.url ?? ''];
    if (request.method !== 'POST' || deed === undefined) return void response.writeHead(404).end();
    deed().then(
      (told) => response.writeHead(200).end(typeof told === 'string' ? told : ''),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
