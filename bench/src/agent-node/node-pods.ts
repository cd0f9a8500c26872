// The pods of a made-up machine: who they are, and an API server that tells of them as a real one does of the pods of a node.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface NodePod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly ip: string;
  /** 64 hexadecimal digits. */
  readonly container: string;
  /** Of its process; the pause process has the number before. */
  readonly pid: number;
  /** Inode of its network namespace. */
  readonly netns: number;
}

const FIRST_PID = 2_000;
const FIRST_NETNS = 4_026_532_000;

export function nodePods(count: number): NodePod[] {
  return Array.from({ length: count }, (_, n) => {
    const hex = createHash('sha256').update(`pod ${n}`).digest('hex');
    return {
      uid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
      name: `app-${n}-${hex.slice(0, 5)}`,
      namespace: `team-${n % 5}`,
      ip: `10.1.${Math.floor(n / 250)}.${(n % 250) + 2}`,
      container: hex,
      pid: FIRST_PID + n * 2 + 1,
      netns: FIRST_NETNS + n,
    };
  });
}

const manifestOf = ({ uid, name, namespace, ip, container }: NodePod) => ({
  metadata: { uid, name, namespace, resourceVersion: '10', labels: {}, annotations: {} },
  spec: { nodeName: 'bench-node', containers: [{ name: 'server', ports: [{ containerPort: 8080 }] }] },
  status: {
    ...{ phase: 'Running', podIP: ip, podIPs: [{ ip }] },
    containerStatuses: [{ name: 'server', containerID: `containerd://${container}`, restartCount: 0 }],
  },
});

/** Answers its URL. Lists pods; a watch stays open and says nothing: nobody comes or goes. */
export async function podsApi(pods: readonly NodePod[]): Promise<string> {
  const list = JSON.stringify({
    ...{ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '10' } },
    items: pods.map(manifestOf),
  });
  const server = createServer((request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    if (request.url?.includes('watch=true')) response.flushHeaders();
    else response.end(list);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on TCP
}
