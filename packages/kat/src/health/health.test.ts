import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../manifest.ts';
import { eventMeaning } from './event-meaning.ts';
import { healthOf } from './health.ts';

const pod = (status: Json, more: Json = {}): Json => ({
  apiVersion: 'v1',
  kind: 'Pod',
  spec: { containers: [{ name: 'main' }] },
  status,
  ...more,
});
const container = (state: Json, more: Json = {}): Json => ({ name: 'main', ready: false, state, ...more });
const running = (statuses: readonly Json[], more: Json = {}): Json =>
  pod({ phase: 'Running', containerStatuses: statuses, ...more });

describe('the health of a pod', () => {
  it.each<[string, Json, string, string[]]>([
    ['runs and is ready', running([container({ running: {} }, { ready: true })]), 'well', []],
    ['has done its work', pod({ phase: 'Succeeded' }), 'well', []],
    ['has a completed helper', running([container({ terminated: { exitCode: 0, reason: 'Completed' } })]), 'well', []],
    [
      'crashes in a loop',
      running([
        container(
          { waiting: { reason: 'CrashLoopBackOff' } },
          { lastState: { terminated: { exitCode: 1, reason: 'Error' } } },
        ),
      ]),
      'broken',
      ['CrashLoopBackOff (exit 1)'],
    ],
    [
      'was killed for its memory',
      running([
        container(
          { waiting: { reason: 'CrashLoopBackOff' } },
          { lastState: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
        ),
      ]),
      'broken',
      ['CrashLoopBackOff (OOMKilled)'],
    ],
    [
      'has just died',
      running([container({ terminated: { exitCode: 3, reason: 'Error' } })]),
      'broken',
      ['Error (exit 3)'],
    ],
    [
      'finds no image',
      pod({ phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ImagePullBackOff' } })] }),
      'broken',
      ['ImagePullBackOff'],
    ],
    [
      'fits no node',
      pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }] }),
      'broken',
      ['Unschedulable'],
    ],
    [
      'is being made',
      pod({ phase: 'Pending', containerStatuses: [container({ waiting: { reason: 'ContainerCreating' } })] }),
      'degraded',
      ['ContainerCreating'],
    ],
    [
      'fails while it prepares',
      pod({ phase: 'Pending', initContainerStatuses: [container({ terminated: { exitCode: 2, reason: 'Error' } })] }),
      'broken',
      ['init: Error (exit 2)'],
    ],
    ['is not ready', running([container({ running: {} })]), 'degraded', ['0 of 1 containers ready']],
    ['is going away', running([container({ running: {} }, { ready: true })], {}), 'well', []],
    ['was evicted', pod({ phase: 'Failed', reason: 'Evicted' }), 'broken', ['Evicted']],
    ['is out of reach', pod({ phase: 'Unknown', reason: 'NodeLost' }), 'unknown', ['NodeLost']],
    ['has no status yet', pod({}), 'degraded', ['Pending']],
  ])('that %s', (_, object, health, reasons) => {
    expect(healthOf(object)).toEqual({ health, reasons });
  });

  it('is degraded while it terminates', () => {
    const going = {
      ...running([container({ running: {} }, { ready: true })]),
      metadata: { deletionTimestamp: '2026-11-20T08:00:00Z' },
    };
    expect(healthOf(going)).toEqual({ health: 'degraded', reasons: ['Terminating'] });
  });
});

describe('the health of everything else', () => {
  const deployment = (replicas: number, status: Json): Json => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas },
    status,
  });
  const conditions = (type: string, status: string, reason = 'Why'): Json => ({
    conditions: [{ type, status, reason }],
  });

  it.each<[string, Json, string, string[]]>([
    ['a whole deployment', deployment(2, { readyReplicas: 2, updatedReplicas: 2 }), 'well', []],
    ['a deployment scaled to zero', deployment(0, {}), 'well', []],
    [
      'a deployment short of one',
      deployment(3, { readyReplicas: 2, updatedReplicas: 3 }),
      'degraded',
      ['2 of 3 ready'],
    ],
    ['a deployment without any', deployment(3, {}), 'broken', ['0 of 3 ready']],
    [
      'a deployment rolling out',
      deployment(2, { readyReplicas: 2, updatedReplicas: 1 }),
      'degraded',
      ['rolling out: 1 of 2 updated'],
    ],
    [
      'a stuck roll-out',
      deployment(2, {
        readyReplicas: 2,
        updatedReplicas: 1,
        ...conditions('Progressing', 'False', 'ProgressDeadlineExceeded'),
      }),
      'degraded',
      ['roll-out stuck: ProgressDeadlineExceeded'],
    ],
    [
      'a daemon set',
      { apiVersion: 'apps/v1', kind: 'DaemonSet', status: { desiredNumberScheduled: 3, numberReady: 1 } },
      'degraded',
      ['1 of 3 ready'],
    ],
    [
      'a failed job',
      { apiVersion: 'batch/v1', kind: 'Job', status: conditions('Failed', 'True', 'BackoffLimitExceeded') },
      'broken',
      ['failed: BackoffLimitExceeded'],
    ],
    ['a done job', { apiVersion: 'batch/v1', kind: 'Job', status: conditions('Complete', 'True') }, 'well', []],
    [
      'a suspended cron job',
      { apiVersion: 'batch/v1', kind: 'CronJob', spec: { suspend: true } },
      'degraded',
      ['suspended'],
    ],
    [
      'a lost node',
      { apiVersion: 'v1', kind: 'Node', status: conditions('Ready', 'Unknown', 'NodeStatusUnknown') },
      'broken',
      ['NotReady: NodeStatusUnknown'],
    ],
    [
      'a cordoned node',
      { apiVersion: 'v1', kind: 'Node', spec: { unschedulable: true }, status: conditions('Ready', 'True') },
      'degraded',
      ['cordoned'],
    ],
    [
      'a pending claim',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Pending' } },
      'degraded',
      ['Pending'],
    ],
    [
      'a lost claim',
      { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: { phase: 'Lost' } },
      'broken',
      ['Lost'],
    ],
    [
      'an autoscaler that cannot',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        status: conditions('AbleToScale', 'False', 'FailedGetScale'),
      },
      'broken',
      ['cannot scale: FailedGetScale'],
    ],
    [
      'a budget that is not met',
      { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', status: { currentHealthy: 1, desiredHealthy: 2 } },
      'degraded',
      ['1 of 2 healthy'],
    ],
    [
      'a custom object that is not ready',
      { apiVersion: 'shop.test/v1', kind: 'Widget', status: conditions('Ready', 'False', 'NoQuota') },
      'degraded',
      ['not Ready: NoQuota'],
    ],
    ['a custom object of a known kind name', { apiVersion: 'shop.test/v1', kind: 'Node' }, 'well', []],
    ['a config map', { apiVersion: 'v1', kind: 'ConfigMap', data: {} }, 'well', []],
  ])('%s', (_, object, health, reasons) => {
    expect(healthOf(object)).toEqual({ health, reasons });
  });

  it('never throws, whatever a manifest looks like', () => {
    const kinds = fc.constantFrom('Pod', 'Node', 'Deployment', 'Job', 'HorizontalPodAutoscaler', 'Service', 'Widget');
    const apiVersions = fc.constantFrom('v1', 'apps/v1', 'batch/v1', 'autoscaling/v2', 7, null);
    const object = fc.record({
      kind: kinds,
      apiVersion: apiVersions,
      spec: fc.jsonValue(),
      status: fc.jsonValue(),
      metadata: fc.jsonValue(),
    });
    fc.assert(fc.property(object, (given) => healthOf(given as Json).reasons.every((reason) => reason !== '')));
  });
});

describe('event meanings', () => {
  it('explain at least the forty commonest reasons', () => {
    const common = [
      'BackOff',
      'FailedScheduling',
      'Unhealthy',
      'FailedMount',
      'Killing',
      'ScalingReplicaSet',
      'NodeNotReady',
      'OOMKilling',
      'FailedCreate',
      'Evicted',
    ];
    for (const reason of common) expect(eventMeaning(reason)).toMatch(/\.$/);
    expect(eventMeaning('toString')).toBeUndefined();
  });
});
