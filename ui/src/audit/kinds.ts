// Kinds by the words kubectl has for them.

const SHORT: Readonly<Record<string, string>> = {
  ...{
    po: 'Pod',
    deploy: 'Deployment',
    sts: 'StatefulSet',
    ds: 'DaemonSet',
    rs: 'ReplicaSet',
    rc: 'ReplicationController',
  },
  ...{
    job: 'Job',
    cj: 'CronJob',
    svc: 'Service',
    ing: 'Ingress',
    netpol: 'NetworkPolicy',
    cm: 'ConfigMap',
    secret: 'Secret',
  },
  ...{ sa: 'ServiceAccount', pvc: 'PersistentVolumeClaim', pv: 'PersistentVolume', sc: 'StorageClass', no: 'Node' },
  ...{
    ns: 'Namespace',
    hpa: 'HorizontalPodAutoscaler',
    pdb: 'PodDisruptionBudget',
    quota: 'ResourceQuota',
    limits: 'LimitRange',
  },
  ...{ ep: 'Endpoints', pc: 'PriorityClass', crd: 'CustomResourceDefinition', crds: 'CustomResourceDefinition' },
};
const KINDS = new Map(Object.values(SHORT).map((kind) => [kind.toLowerCase(), kind]));

/** `deploy`, `deployments`, `Deployment` → `Deployment`; a word that is not known stays as it is. */
export function kindNamed(word: string): string {
  const lower = word.toLowerCase();
  const singular = [lower, lower.replace(/ies$/, 'y'), lower.replace(/es$/, ''), lower.replace(/s$/, '')];
  return SHORT[lower] ?? singular.map((one) => KINDS.get(one)).find((kind) => kind !== undefined) ?? word;
}

/** `deploy/checkout`; undefined for anything else. */
export function objectNamed(words: string): { readonly kind: string; readonly name: string } | undefined {
  const [word = '', name = '', ...more] = words.trim().split('/');
  return word === '' || name === '' || more.length > 0 ? undefined : { kind: kindNamed(word), name };
}
