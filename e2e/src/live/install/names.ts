// Cluster DNS for a node that has none: answers A for Services and for the pods of headless ones by asking the API server, and says of everything
// else that there is no such name.

import { createSocket } from 'node:dgram';
import type { ControlPlane } from '@mosaic/dev';

/** `[pod.]service.namespace.svc.cluster.local` */
const SERVICE = /^(?:([a-z0-9-]+)\.)?([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local$/;
const A = 1;
const NO_SUCH_NAME = 3;

/** RFC 1035, one question each. Resolves with what stops it. */
export async function clusterNames(cluster: ControlPlane, address: string): Promise<() => void> {
  const socket = createSocket('udp4');
  socket.on('message', async (question, { address: to, port }) => {
    const { name, type, end } = questionIn(question);
    const found = await addressesOf(cluster, name).catch(() => undefined); // an API server that stops
    const code = found === undefined ? NO_SUCH_NAME : 0;
    socket.send(answer(question.subarray(0, end), type === A ? (found ?? []) : [], code), port, to);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(53, address, () => resolve());
  });
  return () => socket.close();
}

function questionIn(message: Buffer): { readonly name: string; readonly type: number; readonly end: number } {
  const labels: string[] = [];
  let at = 12; // after the header
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: message.readUInt16BE(at + 1), end: at + 5 };
}

/** Undefined: there is no such name. */
async function addressesOf(cluster: ControlPlane, name: string): Promise<readonly string[] | undefined> {
  const [, pod, service, namespace] = SERVICE.exec(name) ?? [];
  if (service === undefined) return undefined;
  const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/services/${service}`);
  if (status !== 200) return undefined;
  const { clusterIP } = (JSON.parse(body) as { spec: { clusterIP: string } }).spec; // as the API server answers
  if (clusterIP !== 'None') return pod === undefined ? [clusterIP] : undefined;
  const endpoints = (await endpointsOf(cluster, `${namespace}`, service)).filter(
    ({ hostname, conditions }) => conditions?.ready === true && (pod === undefined || hostname === pod),
  );
  return endpoints.length === 0 ? undefined : endpoints.flatMap(({ addresses }) => addresses);
}

interface Endpoint {
  readonly addresses: readonly string[];
  /** Of its pod, when the Service is the one that names it. */
  readonly hostname?: string;
  /** Ready too when the Service publishes those that are not. */
  readonly conditions?: { readonly ready?: boolean };
}

async function endpointsOf(cluster: ControlPlane, namespace: string, service: string): Promise<readonly Endpoint[]> {
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const { body } = await cluster.ask('GET', `${slices}?labelSelector=kubernetes.io/service-name%3D${service}`);
  const { items = [] } = JSON.parse(body) as { items?: readonly { endpoints?: readonly Endpoint[] | null }[] }; // as the API server answers
  return items.flatMap(({ endpoints }) => endpoints ?? []);
}

function answer(question: Buffer, addresses: readonly string[], code: number): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8, 12);
  const records = addresses.map((ip) =>
    Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, ...ip.split('.').map(Number)]),
  );
  return Buffer.concat([header, question.subarray(12), ...records]);
}
