// Whose lines a thing on the map has: a pod its own, a container its own, a workload those of all its pods.

import type { TopologyNode } from '@mosaic/wire';
import type { LogTarget } from '../../state/log-desk.svelte.ts';

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob']);

export function targetOf(
  node: Pick<TopologyNode, 'kind' | 'name' | 'namespace' | 'cluster' | 'parent' | 'pods'>,
): LogTarget | undefined {
  const { cluster, namespace, kind, name } = node;
  if (kind === 'Pod') return { cluster, namespace, pod: name };
  if (kind === 'Container') {
    const [pod = '', container = ''] = name.includes('/') ? name.split('/') : [podOf(node.parent), name];
    return { cluster, namespace, pod, container };
  }
  if (!WORKLOADS.has(kind) && (node.pods?.length ?? 0) === 0) return undefined;
  return { cluster, namespace, workload: ownerOf(node.parent) ?? `${kind}/${name}` };
}

const podOf = (parent: string | undefined): string => parent?.split(':').slice(3).join(':') ?? '';

/** Lines are kept under the topmost owner: of a ReplicaSet its Deployment. */
function ownerOf(parent: string | undefined): string | undefined {
  const [, kind, , ...name] = parent?.split(':') ?? [];
  return kind !== undefined && WORKLOADS.has(kind) ? `${kind}/${name.join(':')}` : undefined;
}
