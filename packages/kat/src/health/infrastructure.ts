// Health of what pods stand on: nodes, volumes and claims, namespaces, API services, services of the load-balancer type.

import { type Json, recordsAt, textAt, valueAt } from '../manifest.ts';
import { conditionOf, conditionsOf, told } from './conditions.ts';
import { broken, degraded, unknown, type Verdict, WELL } from './verdict.ts';

const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'];

export function nodeHealth(node: Json): Verdict {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return unknown('no Ready condition');
  if (ready.status !== 'True') return broken(told('NotReady', ready));
  const pressed = conditionsOf(node).filter(({ type, status }) => PRESSURES.includes(type) && status === 'True');
  const reasons = pressed.map(({ type }) => type);
  if (valueAt(node, 'spec', 'unschedulable') === true) reasons.push('cordoned');
  return reasons.length > 0 ? degraded(...reasons) : WELL;
}

export function claimHealth(claim: Json): Verdict {
  const phase = textAt(claim, 'status', 'phase');
  if (phase === 'Lost') return broken('Lost');
  if (phase === 'Pending') return degraded('Pending');
  return WELL;
}

export function volumeHealth(volume: Json): Verdict {
  const phase = textAt(volume, 'status', 'phase');
  if (phase === 'Failed') return broken('Failed');
  return phase === 'Pending' ? degraded('Pending') : WELL;
}

export function namespaceHealth(namespace: Json): Verdict {
  if (textAt(namespace, 'status', 'phase') !== 'Terminating') return WELL;
  const stuck = conditionsOf(namespace).filter(({ status }) => status === 'True');
  return degraded('Terminating', ...stuck.map(({ type }) => type));
}

/** Whether anything stands behind a Service is for the topology to say; a load balancer without an address is seen here. */
export function serviceHealth(service: Json): Verdict {
  if (textAt(service, 'spec', 'type') !== 'LoadBalancer') return WELL;
  return recordsAt(service, 'status', 'loadBalancer', 'ingress').length === 0
    ? degraded('no load balancer address yet')
    : WELL;
}
