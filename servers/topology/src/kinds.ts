// Which kinds stand on the map, and as what.

/** Kinds that run pods, or are one. Other kinds count as workloads when pods lead up to them (operators' own kinds). */
export const WORKLOAD_KINDS: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'ReplicaSet',
  'ReplicationController',
  'Job',
  'CronJob',
  'Pod',
]);

/** What stands around workloads. */
export const COMPANION_KINDS: ReadonlySet<string> = new Set([
  'Service',
  'Ingress',
  'ConfigMap',
  'Secret',
  'PersistentVolumeClaim',
  'HorizontalPodAutoscaler',
  'PodDisruptionBudget',
]);

/** The tag of an image, or the beginning of its digest: `registry:5000/shop/cart:1.9.0` → `1.9.0`. */
export function versionOf(image: string): string | undefined {
  const [name = '', digest] = image.split('@');
  const tag = /:([^:/]+)$/.exec(name)?.[1];
  return tag ?? digest?.replace(/^[^:]*:/, '').slice(0, 12);
}
