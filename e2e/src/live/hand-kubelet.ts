// A node played by hand, for a real API server without kubelets: it registers a Node, keeps it ready, and says of each pod bound to it what a kubelet would.
// The API server, scheduler and controllers are real; only the containers are not.

import type { Kubectl } from '../journey/kubectl.ts';

interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly { readonly name: string; readonly image: string }[];
  };
  readonly status: { readonly phase?: string; readonly podIP?: string };
}

export interface HandKubelet {
  stop(): Promise<void>;
}

const NODE = 'hand-1';

export async function handKubelet(kubectl: Kubectl): Promise<HandKubelet> {
  await kubectl(['apply', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } }));
  await beReady(kubectl);
  let isStopped = false;
  let lastOctet = 10;
  const loop = (async () => {
    while (!isStopped) {
      await round(kubectl, () => `10.99.0.${lastOctet++}`).catch(() => {}); // the API server may be restarting: next round
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await loop;
    },
  };
}

const patchStatus = (kubectl: Kubectl, what: readonly string[], status: unknown) =>
  kubectl(['patch', ...what, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]);

async function beReady(kubectl: Kubectl): Promise<void> {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const capacity = { cpu: '16', memory: '32Gi', pods: '200' };
  const conditions = [
    {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'played by hand',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    },
  ];
  await patchStatus(kubectl, ['node', NODE], { capacity, allocatable: capacity, conditions });
  await kubectl(['taint', 'nodes', NODE, 'node.kubernetes.io/not-ready-', '--overwrite']).catch(() => {}); // the taint may not be there yet
}

async function round(kubectl: Kubectl, nextIp: () => string): Promise<void> {
  await beReady(kubectl);
  const { items } = JSON.parse(
    await kubectl(['get', 'pods', '-A', '-o', 'json', '--field-selector', `spec.nodeName=${NODE}`]),
  ) as { items: readonly Pod[] };
  for (const pod of items) {
    const { name, namespace, deletionTimestamp } = pod.metadata;
    if (deletionTimestamp !== undefined)
      await kubectl(['-n', namespace, 'delete', 'pod', name, '--force', '--grace-period=0', '--wait=false']);
    else if (pod.status.phase === 'Pending')
      await patchStatus(kubectl, ['pod', name, '-n', namespace], statusOf(pod, nextIp()));
  }
}

function statusOf(pod: Pod, podIP: string): unknown {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const isBroken = pod.spec.containers.some(({ image }) => image.includes('broken'));
  const state = isBroken
    ? { waiting: { reason: 'CrashLoopBackOff', message: 'back-off restarting failed container' } }
    : { running: { startedAt: now } };
  return {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: isBroken && /Ready/.test(type) ? 'False' : 'True',
      lastTransitionTime: now,
    })),
    containerStatuses: pod.spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: !isBroken,
      started: !isBroken,
      restartCount: isBroken ? 3 : 0,
      state,
    })),
  };
}
