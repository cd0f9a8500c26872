// Which thing on the map a series belongs to, by the labels others give it.

import { containerEntity, nodeEntity, podEntity } from '@mosaic/wire';

export interface Placed {
  readonly entity: string;
  /** What the entity does not say already. */
  readonly labels: Readonly<Record<string, string>>;
}

/** By pod and container, else by node, else by what scraped it: `Target:shop:node-exporter/10.0.0.7:9100`. */
export function placed(labels: Readonly<Record<string, string>>): Placed {
  const { namespace = '', pod = '', container = '', node = '', job = '', instance = '' } = labels;
  if (namespace !== '' && pod !== '' && container !== '')
    return {
      entity: containerEntity(namespace, pod, container),
      labels: without(labels, ['namespace', 'pod', 'container']),
    };
  if (namespace !== '' && pod !== '')
    return { entity: podEntity(namespace, pod), labels: without(labels, ['namespace', 'pod']) };
  if (node !== '') return { entity: nodeEntity(node), labels: without(labels, ['node']) };
  return {
    entity: `Target:${namespace}:${job || 'unnamed'}/${instance}`,
    labels: without(labels, ['namespace', 'job', 'instance']),
  };
}

function without(labels: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !names.includes(name)));
}
