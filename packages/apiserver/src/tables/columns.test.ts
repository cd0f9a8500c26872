import { describe, expect, it } from 'vitest';
import type { Json } from '../json.ts';
import { builtInKinds } from '../kinds/built-in.ts';
import { kindsOfDefinition } from '../kinds/definition.ts';
import { kind } from '../kinds/kind.ts';
import type { KubeObject, ResourceKind } from '../port.ts';
import { columnsOf } from './columns.ts';
import { tableRow } from './table.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');

/** `Name Ready IP*`: a star where only `-o wide` shows it; types other than text stand behind a colon. */
const written = (of: ResourceKind): string =>
  columnsOf(of)
    .map(({ name, type, priority }) => `${name}${type === 'string' ? '' : `:${type}`}${priority > 0 ? '*' : ''}`)
    .join(' | ');

const WORKLOAD = 'Containers* | Images* | Selector*';
const REPLICAS = `Name | Desired:integer | Current:integer | Ready:integer | Age | ${WORKLOAD}`;
const EVENT = 'Last Seen | Type | Reason | Object | Subobject* | Source* | Message | First Seen* | Count* | Name*';
const BINDING = 'Name | Role | Age | Users* | Groups* | ServiceAccounts*';

/** As kube-apiserver 1.34 defines them for its own kinds. */
const REAL: Readonly<Record<string, string>> = {
  Pod: 'Name | Ready | Status | Restarts | Age | IP* | Node* | Nominated Node* | Readiness Gates*',
  PodTemplate: 'Name | Containers | Images | Pod Labels',
  PodDisruptionBudget: 'Name | Min Available | Max Unavailable | Allowed Disruptions:integer | Age',
  ReplicationController: REPLICAS,
  ReplicaSet: REPLICAS,
  DaemonSet: `Name | Desired:integer | Current:integer | Ready:integer | Up-to-date:integer | Available:integer | Node Selector | Age | ${WORKLOAD}`,
  Job: `Name | Status | Completions | Duration | Age | ${WORKLOAD}`,
  CronJob: `Name | Schedule | Timezone | Suspend:boolean | Active:integer | Last Schedule | Age | ${WORKLOAD}`,
  Service: 'Name | Type | Cluster-IP | External-IP | Port(s) | Age | Selector*',
  Ingress: 'Name | Class | Hosts | Address | Ports | Age',
  IngressClass: 'Name | Controller | Parameters | Age',
  StatefulSet: 'Name | Ready | Age | Containers* | Images*',
  Endpoints: 'Name | Endpoints | Age',
  Node: 'Name | Status | Roles | Age | Version | Internal-IP* | External-IP* | OS-Image* | Kernel-Version* | Container-Runtime*',
  Event: EVENT,
  Namespace: 'Name | Status | Age',
  Secret: 'Name | Type | Data | Age',
  ServiceAccount: 'Name | Secrets | Age',
  PersistentVolume:
    'Name | Capacity | Access Modes | Reclaim Policy | Status | Claim | StorageClass | VolumeAttributesClass | Reason | Age | VolumeMode*',
  PersistentVolumeClaim:
    'Name | Status | Volume | Capacity | Access Modes | StorageClass | VolumeAttributesClass | Age | VolumeMode*',
  Deployment: `Name | Ready | Up-to-date | Available | Age | ${WORKLOAD}`,
  HorizontalPodAutoscaler: 'Name | Reference | Targets | MinPods | MaxPods | Replicas | Age',
  ConfigMap: 'Name | Data | Age',
  NetworkPolicy: 'Name | Pod-Selector | Age',
  RoleBinding: BINDING,
  ClusterRoleBinding: BINDING,
  Lease: 'Name | Holder | Age',
  StorageClass: 'Name | Provisioner | ReclaimPolicy | VolumeBindingMode | AllowVolumeExpansion | Age',
  ControllerRevision: 'Name | Controller | Revision | Age',
  ResourceQuota: 'Name | Request | Limit | Age',
  PriorityClass: 'Name | Value:integer | Global-Default:boolean | Age | PreemptionPolicy',
  EndpointSlice: 'Name | AddressType | Ports | Endpoints | Age',
  LimitRange: 'Name | Created At',
  Role: 'Name | Created At',
  ClusterRole: 'Name | Created At',
  CustomResourceDefinition: 'Name | Created At',
};

describe('columns are kube-apiserver’s', () => {
  it.each(Object.entries(REAL))('of %s', (name, expected) => {
    const found = builtInKinds().filter((each) => each.kind === name);
    expect(found.map(written)).toEqual(found.map(() => expected));
    expect(found).not.toEqual([]);
  });

  it.each([
    [
      'certificates.k8s.io/v1 CertificateSigningRequest',
      'Name | Age | SignerName | Requestor | RequestedDuration | Condition',
    ],
    ['storage.k8s.io/v1 CSINode', 'Name | Drivers:integer | Age'],
    ['storage.k8s.io/v1 VolumeAttachment', 'Name | Attacher | PV | Node | Attached:boolean | Age'],
    ['node.k8s.io/v1 RuntimeClass', 'Name | Handler | Age'],
    ['admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration', 'Name | Webhooks:integer | Age'],
    ['resource.k8s.io/v1 DeviceClass', 'Name | Created At'],
  ])('of %s', (text, expected) => {
    const [apiVersion = '', name = ''] = text.split(' ');
    const plural = name.endsWith('s') ? `${name.toLowerCase()}es` : `${name.toLowerCase()}s`;
    expect(written(kind(apiVersion, name, { plural }))).toBe(expected);
  });
});

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

const cellsOf = (name: string, fields: Json): Record<string, unknown> => {
  const found = builtInKinds().find((each) => each.kind === name);
  const columns = found === undefined ? [] : columnsOf(found);
  const { cells } = tableRow(columns, object(fields), NOW, null);
  return Object.fromEntries(columns.map(({ name: column }, i) => [column, cells[i]]));
};

const cpu = (share: number) => ({ type: 'Resource', resource: { name: 'cpu', target: { averageUtilization: share } } });
const queue = { type: 'External', external: { metric: { name: 'q' }, target: { averageValue: '30' } } };

describe('cells in the odd cases', () => {
  it.each<[string, string, Json, Json]>([
    [
      'a claim that waits shows no size',
      'PersistentVolumeClaim',
      { status: { phase: 'Pending' } },
      { Capacity: '', 'Access Modes': '' },
    ],
    [
      'access modes stand in one order',
      'PersistentVolume',
      { spec: { accessModes: ['ReadWriteMany', 'ReadWriteOnce'] } },
      { 'Access Modes': 'RWO,RWX', Capacity: '0' },
    ],
    [
      'of three metrics two are shown',
      'HorizontalPodAutoscaler',
      {
        spec: { metrics: [cpu(50), queue, queue] },
        status: { currentMetrics: [{ type: 'Resource', resource: { current: { averageUtilization: 7 } } }] },
      },
      { Targets: 'cpu: 7%/50%, <unknown>/30 (avg) + 1 more...' },
    ],
    [
      'endpoints go port by port',
      'Endpoints',
      { subsets: [{ addresses: [{ ip: '10.0.0.1' }, { ip: 'fd00::1' }], ports: [{ port: 80 }, { port: 81 }] }] },
      { Endpoints: '10.0.0.1:80,[fd00::1]:80,10.0.0.1:81 + 1 more...' },
    ],
    ['a rule without host names none', 'Ingress', { spec: { rules: [{}, { host: 'a.test' }] } }, { Hosts: 'a.test' }],
    [
      'addresses of a balancer are sorted and named once',
      'Service',
      {
        spec: { type: 'LoadBalancer' },
        status: { loadBalancer: { ingress: [{ ip: '2.2.2.2' }, { hostname: 'a' }, { ip: '2.2.2.2' }] } },
      },
      { 'External-IP': '2.2.2.2,a' },
    ],
    [
      'an old label names a role by its value',
      'Node',
      { metadata: { labels: { 'kubernetes.io/role': 'edge', 'node-role.kubernetes.io/worker': '' } } },
      { Roles: 'edge,worker', 'OS-Image': '<unknown>' },
    ],
    [
      'parameters of a class are named by kind',
      'IngressClass',
      { spec: { parameters: { apiGroup: 'k.io', kind: 'P', name: 'n' } } },
      { Parameters: 'P.k.io/n' },
    ],
    [
      'a selector is written by key',
      'Deployment',
      {
        spec: {
          selector: { matchLabels: { z: '1' }, matchExpressions: [{ key: 'b', operator: 'In', values: ['y', 'x'] }] },
        },
      },
      { Selector: 'b in (x,y),z=1' },
    ],
    [
      'a sidecar that crashes after the start is told by its containers',
      'Pod',
      {
        spec: { initContainers: [{ name: 'side', restartPolicy: 'Always' }], containers: [{ name: 'main' }] },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Initialized', status: 'True' }],
          initContainerStatuses: [
            { name: 'side', restartCount: 4, state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
          containerStatuses: [{ name: 'main', ready: true, restartCount: 1, state: { running: {} } }],
        },
      },
      { Ready: '1/2', Status: 'Init:CrashLoopBackOff', Restarts: '5' },
    ],
  ])('%s', (_sentence, name, fields, expected) => {
    expect(cellsOf(name, fields)).toMatchObject(expected);
  });

  it('a pod that ended carries the condition by which kubectl hides it', () => {
    const columns = columnsOf(builtInKinds()[0] as ResourceKind); // the first kind is Pod
    const row = tableRow(columns, object({ kind: 'Pod', status: { phase: 'Succeeded' } }), NOW, null);
    expect(row).toMatchObject({ conditions: [{ type: 'Completed', status: 'True', reason: 'Succeeded' }] });
    expect(tableRow(columns, object({ kind: 'Pod', status: { phase: 'Running' } }), NOW, null)).not.toHaveProperty(
      'conditions',
    );
  });
});

it('columns of a definition follow its paths, types and priorities, whatever an object holds', () => {
  const [widget] = kindsOfDefinition({
    ...object({}),
    spec: {
      group: 'x.dev',
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          additionalPrinterColumns: [
            { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
            { name: 'Parts', type: 'integer', jsonPath: '.spec.parts' },
            { name: 'On', type: 'boolean', jsonPath: '.spec.on' },
            { name: 'Tags', type: 'string', jsonPath: '.spec.tags[*]' },
            { name: 'Odd', type: 'string', jsonPath: ".metadata.annotations['a\\.b/c']" },
            { name: 'Since', type: 'date', jsonPath: '.status.since', priority: 1 },
          ],
        },
      ],
    },
  });
  const columns = widget === undefined ? [] : columnsOf(widget);
  const cells = (fields: Json) => tableRow(columns, object(fields), NOW, null).cells;
  expect(columns.map(({ name, type, priority }) => `${name} ${type} ${priority}`)).toEqual([
    'Name string 0',
    'Ready string 0',
    'Parts integer 0',
    'On boolean 0',
    'Tags string 0',
    'Odd string 0',
    'Since date 1',
  ]);
  expect(
    cells({
      metadata: { annotations: { 'a.b/c': 'yes' } },
      spec: { parts: 3.9, on: false, tags: ['x', { y: 1 }] },
      status: { conditions: [{ type: 'Ready', status: 'True' }], since: '2026-01-01T00:00:00Z' },
    }),
  ).toEqual(['a', 'True', 3, false, 'x {"y":1}', 'yes', '24h']);
  expect(cells({ spec: { parts: 'many', tags: 7 }, status: [] })).toEqual(['a', null, null, null, null, null, null]);
});
