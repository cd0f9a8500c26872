// Whose telemetry it is, by the semantic conventions for Kubernetes resources.

import type { LogStream } from '@mosaic/wire';

export type Attributes = Readonly<Record<string, string>>;

const WORKLOADS = [
  ['k8s.deployment.name', 'Deployment'],
  ['k8s.statefulset.name', 'StatefulSet'],
  ['k8s.daemonset.name', 'DaemonSet'],
  ['k8s.cronjob.name', 'CronJob'],
  ['k8s.job.name', 'Job'],
  ['k8s.replicaset.name', 'ReplicaSet'],
] as const;

export function workloadOf(attributes: Attributes): string | undefined {
  for (const [attribute, kind] of WORKLOADS) {
    const name = attributes[attribute];
    if (name) return `${kind}/${name}`;
  }
  return undefined;
}

/** Outside Kubernetes the service stands for the container and its instance for the pod. */
export function streamOf(attributes: Attributes): Omit<LogStream, 'id'> {
  const service = attributes['service.name'] || 'unknown_service';
  const restart = Number(attributes['k8s.container.restart_count'] ?? 0);
  const workload = workloadOf(attributes);
  return {
    namespace: attributes['k8s.namespace.name'] || attributes['service.namespace'] || 'otlp',
    pod: attributes['k8s.pod.name'] || attributes['service.instance.id'] || attributes['host.name'] || service,
    podUid: attributes['k8s.pod.uid'] ?? '',
    container: attributes['k8s.container.name'] || service,
    restart: Number.isSafeInteger(restart) && restart >= 0 ? restart : 0,
    node: attributes['k8s.node.name'] || attributes['host.name'] || '',
    ...(workload !== undefined && { workload }),
  };
}

/** The labels by which `placed` finds a series' place. */
export function labelsOf(resource: Attributes): Readonly<Record<string, string>> {
  const labels = {
    namespace: resource['k8s.namespace.name'],
    pod: resource['k8s.pod.name'],
    container: resource['k8s.container.name'],
    node: resource['k8s.pod.name'] ? undefined : resource['k8s.node.name'],
    job: resource['service.name'],
    instance: resource['service.instance.id'],
  };
  return Object.fromEntries(Object.entries(labels).filter((pair): pair is [string, string] => Boolean(pair[1])));
}
