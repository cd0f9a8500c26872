// The kinds every cluster has, under the names and short names kubectl knows.
import type { ResourceKind } from '../port.ts';
import { kind } from './kind.ts';

const CLUSTER = true;
const POD = ['attach', 'eviction', 'exec', 'log', 'portforward', 'proxy', 'status'] as const;
const PROXIED = ['proxy', 'status'] as const;
const STATUS = ['status'] as const;
const SCALE = ['scale', 'status'] as const;

const CORE = [
  kind('v1', 'Pod', { short: ['po'], all: true, below: POD }),
  kind('v1', 'Service', { short: ['svc'], all: true, below: PROXIED }),
  kind('v1', 'Endpoints', { short: ['ep'], plural: 'endpoints' }),
  kind('v1', 'ConfigMap', { short: ['cm'] }),
  kind('v1', 'Secret'),
  kind('v1', 'Namespace', { short: ['ns'], clusterWide: CLUSTER, below: STATUS }),
  kind('v1', 'Node', { short: ['no'], clusterWide: CLUSTER, below: PROXIED }),
  kind('v1', 'ServiceAccount', { short: ['sa'] }),
  kind('v1', 'PersistentVolume', { short: ['pv'], clusterWide: CLUSTER, below: STATUS }),
  kind('v1', 'PersistentVolumeClaim', { short: ['pvc'], below: STATUS }),
  kind('v1', 'Event', { short: ['ev'] }),
  kind('v1', 'ReplicationController', { short: ['rc'], all: true, below: SCALE }),
  kind('v1', 'ResourceQuota', { short: ['quota'], below: STATUS }),
  kind('v1', 'LimitRange', { short: ['limits'] }),
  kind('v1', 'PodTemplate'),
];

const WORKLOADS = [
  kind('apps/v1', 'Deployment', { short: ['deploy'], all: true, below: SCALE }),
  kind('apps/v1', 'ReplicaSet', { short: ['rs'], all: true, below: SCALE }),
  kind('apps/v1', 'StatefulSet', { short: ['sts'], all: true, below: SCALE }),
  kind('apps/v1', 'DaemonSet', { short: ['ds'], all: true, below: STATUS }),
  kind('apps/v1', 'ControllerRevision'),
  kind('batch/v1', 'Job', { all: true, below: STATUS }),
  kind('batch/v1', 'CronJob', { short: ['cj'], all: true, below: STATUS }),
  kind('autoscaling/v2', 'HorizontalPodAutoscaler', { short: ['hpa'], all: true, below: STATUS }),
  kind('autoscaling/v1', 'HorizontalPodAutoscaler', { short: ['hpa'], all: true, below: STATUS }),
  kind('policy/v1', 'PodDisruptionBudget', { short: ['pdb'], below: STATUS }),
];

const NETWORK = [
  kind('networking.k8s.io/v1', 'Ingress', { short: ['ing'], plural: 'ingresses', below: STATUS }),
  kind('networking.k8s.io/v1', 'IngressClass', { plural: 'ingressclasses', clusterWide: CLUSTER }),
  kind('networking.k8s.io/v1', 'NetworkPolicy', { short: ['netpol'], plural: 'networkpolicies' }),
  kind('discovery.k8s.io/v1', 'EndpointSlice'),
];

const REST = [
  kind('rbac.authorization.k8s.io/v1', 'Role'),
  kind('rbac.authorization.k8s.io/v1', 'RoleBinding'),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRole', { clusterWide: CLUSTER }),
  kind('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', { clusterWide: CLUSTER }),
  kind('storage.k8s.io/v1', 'StorageClass', { short: ['sc'], plural: 'storageclasses', clusterWide: CLUSTER }),
  kind('scheduling.k8s.io/v1', 'PriorityClass', { short: ['pc'], plural: 'priorityclasses', clusterWide: CLUSTER }),
  kind('coordination.k8s.io/v1', 'Lease'),
  kind('events.k8s.io/v1', 'Event', { short: ['ev'] }),
  kind('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    short: ['crd', 'crds'],
    categories: ['api-extensions'],
    clusterWide: CLUSTER,
    below: STATUS,
  }),
];

const REVIEWS = [
  kind('authentication.k8s.io/v1', 'SelfSubjectReview', { clusterWide: CLUSTER, verbs: ['create'] }),
  kind('authorization.k8s.io/v1', 'LocalSubjectAccessReview', { verbs: ['create'] }),
  kind('authorization.k8s.io/v1', 'SelfSubjectAccessReview', { clusterWide: CLUSTER, verbs: ['create'] }),
  kind('authorization.k8s.io/v1', 'SelfSubjectRulesReview', { clusterWide: CLUSTER, verbs: ['create'] }),
  kind('authorization.k8s.io/v1', 'SubjectAccessReview', { clusterWide: CLUSTER, verbs: ['create'] }),
];

/** Every kind the playground serves out of the box, in the order `kubectl api-resources` meets their groups. */
export const builtInKinds = (): ResourceKind[] => [...CORE, ...WORKLOADS, ...NETWORK, ...REST, ...REVIEWS];
