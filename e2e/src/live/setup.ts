// Starts each real service once for the whole live run, or takes those the environment names; stops them at the end.
// Tests find them in the environment, and break them through MOSAIC_SERVICES, a door on loopback: POST /kafka/restart, /api-server/restart, /api-server/kill.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startCassandra, startControlPlane, startKafka } from '@mosaic/dev';

const told = (line: string): void => console.log(`[services] ${line}`);

export default async function setup(): Promise<() => Promise<void>> {
  const began = Date.now();
  const [kafka, cassandra, kubernetes] = await Promise.all([
    startKafka({ told }),
    startCassandra({ told }),
    startControlPlane({ told }),
  ]);
  const door = await openDoor({
    '/kafka/restart': () => kafka.restart(),
    '/cassandra/restart': () => cassandra.restart(),
    '/api-server/restart': () => kubernetes.restartApiServer(),
    '/api-server/kill': () => kubernetes.killApiServer(),
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
    await Promise.allSettled([kafka.stop(), cassandra.stop(), kubernetes.stop()]);
  };
}

async function openDoor(
  deeds: Readonly<Record<string, () => Promise<void>>>,
): Promise<{ readonly url: string; close(): void }> {
  const server = createServer((request, response) => {
    const deed = deeds[request.url ?? ''];
    if (request.method !== 'POST' || deed === undefined) return void response.writeHead(404).end();
    deed().then(
      () => response.writeHead(204).end(),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
    return undefined;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
