// Services: which pods stand behind each, as EndpointSlices and as the older Endpoints.

import { matchesLabels } from '../selectors.ts';
import { type Controller, isLeaving, type React, type Sim } from '../sim.ts';
import type { Pod, Service, ServicePort } from '../types.ts';
import { createBy, ownerReference, updateBy } from '../writing.ts';
import { hasEnded, isReady } from './pods.ts';

export const endpoints: Controller = {
  reconcile: { endpoints: reconcile },
  react: {
    Service: (sim, { object }) => sim.touch('endpoints', object.metadata.namespace ?? '', object.metadata.name),
    Pod: podMoved,
  },
};

/** Only what an endpoint shows makes its services look again. */
function podMoved(sim: Sim, { type, object, before }: Parameters<React>[1]): void {
  const pod = object as Pod; // reactions of the Pod table
  const was = before as Pod | undefined; // the same table
  const shows = (one: Pod): string => `${one.status.podIP}|${isReady(one)}|${isLeaving(one)}|${hasEnded(one)}`;
  if (type === 'MODIFIED' && was && shows(was) === shows(pod) && was.metadata.labels === pod.metadata.labels) return;
  const namespace = pod.metadata.namespace ?? '';
  for (const service of sim.world.inNamespace('Service', namespace)) {
    const { selector } = service.spec;
    if (
      selector &&
      (matchesLabels(selector, pod.metadata.labels) || (was && matchesLabels(selector, was.metadata.labels)))
    )
      sim.touch('endpoints', namespace, service.metadata.name);
  }
}

function reconcile(sim: Sim, namespace: string, name: string) {
  const service = sim.world.get('Service', namespace, name);
  if (service === undefined || isLeaving(service)) return removeOld(sim, namespace, name);
  const { selector } = service.spec;
  if (selector === undefined || Object.keys(selector).length === 0 || service.spec.type === 'ExternalName') return;
  const pods = [...sim.world.inNamespace('Pod', namespace)]
    .filter((pod) => matchesLabels(selector, pod.metadata.labels) && pod.status.podIP !== undefined && !hasEnded(pod))
    .sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  writeSlice(sim, service, pods);
  writeEndpoints(sim, service, pods);
}

/** The slice goes by its owner; Endpoints go by name. */
function removeOld(sim: Sim, namespace: string, name: string): void {
  const old = sim.world.get('Endpoints', namespace, name);
  if (old !== undefined) sim.world.remove(old);
}

const targetOf = (pod: Pod | undefined, { targetPort, port, protocol = 'TCP', name }: ServicePort) => {
  const ports = pod?.spec.containers.flatMap((container) => container.ports ?? []) ?? [];
  const named = ports.find((one) => one.name === targetPort)?.containerPort;
  return {
    ...(name !== undefined && { name }),
    port: typeof targetPort === 'string' ? (named ?? port) : (targetPort ?? port),
    protocol,
  };
};

function writeSlice(sim: Sim, service: Service, pods: readonly Pod[]): void {
  const { name, namespace = '' } = service.metadata;
  const slice = sim.world.ownedBy(service.metadata.uid).find(({ kind }) => kind === 'EndpointSlice');
  const shown = pods.map((pod) => ({
    addresses: [pod.status.podIP],
    conditions: { ready: isReady(pod) && !isLeaving(pod), serving: isReady(pod), terminating: isLeaving(pod) },
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
  }));
  const ports = (service.spec.ports ?? []).map((port) => ({ ...targetOf(pods[0], port), name: port.name ?? '' }));
  if (slice !== undefined) {
    updateBy(sim, 'kube-controller-manager', slice, { ...slice, endpoints: shown, ports });
    return;
  }
  createBy(sim, 'kube-controller-manager', {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${sim.random.suffix(5)}`,
      generateName: `${name}-`,
      namespace,
      labels: {
        ...service.metadata.labels,
        'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
        'kubernetes.io/service-name': name,
      },
      ownerReferences: [ownerReference(service)],
    },
    addressType: 'IPv4',
    endpoints: shown,
    ports,
  });
}

function writeEndpoints(sim: Sim, service: Service, pods: readonly Pod[]): void {
  const { name, namespace = '', labels } = service.metadata;
  const addressOf = (pod: Pod) => ({
    ip: pod.status.podIP,
    nodeName: pod.spec.nodeName,
    targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
  });
  const staying = pods.filter((pod) => !isLeaving(pod));
  const addresses = staying.filter(isReady).map(addressOf);
  const notReadyAddresses = staying.filter((pod) => !isReady(pod)).map(addressOf);
  const ports = (service.spec.ports ?? []).map((port) => targetOf(pods[0], port));
  const subset = {
    ...(addresses.length > 0 && { addresses }),
    ...(notReadyAddresses.length > 0 && { notReadyAddresses }),
    ports,
  };
  const subsets = staying.length === 0 ? [] : [subset];
  const known = sim.world.get('Endpoints', namespace, name);
  if (known !== undefined) updateBy(sim, 'kube-controller-manager', known, { ...known, subsets });
  else
    createBy(sim, 'kube-controller-manager', {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { name, namespace, ...(labels && { labels }) },
      subsets,
    });
}
