// What pods and nodes used at a moment, by the metrics API of that moment.

import { quantityOf } from '../questions/quantities.ts';
import type { Api } from './api.ts';

export interface Used {
  readonly cluster: string;
  readonly namespace: string;
  readonly name: string;
  readonly container?: string;
  readonly at: string;
  readonly windowS: number;
  /** Cores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
  /** Of what the node can give to pods, 0…1. */
  readonly cpuShare?: number;
  readonly memoryShare?: number;
}

interface Usage {
  readonly cpu: string;
  readonly memory: string;
}
interface Metered {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly timestamp: string;
  readonly window: string;
}
interface PodMetrics extends Metered {
  readonly containers: readonly { readonly name: string; readonly usage: Usage }[];
}
interface NodeMetrics extends Metered {
  readonly usage: Usage;
}

const ROOT = '/apis/metrics.k8s.io/v1beta1';
const listed = async <T>(api: Api, path: string, query: Readonly<Record<string, string>> = {}): Promise<readonly T[]> =>
  (JSON.parse(await api.text(path, query, 'application/json')) as { readonly items: readonly T[] }).items; // a list of the API

export interface PodsWish {
  readonly namespace?: string | undefined;
  /** Of labels. */
  readonly selector?: string | undefined;
  /** Each container by itself instead of the pod's sum. */
  readonly containers?: boolean;
}

export async function podsIn(
  api: Api,
  cluster: string,
  { namespace, selector, containers }: PodsWish,
): Promise<readonly Used[]> {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  const pods = await listed<PodMetrics>(
    api,
    `${ROOT}${scope}/pods`,
    selector === undefined ? {} : { labelSelector: selector },
  );
  return pods.flatMap((pod) => {
    const about = aboutOf(cluster, pod);
    const each = pod.containers.map(({ name, usage }) => ({ ...about, container: name, ...usedIn(usage) }));
    return containers === true ? each : [{ ...about, ...sumOf(each) }];
  });
}

export async function nodesIn(api: Api, cluster: string): Promise<readonly Used[]> {
  const [metered, nodes] = await Promise.all([
    listed<NodeMetrics>(api, `${ROOT}/nodes`),
    listed<{ readonly metadata: { readonly name: string }; readonly status?: { readonly allocatable?: Usage } }>(
      api,
      '/api/v1/nodes',
    ),
  ]);
  const gives = new Map(nodes.map(({ metadata, status }) => [metadata.name, status?.allocatable]));
  return metered.map((node) => {
    const used = usedIn(node.usage);
    const allocatable = gives.get(node.metadata.name);
    const most = allocatable && usedIn(allocatable);
    return {
      ...aboutOf(cluster, node),
      ...used,
      ...(most && { cpuShare: used.cpu / most.cpu, memoryShare: used.memory / most.memory }),
    };
  });
}

const aboutOf = (cluster: string, { metadata, timestamp, window }: Metered) => ({
  ...{ cluster, namespace: metadata.namespace ?? '', name: metadata.name, at: timestamp },
  windowS: Number.parseFloat(window),
});
const usedIn = ({ cpu, memory }: Usage) => ({ cpu: quantityOf(cpu), memory: quantityOf(memory) });
const sumOf = (each: readonly Used[]) => ({
  cpu: each.reduce((sum, { cpu }) => sum + cpu, 0),
  memory: each.reduce((sum, { memory }) => sum + memory, 0),
});

/** `17%`; nothing of what is not known. */
export const share = (part: number | undefined): string => (part === undefined ? '' : `${Math.round(part * 100)}%`);
