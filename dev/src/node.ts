// A real node with real pods under a control plane of ours: containerd, kubelet, kube-proxy, images made here, and another cluster beyond NAT.
// It needs Linux and root; a machine has one.

import { spawn } from 'node:child_process';
import { atExit } from './at-exit.ts';
import type { ControlPlane } from './control-plane.ts';
import { silently, type Told } from './install.ts';
import { installNodePrograms } from './kubernetes.ts';
import { claimNode, releaseNode } from './node/claim.ts';
import { loadImage, startContainerd, writePodNetwork } from './node/containerd.ts';
import { binaryOf, buildWorkloads, imageOf, WORKLOADS } from './node/images.ts';
import { type NodeSetting, startKubelet, startKubeProxy } from './node/kubelet.ts';
import { makeNetwork } from './node/network.ts';
import { type OtherCluster, otherCluster } from './node/other-cluster.ts';
import { NODE_ADDRESS } from './node/places.ts';
import { installNodePackages, requireMachine, requireNoOtherKubelet } from './node/requirements.ts';
import { sweep } from './pid-files.ts';
import type { Program } from './program.ts';

const READY_WITHIN_MS = 60_000;

export interface NodeOptions {
  readonly cluster: ControlPlane;
  /** `node-1` by default. */
  readonly name?: string;
  /** Address of the name server that pods ask; the machine's own by default. */
  readonly dns?: string;
  readonly told?: Told;
}

export interface ClusterNode {
  readonly name: string;
  /** Its InternalIP: NodePorts are there, and the kubelet's :10250. */
  readonly address: string;
  /** Another cluster's node and pod, beyond NAT. */
  readonly other: OtherCluster;
  /** Makes an image of a static binary; answers the reference for a manifest, with `imagePullPolicy: Never`. */
  load(name: string, binary: string): Promise<string>;
  /** `kubectl apply` as the admin: YAML or JSON of any number of objects. Throws with what kubectl said. */
  apply(manifests: string): Promise<void>;
  /** Ends every pod and program, and leaves the machine as it was found. */
  stop(): Promise<void>;
}

/** Brings in kubelet, kube-proxy, containerd and the rest, and builds the images' programs; answers the folder of the first two. Throws when no node can run here. */
export async function installNode(told: Told = silently): Promise<string> {
  requireMachine();
  const [bin] = await Promise.all([installNodePrograms(told), installNodePackages(told), buildWorkloads()]);
  return bin;
}

/** Resolves when the Node is Ready, with the images of `dev/images` loaded. Throws when this machine cannot have one, or has one already. */
export async function startNode({ cluster, name = 'node-1', dns, told = silently }: NodeOptions): Promise<ClusterNode> {
  requireMachine();
  requireNoOtherKubelet();
  sweep();
  if (await claimNode()) told('removed what a node that crashed left behind');
  const neverMind = atExit(releaseNode);
  const running: Program[] = [];
  const other = otherCluster();
  const stop = async () => {
    await other.stop();
    await Promise.all(running.splice(0).map((program) => program.stop()));
    releaseNode();
    neverMind();
  };
  try {
    const bin = await installNode(told);
    await start({ cluster, bin, name, ...(dns !== undefined && { dns }) }, running, told);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name,
    address: NODE_ADDRESS,
    other,
    load: loadImage,
    apply: (manifests) => apply(cluster.kubeconfigPath, manifests),
    async stop() {
      await cluster.ask('DELETE', `/api/v1/nodes/${name}`); // its pods go with it, if the cluster lives on
      await stop();
    },
  };
}

async function start(setting: NodeSetting, running: Program[], told: Told): Promise<void> {
  const { cluster, name } = setting;
  await makeNetwork();
  running.push(await startContainerd(told));
  for (const workload of WORKLOADS) await loadImage(workload, binaryOf(workload));
  told(`images: ${WORKLOADS.map(imageOf).join(' ')}`);
  const kubelet = await startKubelet(setting);
  running.push(kubelet);
  const node = async (): Promise<NodeObject | undefined> => {
    const { status, body } = await cluster.ask('GET', `/api/v1/nodes/${name}`);
    return status === 200 ? (JSON.parse(body) as NodeObject) : undefined;
  };
  await kubelet.readyWhen(async () => (await node())?.spec.podCIDR !== undefined, READY_WITHIN_MS);
  running.push(await startKubeProxy(setting));
  writePodNetwork((await node())?.spec.podCIDR ?? '');
  await kubelet.readyWhen(async () => isReady(await node()), READY_WITHIN_MS);
}

/** What we read of a Node. */
interface NodeObject {
  readonly spec: { readonly podCIDR?: string };
  readonly status: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = (node: NodeObject | undefined): boolean =>
  node?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

function apply(kubeconfig: string, manifests: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('kubectl', ['--kubeconfig', kubeconfig, 'apply', '-f', '-'], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    const said: Buffer[] = [];
    child.stderr.on('data', (bytes) => said.push(bytes));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`kubectl apply: ${Buffer.concat(said).toString().trim()}`)),
    );
    child.stdin.end(manifests);
  });
}
