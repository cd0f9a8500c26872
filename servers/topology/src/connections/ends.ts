// How the two ends of an observation are told, with what named them.

import type { EdgeEnd, Slim, ToldPod } from '@mosaic/wire';
import type { AddressLease, Known } from './known.ts';

/** Rules by which an end gets its name, and how sure each is, 0…1. */
export const RULES = {
  process: { rule: "socket's process", confidence: 1 },
  otherSide: { rule: "socket's process, seen from the other end", confidence: 0.98 },
  lease: { rule: 'lease at the instant', confidence: 0.95 },
  hostPort: { rule: 'listener on a host port', confidence: 0.9 },
  host: { rule: 'host address', confidence: 0.9 },
  machine: { rule: 'socket of the machine itself, seen there', confidence: 0.9 },
  virtual: { rule: 'Service address', confidence: 0.9 },
  nodePort: { rule: 'NodePort', confidence: 0.9 },
  named: { rule: 'outside, by its DNS name', confidence: 0.9 },
  told: { rule: "named by its own span's resource", confidence: 0.9 },
  dns: { rule: 'name inside the cluster, as a span has it', confidence: 0.9 },
  outside: { rule: 'outside every range of the cluster', confidence: 0.8 },
  unknown: { rule: 'not known, so not guessed', confidence: 0 },
} as const;
type RuleName = keyof typeof RULES;

/** One end with what named it. */
export interface NamedEnd {
  readonly end: EdgeEnd;
  readonly rule: string;
  readonly confidence: number;
  readonly lease?: AddressLease;
  /** What would name it has not been told of yet: worth another look later. */
  readonly isUnsettled?: boolean;
}

const named = (rule: RuleName, end: EdgeEnd, lease?: AddressLease): NamedEnd => ({
  end,
  ...RULES[rule],
  ...(lease !== undefined && { lease }),
});

export function podEnd(
  known: Known,
  pod: Slim,
  ip: string,
  rule: RuleName,
  about: { readonly container?: string | undefined; readonly lease?: AddressLease | undefined } = {},
): NamedEnd {
  const { namespace, name, uid } = pod;
  const { container, lease } = about;
  const workload = known.workloadOf(pod);
  const end: EdgeEnd = { kind: 'Pod', namespace, name, uid, workload, ...(container && { container }), ip };
  return named(rule, end, lease);
}

/** An address that only the machine itself knows it has, such as that of its end of the pods' cables. */
export const machineEnd = ({ name, uid }: Pick<Slim, 'name' | 'uid'>, ip: string): NamedEnd =>
  named('machine', { kind: 'Node', namespace: '', name, uid, ip });

export const nodeEnd = ({ name, uid }: Pick<Slim, 'name' | 'uid'>, ip: string, lease?: AddressLease): NamedEnd =>
  named('host', { kind: 'Node', namespace: '', name, ...(uid !== '' && { uid }), ip }, lease);

/** A pod that no agent described: by its own word. */
export const toldEnd = ({ namespace, pod, workload }: ToldPod, ip: string, isUnsettled: boolean): NamedEnd => ({
  ...named('told', {
    ...{ kind: 'Pod', namespace, name: pod, ip, because: 'known by its spans alone' },
    ...(workload !== undefined && { workload }),
  }),
  ...(isUnsettled && { isUnsettled }),
});

/** A virtual address whose backend nobody saw: the Service itself is the end. */
export const serviceEnd = (
  { namespace, name, uid }: Slim,
  ip: string,
  rule: 'virtual' | 'nodePort' | 'dns',
  lease?: AddressLease,
): NamedEnd =>
  named(
    rule,
    { kind: 'Service', namespace, name, uid, ip, because: 'the backend behind this address was not seen' },
    lease,
  );

export const externalEnd = (ip: string, name?: string): NamedEnd =>
  named(name === undefined ? 'outside' : 'named', { kind: 'External', namespace: '', name: name ?? ip, ip });

export const unknownEnd = (ip: string, because: string, isUnsettled = false): NamedEnd => ({
  ...named('unknown', { kind: 'Unknown', namespace: '', name: ip, ip, because }),
  ...(isUnsettled && { isUnsettled }),
});
