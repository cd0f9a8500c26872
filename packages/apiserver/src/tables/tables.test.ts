import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { builtInKinds } from '../kinds/built-in.ts';
import type { KubeObject, ResourceKind } from '../port.ts';
import { humanDuration } from './age.ts';
import { columnsOf } from './columns.ts';
import { jsonPath } from './json-path.ts';
import { tableRow } from './table.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

const object = (fields: Json): KubeObject => ({
  apiVersion: 'v1',
  kind: 'X',
  ...fields,
  metadata: {
    name: 'a',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T23:00:00Z',
    ...(fields.metadata ?? {}),
  },
});

const kindNamed = (name: string): ResourceKind => {
  const found = builtInKinds().find((kind) => kind.kind === name);
  if (found === undefined) throw new Error(`no kind ${name}`);
  return found;
};

/** Cells that are always shown, by column. */
function row(kind: ResourceKind, fields: Json): Record<string, unknown> {
  const columns = columnsOf(kind);
  const { cells } = tableRow(columns, object(fields), NOW, null);
  return Object.fromEntries(columns.map(({ name }, i) => [name, cells[i]]));
}

describe('ages', () => {
  it.each([
    [0, '0s'],
    [119, '119s'],
    [125, '2m5s'],
    [600, '10m'],
    [3 * 3600 - 1, '179m'],
    [3 * 3600, '3h'],
    [5 * 3600 + 720, '5h12m'],
    [47 * 3600, '47h'],
    [51 * 3600, '2d3h'],
    [8 * 86_400, '8d'],
    [729 * 86_400, '729d'],
    [800 * 86_400, '2y70d'],
    [9 * 365 * 86_400, '9y'],
    [-60, '<invalid>'],
  ])('%d s is written %s', (seconds, expected) => {
    expect(humanDuration(seconds * 1000)).toBe(expected);
  });
});

const status = (state: Json, more: Json = {}) => ({ name: 'main', ready: false, restartCount: 0, state, ...more });
const RUNNING = status({ running: {} }, { ready: true });

describe('a pod in one word', () => {
  const containers = [{ name: 'main' }];
  it.each<[string, Json, Json]>([
    ['runs', { phase: 'Running', containerStatuses: [RUNNING] }, { Ready: '1/1', Status: 'Running', Restarts: '0' }],
    ['waits for a node', { phase: 'Pending' }, { Ready: '0/1', Status: 'Pending', Restarts: '0' }],
    [
      'crashes again and again',
      {
        phase: 'Running',
        containerStatuses: [
          status(
            { waiting: { reason: 'CrashLoopBackOff' } },
            { restartCount: 4, lastState: { terminated: { finishedAt: '2026-01-01T23:58:30Z' } } },
          ),
        ],
      },
      { Ready: '0/1', Status: 'CrashLoopBackOff', Restarts: '4 (90s ago)' },
    ],
    [
      'was killed for its memory',
      { phase: 'Running', containerStatuses: [status({ terminated: { reason: 'OOMKilled', exitCode: 137 } })] },
      { Status: 'OOMKilled' },
    ],
    [
      'ended with a code',
      { phase: 'Failed', containerStatuses: [status({ terminated: { exitCode: 3 } })] },
      { Status: 'ExitCode:3' },
    ],
    [
      'is done',
      { phase: 'Succeeded', containerStatuses: [status({ terminated: { reason: 'Completed', exitCode: 0 } })] },
      { Ready: '0/1', Status: 'Completed' },
    ],
    ['was evicted', { phase: 'Failed', reason: 'Evicted' }, { Status: 'Evicted' }],
  ])('%s', (_name, podStatus, expected) => {
    expect(row(kindNamed('Pod'), { spec: { containers }, status: podStatus })).toMatchObject(expected);
  });

  it('prepares, is gated, goes away', () => {
    const initContainers = [{ name: 'one' }, { name: 'two' }];
    const initContainerStatuses = [
      { name: 'one', state: { terminated: { exitCode: 0 } } },
      { name: 'two', state: { running: {} } },
    ];
    expect(
      row(kindNamed('Pod'), {
        spec: { containers, initContainers },
        status: { phase: 'Pending', initContainerStatuses },
      }).Status,
    ).toBe('Init:1/2');
    const conditions = [{ type: 'PodScheduled', reason: 'SchedulingGated' }];
    expect(row(kindNamed('Pod'), { spec: { containers }, status: { phase: 'Pending', conditions } }).Status).toBe(
      'SchedulingGated',
    );
    const metadata = {
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '',
      deletionTimestamp: '2026-01-01T00:00:00Z',
    };
    expect(
      row(kindNamed('Pod'), {
        metadata,
        spec: { containers },
        status: { phase: 'Running', containerStatuses: [RUNNING] },
      }).Status,
    ).toBe('Terminating');
  });
});

describe('columns', () => {
  it.each<[string, Json, Json]>([
    [
      'Deployment',
      { spec: { replicas: 3 }, status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 } },
      { Ready: '2/3', 'Up-to-date': 3, Available: 2, Age: '60m' },
    ],
    ['StatefulSet', { spec: { replicas: 1 }, status: {} }, { Ready: '0/1' }],
    [
      'Service',
      {
        spec: {
          type: 'NodePort',
          clusterIP: '10.0.0.1',
          ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }],
          selector: { b: '2', a: '1' },
        },
      },
      {
        Type: 'NodePort',
        'Cluster-IP': '10.0.0.1',
        'External-IP': '<none>',
        'Port(s)': '80:30080/TCP',
        Selector: 'a=1,b=2',
      },
    ],
    ['Service', { spec: { type: 'LoadBalancer' }, status: {} }, { 'External-IP': '<pending>' }],
    [
      'Node',
      {
        spec: { unschedulable: true },
        status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1' } },
      },
      { Status: 'Ready,SchedulingDisabled', Roles: '<none>', Version: 'v1' },
    ],
    [
      'Job',
      { spec: { completions: 2 }, status: { succeeded: 1, startTime: '2026-01-01T23:59:00Z' } },
      { Status: 'Running', Completions: '1/2', Duration: '60s' },
    ],
    [
      'PersistentVolumeClaim',
      {
        spec: { volumeName: 'v' },
        status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
      },
      { Status: 'Bound', Capacity: '1Gi', 'Access Modes': 'RWO' },
    ],
    [
      'Event',
      {
        involvedObject: { kind: 'Pod', name: 'x' },
        lastTimestamp: '2026-01-01T23:59:30Z',
        message: 'm\n',
        reason: 'R',
        type: 'Normal',
      },
      { 'Last Seen': '30s', Object: 'pod/x', Message: 'm', Reason: 'R' },
    ],
    [
      'HorizontalPodAutoscaler',
      {
        spec: {
          scaleTargetRef: { kind: 'Deployment', name: 'w' },
          maxReplicas: 3,
          minReplicas: 1,
          metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: 50 } } }],
        },
        status: {
          currentMetrics: [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 20 } } }],
        },
      },
      { Reference: 'Deployment/w', Targets: 'cpu: 20%/50%', MinPods: '1', MaxPods: 3 },
    ],
    [
      'EndpointSlice',
      {
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: [{ addresses: ['1'] }, { addresses: ['2'] }, { addresses: ['3'] }, { addresses: ['4'] }],
      },
      { Ports: '80', Endpoints: '1,2,3 + 1 more...' },
    ],
    ['ConfigMap', { data: { a: '1' }, binaryData: { b: '' } }, { Data: 2 }],
  ])('of a %s', (kind, fields, expected) => {
    expect(row(kindNamed(kind), fields)).toMatchObject(expected);
  });

  it('every built-in kind fills its cells, whatever an object lacks', () => {
    for (const kind of builtInKinds()) expect(Object.keys(row(kind, {})).length).toBeGreaterThan(1);
  });

  it("a custom kind's are read by JSONPath, dates as ages", () => {
    const printerColumns = [
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
      { name: 'Since', type: 'date', jsonPath: '.metadata.creationTimestamp' },
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Broken', type: 'string', jsonPath: '.a[?(' },
    ];
    const kind = { ...kindNamed('ConfigMap'), group: 'acme.io', resource: 'things', printerColumns };
    const fields = {
      spec: { size: 3 },
      status: {
        conditions: [
          { type: 'Other', status: 'x' },
          { type: 'Ready', status: 'True' },
        ],
      },
    };
    expect(row(kind, fields)).toEqual({ Name: 'a', Ready: 'True', Since: '60m', Size: 3, Broken: null });
  });
});

describe('JSONPath', () => {
  const value = { a: { b: [{ c: 1 }, { c: 2 }] }, 'x.y/z': 'dotted', list: [1, 2, 3] };
  it.each<[string, unknown[] | undefined]>([
    ['.a.b[0].c', [1]],
    ['{.a.b[*].c}', [1, 2]],
    ['.list[-1]', [3]],
    ['.x\\.y/z', ['dotted']],
    ["['x.y/z']", ['dotted']],
    ['..c', [1, 2]],
    ['.a.b[?(@.c>1)].c', [2]],
    ['.missing.field', []],
    ['.a[', undefined],
  ])('%s', (path, expected) => {
    expect(jsonPath(path)?.(value)).toEqual(expected);
  });
});
