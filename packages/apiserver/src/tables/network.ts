// Columns of what connects pods and of the nodes below them.
import { at, listAt, recordOf, textAt, textOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { AGE, NAME, orNone, PLAIN_SELECTOR, path, pathOrNone, selectorText, text, wide } from './make.ts';
import type { Column } from './table.ts';

/** How many of a list are named before `+ n more...`. */
const SHOWN = 3;

function servicePort(port: unknown): string {
  const node = at(port, 'nodePort');
  const number = String(at(port, 'port') ?? '');
  const both = typeof node === 'number' && node > 0 ? `${number}:${node}` : number;
  return `${both}/${textAt(port, 'protocol') || 'TCP'}`;
}

const balancerAddresses = (object: KubeObject): string =>
  listAt(object, 'status', 'loadBalancer', 'ingress')
    .map((each) => textAt(each, 'ip') || textAt(each, 'hostname'))
    .join(',');

function externalAddress(service: KubeObject): string {
  const extra = listAt(service, 'spec', 'externalIPs').map(textOf).join(',');
  switch (textAt(service, 'spec', 'type')) {
    case 'LoadBalancer':
      return [balancerAddresses(service), extra].filter((each) => each !== '').join(',') || '<pending>';
    case 'ExternalName':
      return textAt(service, 'spec', 'externalName');
    default:
      return orNone(extra);
  }
}

const service: readonly Column[] = [
  NAME,
  text('Type', (object) => textAt(object, 'spec', 'type') || 'ClusterIP'),
  text('Cluster-IP', pathOrNone('spec', 'clusterIP')),
  text('External-IP', externalAddress),
  text('Port(s)', (object) => orNone(listAt(object, 'spec', 'ports').map(servicePort).join(','))),
  AGE,
  PLAIN_SELECTOR,
];

function someOf(all: readonly string[]): string {
  if (all.length === 0) return '<none>';
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

const endpointAddresses = (endpoints: KubeObject): readonly string[] =>
  listAt(endpoints, 'subsets').flatMap((subset) => {
    const ports = listAt(subset, 'ports').map((port) => String(at(port, 'port')));
    return listAt(subset, 'addresses').flatMap((address) =>
      ports.length === 0 ? [textAt(address, 'ip')] : ports.map((port) => `${textAt(address, 'ip')}:${port}`),
    );
  });

const slice: readonly Column[] = [
  NAME,
  text('AddressType', path('addressType')),
  text('Ports', (object) => {
    const ports = listAt(object, 'ports').map((port) => String(at(port, 'port') ?? '*'));
    return ports.length === 0 ? '<unset>' : someOf(ports);
  }),
  text('Endpoints', (object) => {
    const addresses = listAt(object, 'endpoints').flatMap((each) => listAt(each, 'addresses').map(textOf));
    return addresses.length === 0 ? '<unset>' : someOf(addresses);
  }),
  AGE,
];

const ingress: readonly Column[] = [
  NAME,
  text('Class', pathOrNone('spec', 'ingressClassName')),
  text('Hosts', (object) => {
    const hosts = listAt(object, 'spec', 'rules').map((rule) => textAt(rule, 'host') || '*');
    return hosts.length === 0 ? '*' : someOf(hosts);
  }),
  text('Address', balancerAddresses),
  text('Ports', (object) => (listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  AGE,
];

const ROLE = 'node-role.kubernetes.io/';

function nodeStatus(node: KubeObject): string {
  const ready = listAt(node, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  const word = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

const nodeRoles = (node: KubeObject): string =>
  orNone(
    Object.keys(recordOf(node.metadata.labels))
      .filter((label) => label.startsWith(ROLE))
      .map((label) => label.slice(ROLE.length))
      .sort()
      .join(','),
  );

const nodeAddress = (type: string) => (node: KubeObject) =>
  orNone(
    textAt(
      listAt(node, 'status', 'addresses').find((each) => textAt(each, 'type') === type),
      'address',
    ),
  );

const node: readonly Column[] = [
  NAME,
  text('Status', nodeStatus),
  text('Roles', nodeRoles),
  AGE,
  text('Version', path('status', 'nodeInfo', 'kubeletVersion')),
  wide(text('Internal-IP', nodeAddress('InternalIP'))),
  wide(text('External-IP', nodeAddress('ExternalIP'))),
  wide(text('OS-Image', path('status', 'nodeInfo', 'osImage'))),
  wide(text('Kernel-Version', path('status', 'nodeInfo', 'kernelVersion'))),
  wide(text('Container-Runtime', path('status', 'nodeInfo', 'containerRuntimeVersion'))),
];

export const NETWORK_COLUMNS: Readonly<Record<string, readonly Column[]>> = {
  services: service,
  endpoints: [NAME, text('Endpoints', (object) => someOf(endpointAddresses(object))), AGE],
  nodes: node,
  'endpointslices.discovery.k8s.io': slice,
  'ingresses.networking.k8s.io': ingress,
  'ingressclasses.networking.k8s.io': [
    NAME,
    text('Controller', path('spec', 'controller')),
    text('Parameters', (object) => orNone(textAt(object, 'spec', 'parameters', 'name'))),
    AGE,
  ],
  'networkpolicies.networking.k8s.io': [
    NAME,
    text('Pod-Selector', (object) => selectorText(at(object, 'spec', 'podSelector'))),
    AGE,
  ],
};
