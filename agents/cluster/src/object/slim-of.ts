// Manifest → its slim projection: what the map, health and time travel need.

import {
  healthOf,
  instantOf,
  isRecord,
  type Json,
  type Manifest,
  recordAt,
  recordsAt,
  replicasOf,
  textAt,
  textsAt,
  valueAt,
} from '@mosaic/kat';
import type { Slim } from '@mosaic/wire';
import { containersOf } from './containers.ts';
import { linksOf } from './links.ts';
import { portsOf } from './ports.ts';

/** Of a cleaned (redacted) manifest, so that no link carries a secret. `rv`: its resourceVersion. */
export function slimOf(object: Manifest, rv: number): Slim {
  const { metadata, kind, apiVersion } = object;
  const spec = podSpecOf(object);
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
  const deletingAt = instantOf(metadata.deletionTimestamp);
  const { health, reasons } = healthOf(object);
  const ports = portsOf(object);
  return {
    uid: metadata.uid,
    kind,
    apiVersion,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(owner !== undefined && { owner }),
    labels: labelsOf(object),
    // A ReplicaSet says nothing that its Deployment or its pods do not say: its links would only draw them twice.
    links: kind === 'ReplicaSet' && owner !== undefined ? [] : linksOf(object, spec),
    images:
      spec === undefined ? [] : recordsAt(spec, 'containers').flatMap((container) => textAt(container, 'image') ?? []),
    createdAt: instantOf(metadata.creationTimestamp) ?? 0,
    hostNetwork: valueAt(spec, 'hostNetwork') === true,
    addresses: addressesOf(object),
    ...(ports.length > 0 && { ports }),
    ...(kind === 'Pod' ? podDynamics(object) : workloadDynamics(object)),
    health,
    reasons,
    ...(deletingAt !== undefined && { deletingAt }),
    rv,
  };
}

/** The pod spec an object carries: its own, or its template's. */
export function podSpecOf(object: Json): Json | undefined {
  if (object.kind === 'Pod') return recordAt(object, 'spec');
  if (object.kind === 'CronJob') return recordAt(object, 'spec', 'jobTemplate', 'spec', 'template', 'spec');
  const template = valueAt(object, 'spec', 'template', 'spec');
  return isRecord(template) && Array.isArray(template.containers) ? template : undefined;
}

/** Its own labels; where it has none, those of its template. */
function labelsOf({ metadata, ...rest }: Manifest): Readonly<Record<string, string>> {
  const own = metadata.labels ?? {};
  if (Object.keys(own).length > 0) return own;
  const template = recordAt(rest, 'spec', 'template', 'metadata', 'labels');
  return Object.fromEntries(
    Object.entries(template).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

function podDynamics(pod: Manifest): Pick<Slim, 'containers'> & Partial<Slim> {
  const containers = containersOf(pod);
  const main = containers.filter(({ init }) => init !== true);
  const node = textAt(pod, 'spec', 'nodeName');
  const ip = textAt(pod, 'status', 'podIP');
  const phase = textAt(pod, 'status', 'phase');
  const startedAt = instantOf(valueAt(pod, 'status', 'startTime'));
  return {
    ...(node !== undefined && { node }),
    ...(ip !== undefined && { ip }),
    ...(phase !== undefined && { phase }),
    wanted: main.length,
    ready: main.filter(({ ready }) => ready).length,
    restarts: containers.reduce((sum, { restarts }) => sum + restarts, 0),
    containers,
    ...(startedAt !== undefined && { startedAt }),
  };
}

function workloadDynamics(object: Manifest): Pick<Slim, 'containers'> & Partial<Slim> {
  const replicas = replicasOf(object);
  const phase = textAt(object, 'status', 'phase');
  return { ...(phase !== undefined && { phase }), ...replicas, containers: [] };
}

const MOST_ADDRESSES = 16;

function addressesOf(object: Json): string[] {
  switch (object.kind) {
    case 'Service':
      return serviceAddresses(object);
    case 'Pod':
      // The first is its `ip`; of two address families it has one each.
      return recordsAt(object, 'status', 'podIPs').flatMap((podIp, place) =>
        place === 0 ? [] : (textAt(podIp, 'ip') ?? []),
      );
    case 'Node':
      return recordsAt(object, 'status', 'addresses').flatMap((address) => textAt(address, 'address') ?? []);
    case 'Ingress':
      return [
        ...recordsAt(object, 'spec', 'rules').flatMap((rule) => textAt(rule, 'host') ?? []),
        ...balancerAddresses(object),
      ].slice(0, MOST_ADDRESSES);
    default:
      return [];
  }
}

function serviceAddresses(service: Json): string[] {
  const ips = textsAt(service, 'spec', 'clusterIPs');
  const own = ips.length > 0 ? ips : [textAt(service, 'spec', 'clusterIP') ?? ''];
  const name = textAt(service, 'spec', 'externalName');
  const all = [
    ...own,
    ...textsAt(service, 'spec', 'externalIPs'),
    ...balancerAddresses(service),
    ...(name ? [name] : []),
  ];
  return [...new Set(all.filter((address) => address !== '' && address !== 'None'))].slice(0, MOST_ADDRESSES);
}

const balancerAddresses = (object: Json): string[] =>
  recordsAt(object, 'status', 'loadBalancer', 'ingress').flatMap(
    (ingress) => textAt(ingress, 'ip') ?? textAt(ingress, 'hostname') ?? [],
  );
