// The doors an object opens: a Service's ports, and what a pod has of its host. Edges are resolved by them.

import { type Json, numberAt, recordsAt, textAt } from '@mosaic/kat';
import type { SlimPort } from '@mosaic/wire';

/** A Service with more is cut: its edges then name the address alone. */
const MOST_PORTS = 64;

export function portsOf(object: Json): SlimPort[] {
  if (object.kind === 'Service') return recordsAt(object, 'spec', 'ports').flatMap(ofService).slice(0, MOST_PORTS);
  if (object.kind !== 'Pod') return [];
  return recordsAt(object, 'spec', 'containers')
    .flatMap((container) => recordsAt(container, 'ports').flatMap(ofHost))
    .slice(0, MOST_PORTS);
}

function ofService(port: Json): SlimPort[] {
  const protocol = protocolOf(port);
  const own = numberAt(port, 'port');
  if (protocol === undefined || own === undefined) return [];
  const target = numberAt(port, 'targetPort');
  const node = numberAt(port, 'nodePort');
  return [{ protocol, port: own, ...(target !== undefined && { target }), ...(node !== undefined && { node }) }];
}

function ofHost(port: Json): SlimPort[] {
  const protocol = protocolOf(port);
  const own = numberAt(port, 'containerPort');
  const host = numberAt(port, 'hostPort');
  return protocol === undefined || own === undefined || host === undefined ? [] : [{ protocol, port: own, host }];
}

/** SCTP is not watched. */
function protocolOf(port: Json): SlimPort['protocol'] | undefined {
  const word = textAt(port, 'protocol') ?? 'TCP';
  return word === 'TCP' ? 'tcp' : word === 'UDP' ? 'udp' : undefined;
}
