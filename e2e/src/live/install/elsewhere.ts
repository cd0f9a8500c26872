// Another cluster, beyond NAT: an API server of its own, and its cluster agent without a kubelet: the image's root, the environment and the files that its
// Deployment says, in the network of the other cluster's pod, from where nothing of the first cluster is reached but what has an address outside.

import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ControlPlane, type Program, startControlPlane, startProgram } from '@mosaic/dev';
import { type Json, recordAt, recordsAt, textAt, textsAt } from '@mosaic/kat';
import { type Kubectl, kubectlOn } from '../../journey/kubectl.ts';
import { layOutProduct, PRODUCT_ENTRYPOINT, PRODUCT_ENV, PRODUCT_USER } from './image.ts';
import { ADDRESS, type Closing, forwarded } from './node-cluster.ts';

const POD_NETWORK = 'mosaic-other-pod';
const API_SERVICE = '10.96.0.1';
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const NAMESPACE = 'mosaic-agent';
const AGENT = 'mosaic-cluster-agent';
/** By its path: the image's own `PATH` leads to no such program. */
const CHROOT = '/usr/sbin/chroot';
const [UID = 0, GID = 0] = PRODUCT_USER.split(':').map(Number);

export interface Elsewhere {
  readonly cluster: ControlPlane;
  readonly kubectl: Kubectl;
  /** Of a Secret in the agents' namespace. */
  secret(name: string): Promise<Readonly<Record<string, string>>>;
  /** As the Deployment has it. */
  runAgent(): Promise<Program>;
}

/** The cluster's context is `name`. */
export async function elsewhere(name: string, folder: string, closing: Closing): Promise<Elsewhere> {
  const cluster = await startControlPlane({ own: true, name });
  closing.push(() => cluster.stop());
  const port = Number(new URL(cluster.url).port);
  closing.push(await forwarded(port));
  inPodNetwork('nft', apiService(port)); // as a kube-proxy would
  const kubectl = kubectlOn(cluster.kubeconfigPath, name);
  return {
    ...{ cluster, kubectl },
    async secret(secretName) {
      const found: unknown = JSON.parse(await kubectl(['-n', NAMESPACE, 'get', 'secret', secretName, '-o', 'json']));
      const data = Object.entries(recordAt(found, 'data'));
      return Object.fromEntries(
        data.map(([key, value]) => [key, Buffer.from(String(value), 'base64').toString('utf8')]),
      );
    },
    async runAgent() {
      const root = join(folder, name);
      await layOutProduct(root);
      const agent = await layOutPod(cluster, kubectl, root);
      const program = startProgram({ ...agent, name: `agent-${name}`, logPath: join(folder, `agent-${name}.log`) });
      closing.push(() => program.stop());
      return program;
    },
  };
}

const apiService = (port: number): string => `table ip api-server {
  chain output {
    type nat hook output priority -100
    ip daddr ${API_SERVICE} tcp dport 443 dnat to ${ADDRESS}:${port}
  }
}`;

const inPodNetwork = (...command: readonly string[]): string =>
  execFileSync('ip', ['netns', 'exec', POD_NETWORK, ...command], { encoding: 'utf8' });

/** What a kubelet does: volumes where they are mounted, the account's token, the environment. */
async function layOutPod(
  cluster: ControlPlane,
  kubectl: Kubectl,
  root: string,
): Promise<{ readonly command: string; readonly args: readonly string[] }> {
  const deployment: unknown = JSON.parse(await kubectl(['-n', NAMESPACE, 'get', 'deployment', AGENT, '-o', 'json']));
  const spec = recordAt(deployment, 'spec', 'template', 'spec');
  const [container] = recordsAt(spec, 'containers');
  for (const mount of recordsAt(container, 'volumeMounts')) {
    const volume = recordsAt(spec, 'volumes').find((one) => textAt(one, 'name') === textAt(mount, 'name'));
    await mounted(kubectl, root, mount, volume);
  }
  await writeAccount(cluster, kubectl, root);
  const environment = recordsAt(container, 'env').map((one) => `${textAt(one, 'name')}=${valueIn(one)}`);
  const service = [`KUBERNETES_SERVICE_HOST=${API_SERVICE}`, 'KUBERNETES_SERVICE_PORT=443'];
  const inRoot = ['env', '-i', ...PRODUCT_ENV, ...service, ...environment];
  const [program = '', ...flags] = PRODUCT_ENTRYPOINT;
  const chroot = [
    CHROOT,
    `--userspec=${PRODUCT_USER}`,
    root,
    `/usr/local/bin/${program}`,
    ...flags,
    ...textsAt(container, 'args'),
  ];
  return { command: 'ip', args: ['netns', 'exec', POD_NETWORK, ...inRoot, ...chroot] };
}

/** `value`, or of a `fieldRef` what our pod would answer. */
function valueIn(variable: Json): string {
  const field = textAt(variable, 'valueFrom', 'fieldRef', 'fieldPath');
  if (field === 'metadata.name') return `${AGENT}-elsewhere`;
  return field === 'metadata.namespace' ? NAMESPACE : (textAt(variable, 'value') ?? '');
}

/** A Secret's files, or an empty folder. */
async function mounted(kubectl: Kubectl, root: string, mount: Json, volume: Json | undefined): Promise<void> {
  const path = join(root, textAt(mount, 'mountPath') ?? '');
  const secret = textAt(volume, 'secret', 'secretName');
  if (secret === undefined) return ownFolder(path);
  const found: unknown = JSON.parse(
    await kubectl(['-n', NAMESPACE, 'get', 'secret', secret, '--ignore-not-found', '-o', 'json']).then(
      (said) => said || '{}',
    ),
  );
  const files = Object.entries(recordAt(found, 'data'));
  const one = textAt(mount, 'subPath');
  for (const [name, data] of files) {
    if (one !== undefined && name !== one) continue;
    ownFile(one === undefined ? join(path, name) : path, Buffer.from(String(data), 'base64'));
  }
}

async function writeAccount(cluster: ControlPlane, kubectl: Kubectl, root: string): Promise<void> {
  const folder = join(root, ACCOUNT);
  ownFile(join(folder, 'token'), Buffer.from((await kubectl(['-n', NAMESPACE, 'create', 'token', AGENT])).trim()));
  ownFile(join(folder, 'namespace'), Buffer.from(NAMESPACE));
  copyFileSync(cluster.caPath, join(folder, 'ca.crt'));
  chmodSync(join(folder, 'ca.crt'), 0o644);
}

function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true });
  chownSync(path, UID, GID);
}

function ownFile(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes, { mode: 0o440 });
  chownSync(path, UID, GID);
}
