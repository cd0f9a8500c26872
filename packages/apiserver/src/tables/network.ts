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

const balancerAddresses = (object: KubeObject): string => {
  const all = listAt(object, 'status', 'loadBalancer', 'ingress').map(
    (each) => textAt(each, 'ip') || textAt(each, 'hostname'),
  );
  return [...new Set(all)]
    .filter((each) => each !== '')
    .sort()
    .join(',');
};

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

function someOf(all: readonly string[], none = '<none>'): string {
  if (all.length === 0) return none;
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

const endpointAddresses = (endpoints: KubeObject): readonly string[] =>
  listAt(endpoints, 'subsets').flatMap((subset) => {
    const ports = listAt(subset, 'ports').map((port) => String(at(port, 'port')));
    const addresses = listAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
    return ports.length === 0 ? addresses : ports.flatMap((port) => addresses.map((ip) => `${bracketed(ip)}:${port}`));
  });

/** An IPv6 address beside a port. */
const bracketed = (ip: string): string => (ip.includes(':') ? `[${ip}]` : ip);

const slice: readonly Column[] = [
  NAME,
  text('AddressType', path('addressType')),
  text('Ports', (object) => {
    const ports = listAt(object, 'ports').map((port) => String(at(port, 'port') ?? (textAt(port, 'name') || '*')));
    return someOf(ports, '<unset>');
  }),
  text('Endpoints', (object) => {
    const addresses = listAt(object, 'endpoints').flatMap((each) => listAt(each, 'addresses').map(textOf));
    return someOf(addresses, '<unset>');
  }),
  AGE,
];

const ingress: readonly Column[] = [
  NAME,
  text('Class', pathOrNone('spec', 'ingressClassName')),
  text('Hosts', (object) => {
    const rules = listAt(object, 'spec', 'rules');
    const hosts = rules.map((rule) => textAt(rule, 'host')).filter((host) => host !== '');
    return someOf(hosts, '*');
  }),
  text('Address', balancerAddresses),
  text('Ports', (object) => (listAt(object, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
  AGE,
];

function classParameters(parameters: unknown): string {
  const group = textAt(parameters, 'apiGroup');
  const kind = `${textAt(parameters, 'kind')}${group === '' ? '' : `.${group}`}`;
  return parameters === undefined ? '<none>' : `${kind}/${textAt(parameters, 'name')}`;
}

const ROLE = 'node-role.kubernetes.io/';
const OLD_ROLE = 'kubernetes.io/role';

function nodeStatus(node: KubeObject): string {
  const ready = listAt(node, 'status', 'conditions').find((each) => textAt(each, 'type') === 'Ready');
  const word = ready === undefined ? 'Unknown' : textAt(ready, 'status') === 'True' ? 'Ready' : 'NotReady';
  return at(node, 'spec', 'unschedulable') === true ? `${word},SchedulingDisabled` : word;
}

/** Both ways of saying it: by a label's name, and by the older label's value. */
function nodeRoles(node: KubeObject): string {
  const roles = Object.entries(recordOf(node.metadata.labels)).map(([label, value]) =>
    label.startsWith(ROLE) ? label.slice(ROLE.length) : label === OLD_ROLE ? String(value) : '',
  );
  return orNone(
    [...new Set(roles)]
      .filter((role) => role !== '')
      .sort()
      .join(','),
  );
}

const nodeAddress = (type: string) => (node: KubeObject) =>
  orNone(
    textAt(
      listAt(node, 'status', 'addresses').find((each) => textAt(each, 'type') === type),
      'address',
    ),
  );

const nodeFact = (name: string) => (node: KubeObject) => textAt(node, 'status', 'nodeInfo', name) || '<unknown>';

const node: readonly Column[] = [
  NAME,
  text('Status', nodeStatus),
  text('Roles', nodeRoles),
  AGE,
  text('Version', path('status', 'nodeInfo', 'kubeletVersion')),
  wide(text('Internal-IP', nodeAddress('InternalIP'))),
  wide(text('External-IP', nodeAddress('ExternalIP'))),
  wide(text('OS-Image', nodeFact('osImage'))),
  wide(text('Kernel-Version', nodeFact('kernelVersion'))),
  wide(text('Container-Runtime', nodeFact('containerRuntimeVersion'))),
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
    text('Parameters', (object) => classParameters(at(object, 'spec', 'parameters'))),
    AGE,
  ],
  'networkpolicies.networking.k8s.io': [
    NAME,
    text('Pod-Selector', (object) => selectorText(at(object, 'spec', 'podSelector'))),
    AGE,
  ],
};
