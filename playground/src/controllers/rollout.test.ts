import { expect, test } from 'vitest';
import { remove } from '../deleting.ts';
import { setStep } from '../story/ops.ts';
import { lab, service, webDeployment, withImage } from '../testing.ts';
import { setsOf } from './deployment.ts';
import { conditionOf, isReady } from './pods.ts';

test('a Deployment becomes as many ready pods, and its Service knows their addresses', () => {
  const { apply, pass, ready, sim, deployment } = lab();
  apply(service('web'));
  apply(webDeployment('web'));
  pass(20);
  expect(ready()).toBe(3);
  expect(deployment('web').status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3 });
  const slice = [...sim.world.inNamespace('EndpointSlice', 'lab')][0];
  expect(slice?.endpoints).toHaveLength(3);
  expect(slice?.ports).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }]);
});

test.each([
  { maxSurge: 1, maxUnavailable: 0, replicas: 4 },
  { maxSurge: 0, maxUnavailable: 1, replicas: 4 },
  { maxSurge: '50%', maxUnavailable: '25%', replicas: 8 },
  { maxSurge: 0, maxUnavailable: 0, replicas: 3 },
])(
  'a roll-out stays within $maxSurge surge and $maxUnavailable unavailable of $replicas',
  ({ replicas, ...rollingUpdate }) => {
    const { apply, pass, pods, ready, edit, deployment, sim } = lab();
    apply(webDeployment('web', { replicas, strategy: { type: 'RollingUpdate', rollingUpdate } }));
    pass(30);
    edit('web', (dep) => withImage(dep, 'shop/web:2.0.0'));
    const surge = rollingUpdate.maxSurge === '50%' ? 4 : Number(rollingUpdate.maxSurge);
    const missing =
      rollingUpdate.maxUnavailable === '25%' ? 2 : Math.max(Number(rollingUpdate.maxUnavailable), surge === 0 ? 1 : 0);
    for (let i = 0; i < 1200; i++) {
      pass(0.1);
      const active = pods().filter(({ metadata }) => metadata.deletionTimestamp === undefined);
      expect(active.length).toBeLessThanOrEqual(replicas + surge);
      expect(ready()).toBeGreaterThanOrEqual(replicas - missing);
    }
    expect(pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(Array(replicas).fill('shop/web:2.0.0'));
    expect(conditionOf(deployment('web').status.conditions, 'Progressing')?.reason).toBe('NewReplicaSetAvailable');
    expect(setsOf(sim, deployment('web'))).toHaveLength(2);
  },
);

test('a template that comes back takes its old ReplicaSet up again, under a new revision', () => {
  const { apply, pass, edit, deployment, sim } = lab();
  apply(webDeployment('web'));
  pass(20);
  const first = setsOf(sim, deployment('web'))[0]?.metadata.name;
  edit('web', (dep) => withImage(dep, 'shop/web:2.0.0'));
  pass(60);
  edit('web', (dep) => withImage(dep, 'shop/web:1.0.0'));
  pass(60);
  const living = setsOf(sim, deployment('web')).filter(({ spec }) => spec.replicas > 0);
  expect(living.map(({ metadata }) => metadata.name)).toEqual([first]);
  expect(deployment('web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('3');
});

test('a release whose port nobody listens on never becomes ready, passes its deadline, and heals by rolling back', () => {
  const { apply, pass, pods, deployment, events, sim } = lab();
  apply(service('payments'));
  const strategy = { type: 'Recreate' };
  apply(
    webDeployment('checkout', {
      image: 'shop/checkout:1.8.2',
      env: { PAYMENTS_HOST: 'payments', PAYMENTS_PORT: '8080' },
      strategy,
      deadline: 60,
    }),
  );
  pass(30);
  const step = { op: 'deploy', namespace: 'lab', name: 'checkout' } as const;
  setStep(sim, { ...step, at: sim.now(), with: { tag: '1.9.0', env: 'PAYMENTS_PORT', value: '8081' } });
  pass(120);
  expect(pods().filter(isReady)).toHaveLength(0);
  expect(deployment('checkout').status).toMatchObject({ unavailableReplicas: 3 });
  expect(conditionOf(deployment('checkout').status.conditions, 'Progressing')?.reason).toBe('ProgressDeadlineExceeded');
  expect(conditionOf(deployment('checkout').status.conditions, 'Available')?.status).toBe('False');
  expect(events().filter((one) => one.startsWith('Unhealthy'))).toHaveLength(3);
  setStep(sim, { ...step, op: 'roll back', at: sim.now() });
  pass(60);
  expect(deployment('checkout').status).toMatchObject({ readyReplicas: 3 });
});

test('an image that does not exist ends in ImagePullBackOff and the old pods stay', () => {
  const { apply, pass, edit, pods, ready, events } = lab();
  apply(webDeployment('web'));
  pass(20);
  edit('web', (dep) => withImage(dep, 'shop/web:missing'));
  pass(60);
  expect(ready()).toBe(3);
  expect(pods().flatMap(({ status }) => status.containerStatuses?.[0]?.state.waiting?.reason ?? [])).toEqual([
    'ImagePullBackOff',
  ]);
  expect(events()).toContain('Failed: Error: ErrImagePull');
});

test('scaling down takes the pods that are not ready first', () => {
  const { apply, pass, edit, ready, deployment } = lab();
  apply(webDeployment('web', { replicas: 2 }));
  pass(20);
  edit('web', (dep) => ({ ...dep, spec: { ...dep.spec, replicas: 5 } }));
  edit('web', (dep) => ({ ...dep, spec: { ...dep.spec, replicas: 2 } }));
  expect(ready()).toBe(2);
  pass(20);
  expect(deployment('web').status).toMatchObject({ replicas: 2, readyReplicas: 2 });
});

test.each([
  { propagation: 'Background', sets: [], pods: 0 },
  { propagation: 'Foreground', sets: [], pods: 0 },
  { propagation: 'Orphan', sets: ['web'], pods: 2 },
])('deleting a Deployment with $propagation leaves $pods pods', ({ propagation, sets, ...left }) => {
  const { apply, pass, pods, deployment, sim } = lab();
  apply(webDeployment('web', { replicas: 2 }));
  pass(20);
  remove(sim, deployment('web'), { propagation });
  pass(20);
  expect(sim.world.get('Deployment', 'lab', 'web')).toBeUndefined();
  expect([...sim.world.inNamespace('ReplicaSet', 'lab')].map(({ metadata }) => metadata.name.split('-')[0])).toEqual(
    sets,
  );
  expect(pods()).toHaveLength(left.pods);
});
