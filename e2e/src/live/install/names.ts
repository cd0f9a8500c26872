// Cluster DNS for a node that has none: answers A for Services by asking the API server, and says of everything else that there is no such name.

import { createSocket } from 'node:dgram';
import type { ControlPlane } from '@mosaic/dev';

const SERVICE = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc\.cluster\.local$/;
const A = 1;
const NO_SUCH_NAME = 3;

/** RFC 1035, one question each. Resolves with what stops it. */
export async function clusterNames(cluster: ControlPlane, address: string): Promise<() => void> {
  const socket = createSocket('udp4');
  socket.on('message', async (question, { address: to, port }) => {
    const { name, type, end } = questionIn(question);
    const ip = await addressOf(cluster, name);
    socket.send(
      answer(question.subarray(0, end), type === A ? ip : undefined, ip === undefined ? NO_SUCH_NAME : 0),
      port,
      to,
    );
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

async function addressOf(cluster: ControlPlane, name: string): Promise<string | undefined> {
  const [, service, namespace] = SERVICE.exec(name) ?? [];
  if (service === undefined) return undefined;
  const { status, body } = await cluster.ask('GET', `/api/v1/namespaces/${namespace}/services/${service}`);
  return status === 200 ? (JSON.parse(body) as { spec: { clusterIP: string } }).spec.clusterIP : undefined;
}

function answer(question: Buffer, ip: string | undefined, code: number): Buffer {
  const header = Buffer.from(question.subarray(0, 12));
  header.writeUInt16BE(0x8180 | code, 2);
  header.writeUInt16BE(ip === undefined ? 0 : 1, 6);
  header.fill(0, 8, 12);
  if (ip === undefined) return Buffer.concat([header, question.subarray(12)]);
  const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 5, 0, 4, ...ip.split('.').map(Number)]);
  return Buffer.concat([header, question.subarray(12), record]);
}
