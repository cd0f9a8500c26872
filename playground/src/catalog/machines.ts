// What every cluster has under its applications: nodes, system pods, DNS, storage, roles.

import { healthyConditions } from '../controllers/nodes.ts';
import type { Draft } from '../types.ts';
import type { Workload } from './workload.ts';

export const VERSION = { major: '1', minor: '32', gitVersion: 'v1.32.4' } as const;

export const namespace = (name: string, team = 'platform'): Draft => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, 'mosaic.dev/team': team } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

export function node(name: string, index: number, time: string, isControl = false): Draft {
  const capacity = { cpu: '8', memory: '16384Mi', pods: '110', 'ephemeral-storage': '102400Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'node.kubernetes.io/instance-type': 'standard-8',
        'topology.kubernetes.io/region': 'eu-central',
        'topology.kubernetes.io/zone': `eu-central-${'abc'[index % 3]}`,
        ...(isControl && { 'node-role.kubernetes.io/control-plane': '' }),
      },
    },
    spec: {
      podCIDR: `10.244.${index}.0/24`,
      podCIDRs: [`10.244.${index}.0/24`],
      providerID: `playground://${name}`,
      ...(isControl && { taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] }),
    },
    status: {
      addresses: [
        { type: 'InternalIP', address: `172.18.0.${index + 2}` },
        { type: 'Hostname', address: name },
      ],
      capacity,
      allocatable: { ...capacity, cpu: '7800m', memory: '15360Mi' },
      conditions: healthyConditions(time),
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.0.4',
        kernelVersion: '6.8.0-58-generic',
        kubeProxyVersion: VERSION.gitVersion,
        kubeletVersion: VERSION.gitVersion,
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        systemUUID: '',
      },
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    },
  };
}

const system = 'kube-system';
export const SYSTEM: readonly Workload[] = [
  {
    name: 'coredns',
    namespace: system,
    image: 'registry.k8s.io/coredns/coredns:v1.11.3',
    replicas: 2,
    port: 53,
    portName: 'dns-tcp',
    component: 'dns',
    cpu: '100m',
    memory: '70Mi',
    memoryLimit: '170Mi',
    minAvailable: 1,
    config: {
      Corefile:
        '.:53 {\n    errors\n    health\n    ready\n    kubernetes cluster.local in-addr.arpa ip6.arpa\n    forward . /etc/resolv.conf\n    cache 30\n    reload\n}\n',
    },
  },
  {
    name: 'kube-proxy',
    namespace: system,
    image: 'registry.k8s.io/kube-proxy:v1.32.4',
    kind: 'DaemonSet',
    everyNode: true,
    hostNetwork: true,
    config: {
      'config.conf': 'apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nmode: iptables\n',
    },
    memory: '64Mi',
  },
  {
    name: 'calico-node',
    namespace: system,
    image: 'docker.io/calico/node:v3.29.3',
    kind: 'DaemonSet',
    everyNode: true,
    hostNetwork: true,
    cpu: '150m',
    memory: '128Mi',
    memoryLimit: '256Mi',
  },
  {
    name: 'metrics-server',
    namespace: system,
    image: 'registry.k8s.io/metrics-server/metrics-server:v0.7.2',
    port: 443,
    portName: 'https',
    cpu: '100m',
    memory: '200Mi',
  },
];

export const MONITORING: readonly Workload[] = [
  {
    name: 'prometheus',
    namespace: 'monitoring',
    image: 'quay.io/prometheus/prometheus:v3.2.1',
    kind: 'StatefulSet',
    replicas: 1,
    port: 9090,
    storage: '50Gi',
    cpu: '300m',
    memory: '1Gi',
    memoryLimit: '2Gi',
    config: { 'prometheus.yml': 'global:\n  scrape_interval: 15s\nscrape_configs:\n  - job_name: pods\n' },
  },
  {
    name: 'alertmanager',
    namespace: 'monitoring',
    image: 'quay.io/prometheus/alertmanager:v0.28.1',
    kind: 'StatefulSet',
    replicas: 1,
    port: 9093,
    config: { 'alertmanager.yml': 'route:\n  receiver: on-call\nreceivers:\n  - name: on-call\n' },
  },
  {
    name: 'grafana',
    namespace: 'monitoring',
    image: 'docker.io/grafana/grafana:11.6.0',
    before: ['11.5.2'],
    port: 3000,
    memory: '192Mi',
    secret: { GF_SECURITY_ADMIN_PASSWORD: 'playground' },
    env: { PROMETHEUS_HOST: 'prometheus', PROMETHEUS_PORT: '9090' },
  },
  {
    name: 'kube-state-metrics',
    namespace: 'monitoring',
    image: 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.15.0',
    port: 8080,
  },
  {
    name: 'node-exporter',
    namespace: 'monitoring',
    image: 'quay.io/prometheus/node-exporter:v1.9.1',
    kind: 'DaemonSet',
    everyNode: true,
    hostNetwork: true,
    port: 9100,
    portName: 'metrics',
    headless: true,
    memory: '48Mi',
  },
];

const CONTROL_PLANE = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;
const IMAGES: Readonly<Record<(typeof CONTROL_PLANE)[number], string>> = {
  etcd: 'registry.k8s.io/etcd:3.5.16-0',
  'kube-apiserver': 'registry.k8s.io/kube-apiserver:v1.32.4',
  'kube-controller-manager': 'registry.k8s.io/kube-controller-manager:v1.32.4',
  'kube-scheduler': 'registry.k8s.io/kube-scheduler:v1.32.4',
};

/** Static pods: mirrored by the kubelet, owned by their node. */
export const staticPods = (nodeName: string, nodeUid: string): readonly Draft[] =>
  CONTROL_PLANE.map((name) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${name}-${nodeName}`,
      namespace: system,
      labels: { component: name, tier: 'control-plane' },
      annotations: {
        'kubernetes.io/config.source': 'file',
        'kubernetes.io/config.mirror': `${nodeUid.replaceAll('-', '')}`,
      },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: nodeUid, controller: true }],
    },
    spec: {
      nodeName,
      hostNetwork: true,
      restartPolicy: 'Always',
      priorityClassName: 'system-node-critical',
      tolerations: [{ operator: 'Exists' }],
      containers: [
        { name, image: IMAGES[name], command: [name], resources: { requests: { cpu: '100m', memory: '256Mi' } } },
      ],
    },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  }));

const clusterRole = (name: string, rules: readonly unknown[]): Draft => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
  rules,
});
const clusterRoleBinding = (name: string, subject: object): Draft => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
  subjects: [subject],
});
const READ = ['get', 'list', 'watch'];

export const FOUNDATION: readonly Draft[] = [
  ...['default', 'kube-system', 'kube-public', 'kube-node-lease', 'monitoring'].map((name) => namespace(name)),
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
    provisioner: 'csi.playground.mosaic.dev',
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'Immediate',
    allowVolumeExpansion: true,
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2_000_001_000,
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-cluster-critical' },
    value: 2_000_000_000,
  },
  clusterRole('cluster-admin', [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }]),
  clusterRole('view', [{ apiGroups: ['', 'apps', 'batch'], resources: ['*'], verbs: READ }]),
  clusterRole('system:coredns', [
    { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
  ]),
  clusterRoleBinding('cluster-admin', { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' }),
  clusterRoleBinding('system:coredns', { kind: 'ServiceAccount', name: 'coredns', namespace: system }),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kubernetes', namespace: 'default', labels: { component: 'apiserver', provider: 'kubernetes' } },
    spec: {
      type: 'ClusterIP',
      clusterIP: '10.96.0.1',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }],
    },
    status: { loadBalancer: {} },
  },
];
