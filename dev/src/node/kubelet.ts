// The kubelet and kube-proxy of one node, under a control plane of ours.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ControlPlane } from '../control-plane.ts';
import { answers } from '../ports.ts';
import { type Program, startProgram } from '../program.ts';
import { CONTAINERD_SOCKET, inFolder, NODE_ADDRESS, POD_LOGS, POD_RANGE } from './places.ts';

const READY_WITHIN_MS = 60_000;
/** Their usual ports; on the node's own address nothing else has them. */
const PORTS = { kubelet: 10_250, proxyMetrics: 10_249, proxyHealth: 10_256 };

export interface NodeSetting {
  readonly cluster: ControlPlane;
  /** Folder of the programs. */
  readonly bin: string;
  readonly name: string;
  /** Of the name server that pods ask. */
  readonly dns?: string;
}

/** Resolves when it serves; the Node is there then, and not ready as long as pods have no network. */
export async function startKubelet({ cluster, bin, name, dns }: NodeSetting): Promise<Program> {
  const kubeconfig = await cluster.kubeconfigFor(`system:node:${name}`, ['system:nodes']);
  const config = inFolder('kubelet.json');
  writeFileSync(config, JSON.stringify(kubeletConfig(cluster, dns)));
  const kubelet = startProgram({
    name: 'kubelet',
    command: join(bin, 'kubelet'),
    args: [
      `--config=${config}`,
      `--kubeconfig=${kubeconfig}`,
      `--root-dir=${inFolder('kubelet')}`,
      `--cert-dir=${inFolder('kubelet', 'pki')}`,
      `--hostname-override=${name}`,
      `--node-ip=${NODE_ADDRESS}`,
      '--maximum-dead-containers-per-container=2', // so that the log before the last is there too, while the last is not running
    ],
    logPath: inFolder('logs', 'kubelet.log'),
  });
  await kubelet.readyWhen(() => answers(PORTS.kubelet, NODE_ADDRESS), READY_WITHIN_MS);
  return kubelet;
}

function kubeletConfig(cluster: ControlPlane, dns: string | undefined): unknown {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: NODE_ADDRESS,
    port: PORTS.kubelet,
    readOnlyPort: 0,
    healthzPort: 0,
    authentication: { x509: { clientCAFile: cluster.caPath }, anonymous: { enabled: false } },
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    podLogsDir: POD_LOGS,
    volumePluginDir: inFolder('kubelet', 'volume-plugins'),
    cgroupDriver: 'cgroupfs',
    failCgroupV1: false,
    failSwapOn: false,
    enforceNodeAllocatable: [],
    makeIPTablesUtilChains: false,
    // A crash loop goes on while somebody looks; shorter, and the kubelet never says CrashLoopBackOff.
    crashLoopBackOff: { maxContainerRestartPeriod: '30s' },
    featureGates: { KubeletCrashLoopBackOffMax: true },
    imageGCHighThresholdPercent: 100, // an image made here cannot be had again
    // A developer's full disk is not the node's business.
    evictionHard: { 'memory.available': '50Mi', 'nodefs.available': '0%', 'imagefs.available': '0%' },
    ...(dns !== undefined && { clusterDNS: [dns], clusterDomain: 'cluster.local' }),
    shutdownGracePeriod: '0s',
    nodeStatusUpdateFrequency: '2s',
  };
}

/** Resolves when it has written its rules. Pods come after it: a connection older than the rules would stay in SYN_SENT. */
export async function startKubeProxy({ cluster, bin, name }: NodeSetting): Promise<Program> {
  const kubeconfig = await cluster.kubeconfigFor('system:kube-proxy');
  const proxy = startProgram({
    name: 'kube-proxy',
    command: join(bin, 'kube-proxy'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      `--hostname-override=${name}`,
      '--proxy-mode=nftables',
      `--cluster-cidr=${POD_RANGE}`,
      '--conntrack-max-per-core=0',
      `--metrics-bind-address=${NODE_ADDRESS}:${PORTS.proxyMetrics}`,
      `--healthz-bind-address=${NODE_ADDRESS}:${PORTS.proxyHealth}`,
    ],
    logPath: inFolder('logs', 'kube-proxy.log'),
  });
  const isHealthy = async () => (await fetch(`http://${NODE_ADDRESS}:${PORTS.proxyHealth}/healthz`)).status === 200;
  await proxy.readyWhen(() => isHealthy().catch(() => false), READY_WITHIN_MS);
  return proxy;
}
