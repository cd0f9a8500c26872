import { expect, test } from 'vitest';
import type { Change } from '../change-log.ts';
import { remove } from '../deleting.ts';
import { setStep } from '../story/ops.ts';
import { lab, service, webDeployment } from '../testing.ts';
import type { Pod } from '../types.ts';
import { isReady } from './pods.ts';

test('a crashing container restarts at once, then after 10, 20, 40 … at most 300 seconds', () => {
  const { apply, pass, sim } = lab();
  const starts: number[] = [];
  sim.world.listen(({ object, before, table }: Change) => {
    if (table !== 'Pod') return;
    const [now, was] = [object, before].map(
      (one) => (one as Pod | undefined)?.status.containerStatuses?.[0]?.restartCount ?? 0,
    );
    if ((now ?? 0) > (was ?? 0)) starts.push(sim.now());
  });
  apply(webDeployment('web', { replicas: 1, image: 'any/web:broken' }));
  pass(3600);
  const gaps = starts.slice(1).map((at, i) => Math.round((at - (starts[i] ?? 0)) / 1000));
  const waits = gaps.map((gap) => Math.round((gap - 6) / 10) * 10);
  expect(waits.slice(0, 6)).toEqual([10, 20, 40, 80, 160, 300]);
  expect(new Set(waits.slice(5))).toEqual(new Set([300]));
});

test('a container over its memory is OOMKilled with exit 137, and its node says so', () => {
  const { apply, pass, pods, events } = lab();
  apply(webDeployment('web', { replicas: 1, image: 'any/web:oom' }));
  pass(200);
  const status = pods()[0]?.status.containerStatuses?.[0];
  expect(status?.restartCount).toBeGreaterThan(0);
  const ended = status?.state.terminated ?? status?.lastState.terminated;
  expect(ended).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  expect(events().some((one) => one.startsWith('OOMKilling'))).toBe(true);
});

test('a pod that lacks a ConfigMap waits with CreateContainerConfigError until it is there', () => {
  const { apply, pass, pods, sim } = lab();
  const draft = webDeployment('web', { replicas: 1 });
  const spec = draft.spec as { template: { spec: { containers: object[] } } };
  const [first] = spec.template.spec.containers;
  spec.template.spec.containers = [{ ...first, envFrom: [{ configMapRef: { name: 'settings' } }] }];
  apply(draft);
  pass(20);
  expect(pods()[0]?.status.containerStatuses?.[0]?.state.waiting?.reason).toBe('CreateContainerConfigError');
  apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'lab' }, data: { A: '1' } });
  pass(30);
  expect(pods().filter(isReady)).toHaveLength(1);
  expect(sim.world.get('Endpoints', 'lab', 'web')).toBeUndefined();
});

test('a pod too big for every node stays pending and says which resource is missing', () => {
  const { apply, pass, pods, events } = lab();
  const draft = webDeployment('web', { replicas: 1 });
  const spec = draft.spec as { template: { spec: { containers: object[] } } };
  spec.template.spec.containers = [{ ...spec.template.spec.containers[0], resources: { requests: { cpu: '64' } } }];
  apply(draft);
  pass(5);
  expect(pods()[0]?.status.phase).toBe('Pending');
  expect(events().find((one) => one.startsWith('FailedScheduling'))).toContain(
    '0/3 nodes are available: 3 Insufficient cpu',
  );
});

test('a drained node loses its pods and gets none until it is uncordoned', () => {
  const { apply, pass, pods, ready, sim } = lab();
  apply(webDeployment('web', { replicas: 6 }));
  pass(30);
  setStep(sim, { at: sim.now(), op: 'drain', name: 'n2' });
  pass(40);
  expect(ready()).toBe(6);
  expect(pods().filter(({ spec }) => spec.nodeName === 'n2')).toHaveLength(0);
  expect(sim.world.get('Node', '', 'n2')?.spec.taints?.[0]?.key).toBe('node.kubernetes.io/unschedulable');
  setStep(sim, { at: sim.now(), op: 'cordon', name: 'n2', with: { undo: true } });
  pass(1);
  expect(sim.world.get('Node', '', 'n2')?.spec.taints).toBeUndefined();
});

test('a lost node turns Unknown after 40 s, its pods are evicted after five minutes more, and end when it is back', () => {
  const { apply, pass, pods, ready, events, sim } = lab();
  apply(service('web'));
  apply(webDeployment('web', { replicas: 6 }));
  pass(30);
  const lost = pods().filter(({ spec }) => spec.nodeName === 'n1').length;
  expect(lost).toBeGreaterThan(0);
  setStep(sim, { at: sim.now(), op: 'lose node', name: 'n1' });
  pass(45);
  expect(ready()).toBe(6 - lost);
  expect(events()).toContain('NodeNotReady: Node n1 status is now: NodeNotReady');
  pass(330);
  expect(ready()).toBe(6);
  expect(pods()).toHaveLength(6 + lost);
  setStep(sim, { at: sim.now(), op: 'return node', name: 'n1' });
  pass(20);
  expect(pods()).toHaveLength(6);
});

test('a StatefulSet starts its pods in order, with a claim each, and replaces them from the last', () => {
  const { apply, pass, pods, sim } = lab();
  apply({
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'db', namespace: 'lab' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image: 'postgres:17' }] } },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
        },
      ],
    },
  });
  pass(0.5);
  expect(pods()).toHaveLength(1);
  pass(60);
  expect(pods().map(({ metadata }) => metadata.name)).toEqual(['db-0', 'db-1', 'db-2']);
  expect([...sim.world.inNamespace('PersistentVolumeClaim', 'lab')].map(({ status }) => status?.phase)).toEqual([
    'Bound',
    'Bound',
    'Bound',
  ]);
  const gone: string[] = [];
  sim.world.listen(({ table, type, object }) => {
    if (table === 'Pod' && type === 'DELETED') gone.push(object.metadata.name);
  });
  const set = sim.world.get('StatefulSet', 'lab', 'db');
  if (set === undefined) throw new Error('it was applied');
  const { template } = set.spec;
  sim.world.update({
    ...set,
    spec: { ...set.spec, template: { ...template, spec: { containers: [{ name: 'db', image: 'postgres:18' }] } } },
  });
  pass(120);
  expect(gone).toEqual(['db-2', 'db-1', 'db-0']);
  expect(pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(['postgres:18', 'postgres:18', 'postgres:18']);
});

const job = (name: string, args: readonly string[], backoffLimit: number) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'lab' },
  spec: {
    backoffLimit,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'any/job:1', args }] } },
  },
});

test('a Job completes, and one that fails is tried again until its limit', () => {
  const { apply, pass, sim, events } = lab();
  apply(job('good', ['--takes=5'], 2));
  apply(job('bad', ['exit 1'], 2));
  pass(180);
  expect(sim.world.get('Job', 'lab', 'good')?.status).toMatchObject({ succeeded: 1 });
  expect(sim.world.get('Job', 'lab', 'bad')?.status).toMatchObject({ failed: 3 });
  expect(events()).toContain('BackoffLimitExceeded: Job has reached the specified backoff limit');
});

test('a CronJob makes a Job when it is due and keeps only its last ones', () => {
  const { apply, pass, sim } = lab();
  apply({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'tick', namespace: 'lab' },
    spec: {
      schedule: '* * * * *',
      successfulJobsHistoryLimit: 2,
      jobTemplate: { spec: job('x', ['--takes=5'], 1).spec },
    },
  });
  pass(601);
  const runs = [...sim.world.inNamespace('Job', 'lab')];
  expect(runs.length).toBeLessThanOrEqual(3);
  expect(runs[0]?.metadata.name).toMatch(/^tick-\d+$/);
  expect(sim.world.get('CronJob', 'lab', 'tick')?.status.lastSuccessfulTime).toBeDefined();
});

test('a namespace empties itself before it ends', () => {
  const { apply, pass, pods, sim } = lab();
  apply(service('web'));
  apply(webDeployment('web'));
  pass(20);
  const space = sim.world.get('Namespace', '', 'lab');
  if (space === undefined) throw new Error('the lab has one');
  remove(sim, space);
  pass(1);
  expect(sim.world.get('Namespace', '', 'lab')?.status).toEqual({ phase: 'Terminating' });
  pass(30);
  expect(pods()).toEqual([]);
  expect(sim.world.get('Namespace', '', 'lab')).toBeUndefined();
});
