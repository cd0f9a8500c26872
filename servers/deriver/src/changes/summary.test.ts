import type { FieldDiff, Revision } from '@mosaic/wire';
import { describe, expect, test } from 'vitest';
import type { Standing } from './statuses.ts';
import { summaryOf } from './summary.ts';

type Told = Partial<Pick<Revision, 'op' | 'kind' | 'owner' | 'actor' | 'diff' | 'goneAfter' | 'reconstructed'>>;
const deployment = { op: 'modify', kind: 'Deployment', actor: 'kubectl-client-side-apply', diff: [] } as const;
const set = (path: string, before: unknown, after: unknown): FieldDiff => ({ path, op: 'replace', before, after });
const add = (path: string, after?: unknown): FieldDiff => ({ path, op: 'add', after });
const drop = (path: string, before?: unknown): FieldDiff => ({ path, op: 'remove', before });
const told = (revision: Told, standing?: Standing) => {
  const { summary, severity } = summaryOf({ ...deployment, ...revision }, standing);
  return [summary, severity];
};
const pod = 'spec.template.spec';
const container = `${pod}.containers[checkout]`;

describe('what a person would say of a wish', () => {
  test.each<[string, FieldDiff[], string, number]>([
    [
      'a new tag',
      [set(`${container}.image`, 'shop/checkout:1.8.2', 'shop/checkout:1.9.0')],
      'image shop/checkout:1.8.2 → 1.9.0',
      2,
    ],
    ['another image', [set(`${container}.image`, 'a/b:1', 'c/d:1')], 'image a/b:1 → c/d:1', 2],
    ['a registry with a port', [set(`${container}.image`, 'r:5000/b', 'r:5000/b:2')], 'image r:5000/b → 2', 2],
    [
      'a digest',
      [set(`${container}.image`, 'a/b:1@sha256:aa', 'a/b:1@sha256:bb')],
      'image a/b:1@sha256:aa → 1@sha256:bb',
      2,
    ],
    ['an init image', [set(`${pod}.initContainers[migrate].image`, 'm:1', 'm:2')], 'image m:1 → 2', 2],
    ['a variable', [set(`${container}.env[PAYMENTS_PORT].value`, '8080', '8081')], 'env PAYMENTS_PORT 8080 → 8081', 2],
    ['a new variable', [add(`${container}.env[DEBUG]`, { name: 'DEBUG', value: 'true' })], 'env DEBUG true added', 2],
    [
      'a dropped variable',
      [drop(`${container}.env[DEBUG]`, { name: 'DEBUG', value: 'true' })],
      'env DEBUG true removed',
      2,
    ],
    [
      'a secret',
      [set(`${container}.env[DB_PASSWORD].value`, 'redacted-hmac-aa', 'redacted-hmac-bb')],
      'env DB_PASSWORD changed',
      2,
    ],
    [
      'a variable from elsewhere',
      [set(`${container}.env[X].valueFrom.configMapKeyRef.key`, 'a', 'b')],
      'env X changed',
      2,
    ],
    ['the first variables', [add(`${container}.env`, [{ name: 'A', value: '1' }])], 'env of checkout changed', 2],
    ['a limit', [set(`${container}.resources.limits.memory`, '256Mi', '64Mi')], 'memory limit 256Mi → 64Mi', 2],
    ['a new request', [add(`${container}.resources.requests.cpu`, '100m')], 'cpu request 100m added', 2],
    [
      'a probe',
      [set(`${container}.readinessProbe.httpGet.path`, '/', '/healthz')],
      'readinessProbe of checkout changed',
      2,
    ],
    ['arguments', [set(`${container}.args`, ['a'], ['a', 'b'])], 'args of checkout changed', 2],
    ['a sidecar', [add(`${pod}.containers[proxy]`, { name: 'proxy' })], 'container proxy added', 2],
    ['a mount', [add(`${container}.volumeMounts[/etc/x]`, {})], 'volumeMounts of checkout changed', 2],
    ['a volume', [add(`${pod}.volumes[config]`, { name: 'config' })], 'volume config added', 2],
    [
      'a restart',
      [add(`${'spec.template.metadata.annotations'}[kubectl.kubernetes.io/restartedAt]`, 'x')],
      'restarted by hand',
      2,
    ],
    ['a scale to zero', [set('spec.replicas', 3, 0)], 'replicas 3 → 0', 2],
    ['a pause', [add('spec.paused', true)], 'roll-out paused', 2],
    [
      'another strategy',
      [set('spec.strategy.type', 'RollingUpdate', 'Recreate')],
      'strategy.type RollingUpdate → Recreate',
      2,
    ],
    ['another account', [set(`${pod}.serviceAccountName`, 'a', 'b')], 'serviceAccountName a → b', 2],
    [
      'a label of its pods',
      [set('spec.template.metadata.labels.a', '1', '2')],
      'labels or annotations of its pods changed',
      2,
    ],
    ['a label', [set('metadata.labels.tier', 'a', 'b')], 'label tier a → b', 1],
    [
      'a label with dots',
      [add('metadata.labels[app.kubernetes.io/part-of]', 'shop')],
      'label app.kubernetes.io/part-of shop added',
      1,
    ],
    ['an annotation', [set('metadata.annotations[a.b/c]', 'x', 'y')], 'annotation a.b/c changed', 0],
    ['the end of it', [add('metadata.deletionTimestamp', '2026-11-21T03:12:00Z')], 'deletion begun', 1],
  ])('%s', (_, diff, summary, severity) => expect(told({ diff })).toEqual([summary, severity]));

  test.each<[string, Told, string, number]>([
    ['a ConfigMap', { kind: 'ConfigMap', diff: [set('data.PORT', '8080', '8081')] }, 'key PORT 8080 → 8081', 2],
    [
      'a file in one',
      { kind: 'ConfigMap', diff: [set('data[app.properties]', 'a\nb', 'a\nc')] },
      'key app.properties changed',
      2,
    ],
    ['a Secret', { kind: 'Secret', diff: [set('data.tls', 'eA==', 'eQ==')] }, 'key tls changed', 2],
    ['a new key in one', { kind: 'Secret', diff: [add('data.more', 'eA==')] }, 'key more added', 2],
    ['a Service', { kind: 'Service', diff: [set('spec.selector.app', 'a', 'b')] }, 'selector app a → b', 2],
    [
      'its port',
      { kind: 'Service', diff: [set('spec.ports[http].targetPort', 80, 81)] },
      'targetPort of port http 80 → 81',
      2,
    ],
    [
      'an autoscaler',
      { kind: 'HorizontalPodAutoscaler', diff: [set('spec.maxReplicas', 3, 9)] },
      'maxReplicas 3 → 9',
      2,
    ],
    ['a CronJob', { kind: 'CronJob', diff: [set('spec.suspend', false, true)] }, 'suspended', 2],
    ['an Ingress', { kind: 'Ingress', diff: [set('spec.rules[0].host', 'a', 'b')] }, 'rules changed', 2],
    ['a Role', { kind: 'Role', diff: [set('rules[0].verbs', ['get'], ['*'])] }, 'rules changed', 2],
    ['a Node', { kind: 'Node', diff: [add('spec.unschedulable', true)] }, 'cordoned', 2],
    ['a taint', { kind: 'Node', diff: [add('spec.taints', [{ key: 'x' }])] }, 'taint added', 1],
    ['its own kind', { kind: 'Widget', diff: [set('spec.size', 'S', 'L')] }, 'size S → L', 2],
    [
      'what has no spec',
      { kind: 'StorageClass', diff: [set('reclaimPolicy', 'Delete', 'Retain')] },
      'reclaimPolicy Delete → Retain',
      1,
    ],
    [
      'the autoscaler at work',
      { actor: 'kube-controller-manager', diff: [set('spec.replicas', 3, 5)] },
      'replicas 3 → 5',
      1,
    ],
    ['Argo CD at work', { actor: 'argocd-controller', diff: [set('spec.replicas', 3, 5)] }, 'replicas 3 → 5', 2],
    [
      'a roll-out in its ReplicaSet',
      { kind: 'ReplicaSet', owner: 'd', diff: [set('spec.replicas', 3, 0)] },
      'replicas 3 → 0',
      0,
    ],
  ])('%s', (_, revision, summary, severity) => expect(told(revision)).toEqual([summary, severity]));

  test('several are said at once, the weightiest first, and what came along is left out', () => {
    const diff = [
      set('metadata.annotations[deployment.kubernetes.io/revision]', '3', '4'),
      set('metadata.labels[app.kubernetes.io/version]', '1.8.2', '1.9.0'),
      set('spec.template.metadata.labels[app.kubernetes.io/version]', '1.8.2', '1.9.0'),
      set(`${container}.image`, 'shop/checkout:1.8.2', 'shop/checkout:1.9.0'),
      set(`${container}.env[PAYMENTS_PORT].value`, '8080', '8081'),
      set('status.readyReplicas', 3, 2),
    ];
    expect(told({ diff })).toEqual(['image shop/checkout:1.8.2 → 1.9.0, env PAYMENTS_PORT 8080 → 8081', 2]);
  });

  test('too many are counted', () => {
    const diff = [...'abcdef'].map((name) => set(`${container}.env[${name}].value`, '1', '2'));
    expect(told({ diff })[0]).toBe('env a 1 → 2, env b 1 → 2, env c 1 → 2, env d 1 → 2 and 2 more');
  });
});

describe('what a person would say of a status', () => {
  const ready = (before: number | undefined, after: number | undefined) => [
    after === undefined ? drop('status.readyReplicas', before) : set('status.readyReplicas', before, after),
  ];
  const status = 'status.containerStatuses[app]';
  test.each<[string, Told, Standing | undefined, string, number]>([
    ['an outage', { diff: ready(3, undefined) }, { wanted: 3 }, 'status 3 → 0 of 3 ready', 3],
    ['one of one', { diff: ready(1, 0) }, { wanted: 1 }, 'status 1 → 0 of 1 ready', 1],
    ['the rest of an outage', { diff: ready(1, 0) }, { wanted: 4 }, 'status 1 → 0 of 4 ready', 0],
    [
      'its ReplicaSet',
      { kind: 'ReplicaSet', owner: 'd', diff: ready(3, 0) },
      { wanted: 3 },
      'status 3 → 0 of 3 ready',
      0,
    ],
    [
      'a silent node',
      {
        kind: 'Node',
        diff: [
          set('status.conditions[Ready].status', 'True', 'Unknown'),
          set('status.conditions[DiskPressure].status', 'False', 'Unknown'),
        ],
      },
      undefined,
      'not ready',
      3,
    ],
    ['a dip', { diff: ready(3, 2) }, { wanted: 3 }, 'status 3 → 2 of 3 ready', 0],
    ['a scale to zero', { diff: ready(3, undefined) }, { wanted: 0 }, 'status 3 → 0 of 0 ready', 0],
    ['nobody knows of how many', { diff: ready(3, 2) }, undefined, 'status 3 → 2 ready', 0],
    [
      'a lost node',
      { kind: 'Node', diff: [set('status.conditions[Ready].status', 'True', 'Unknown')] },
      undefined,
      'not ready',
      3,
    ],
    [
      'its return',
      { kind: 'Node', diff: [set('status.conditions[Ready].status', 'False', 'True')] },
      undefined,
      'ready again',
      1,
    ],
    [
      'pressure',
      { kind: 'Node', diff: [set('status.conditions[MemoryPressure].status', 'False', 'True')] },
      undefined,
      'MemoryPressure',
      1,
    ],
    [
      'a restart',
      { kind: 'Pod', owner: 'r', diff: [set(`${status}.restartCount`, 2, 3)] },
      undefined,
      'app restarted (3 times)',
      1,
    ],
    [
      'out of memory',
      { kind: 'Pod', owner: 'r', diff: [add(`${status}.state.terminated`, { reason: 'OOMKilled', exitCode: 137 })] },
      undefined,
      'app OOMKilled (exit 137)',
      1,
    ],
    [
      'a crash loop',
      { kind: 'Pod', owner: 'r', diff: [add(`${status}.state.waiting`, { reason: 'CrashLoopBackOff' })] },
      undefined,
      'app CrashLoopBackOff',
      1,
    ],
    [
      'a normal end',
      { kind: 'Pod', owner: 'r', diff: [add(`${status}.state.terminated`, { reason: 'Completed', exitCode: 0 })] },
      undefined,
      'app Completed',
      0,
    ],
    [
      'a phase',
      { kind: 'Pod', owner: 'r', diff: [set('status.phase', 'Pending', 'Running')] },
      undefined,
      'phase Pending → Running',
      0,
    ],
    [
      'a lost volume',
      { kind: 'PersistentVolumeClaim', diff: [set('status.phase', 'Bound', 'Lost')] },
      undefined,
      'phase Bound → Lost',
      3,
    ],
    ['a failed Job', { kind: 'Job', owner: 'c', diff: [add('status.failed', 1)] }, undefined, '1 failed', 1],
    [
      'a stuck roll-out',
      { diff: [set('status.conditions[Progressing].reason', 'ReplicaSetUpdated', 'ProgressDeadlineExceeded')] },
      undefined,
      'roll-out does not progress',
      1,
    ],
    ['anything else', { diff: [set('status.observedThing', 1, 2)] }, undefined, 'status', 0],
    ['a first status', { diff: [add('status', {})] }, undefined, 'status', 0],
  ])('%s', (_, revision, standing, summary, severity) => expect(told(revision, standing)).toEqual([summary, severity]));
});

describe('coming and going', () => {
  test.each<[string, Told, string, number]>([
    ['a Deployment comes', { op: 'add' }, 'created', 2],
    ['a Service comes', { op: 'add', kind: 'Service' }, 'created', 2],
    ['a ConfigMap comes', { op: 'add', kind: 'ConfigMap' }, 'created', 1],
    ['a pod is made', { op: 'add', kind: 'Pod', owner: 'r' }, 'created', 0],
    ['a Job of a CronJob is made', { op: 'add', kind: 'Job', owner: 'c' }, 'created', 0],
    ['a Deployment goes', { op: 'delete' }, 'deleted', 3],
    ['a Service goes', { op: 'delete', kind: 'Service' }, 'deleted', 3],
    ['a node goes', { op: 'delete', kind: 'Node' }, 'deleted', 3],
    ['a ConfigMap goes', { op: 'delete', kind: 'ConfigMap' }, 'deleted', 2],
    ['a pod is removed', { op: 'delete', kind: 'Pod', owner: 'r' }, 'deleted', 0],
    ['a lone pod goes', { op: 'delete', kind: 'Pod' }, 'deleted', 1],
    ['nobody saw it go', { op: 'delete', goneAfter: 5 }, 'deleted, found missing later', 3],
  ])('%s', (_, revision, summary, severity) => expect(told(revision)).toEqual([summary, severity]));
});
