// A cluster whose pods run for real and reach their API server: a node of this machine, names, the product's image.

import { readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { type ControlPlane, startControlPlane, startNode } from '@mosaic/dev';
import { type Kubectl, kubectlOn } from '../../journey/kubectl.ts';
import { type Mosaic, mosaicWith } from './command.ts';
import { loadProduct } from './image.ts';
import { clusterNames } from './names.ts';

/** Of the node, as pods and this machine call it. */
export const ADDRESS = '10.98.0.1';
export const IMAGE = { name: 'mosaic.dev/mosaic', tag: '0.1.0' };

export interface NodeCluster {
  readonly cluster: ControlPlane;
  readonly mosaic: Mosaic;
  /** As the admin. */
  readonly kubectl: Kubectl;
  /** What ServiceAccounts of our namespaces asked, and what they were told. */
  audit(): readonly Audited[];
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

/** Ways to undo what was made, the last one first; each is called once. */
export type Closing = (() => unknown)[];

export async function undo(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).toReversed()) await close();
}

/** `name`: of its context; `folder`: a temporary one. */
export async function nodeCluster(
  name: string,
  folder: string,
  closing: Closing,
  told: (line: string) => void,
): Promise<NodeCluster> {
  const log = join(folder, 'audit.log');
  const policy = join(folder, 'policy.yaml');
  writeFileSync(policy, POLICY);
  const apiServerArgs = [`--audit-policy-file=${policy}`, `--audit-log-path=${log}`];
  const cluster = await startControlPlane({ own: true, name, told, apiServerArgs });
  closing.push(() => cluster.stop());
  const node = await startNode({ cluster, told, dns: ADDRESS });
  closing.push(() => node.stop());
  closing.push(await clusterNames(cluster, ADDRESS));
  await openApiServer(cluster, closing);
  await loadProduct(`${IMAGE.name}:${IMAGE.tag}`);
  const audit = (): readonly Audited[] =>
    readFileSync(log, 'utf8')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Audited); // as the API server writes it
  const mosaic = mosaicWith({ KUBECONFIG: cluster.kubeconfigPath });
  return { cluster, mosaic, kubectl: kubectlOn(cluster.kubeconfigPath, name), audit };
}

/** The API server listens on loopback; pods come to it by its Service, through the node's address. */
async function openApiServer(cluster: ControlPlane, closing: Closing): Promise<void> {
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
export async function forwarded(port: number): Promise<() => void> {
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
