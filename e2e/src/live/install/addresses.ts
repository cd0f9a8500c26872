// What a cloud does for Services of type LoadBalancer: each of Kafka's brokers gets an address of the cable that leads out of the node.

import { execFileSync } from 'node:child_process';
import type { ControlPlane } from '@mosaic/dev';
import type { Kubectl } from '../../journey/kubectl.ts';

const LINK = 'mosaic-node';
const LOOK_EVERY_MS = 300;

/** Of broker `index`, beside the node's own 10.98.0.1. */
export const outerAddress = (index: number): string => `10.98.0.${11 + index}`;

interface Service {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly type: string };
  readonly status: { readonly loadBalancer: { readonly ingress?: readonly unknown[] } };
}

/** Gives `count` brokers theirs as their Services come. Resolves with what stops it. */
export async function loadBalancer(cluster: ControlPlane, kubectl: Kubectl, count: number): Promise<() => void> {
  for (let index = 0; index < count; index++)
    execFileSync('ip', ['address', 'add', `${outerAddress(index)}/32`, 'dev', LINK]); // the link goes with the node
  let isOver = false;
  const look = async (): Promise<void> => {
    const { status, body } = await cluster.ask('GET', '/api/v1/services');
    const { items = [] } = status === 200 ? (JSON.parse(body) as { items?: readonly Service[] }) : {}; // as the API server answers
    for (const service of items) await serve(kubectl, service).catch(() => undefined); // it went meanwhile
    if (!isOver) timer = setTimeout(look, LOOK_EVERY_MS);
  };
  let timer = setTimeout(look, 0);
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

async function serve(kubectl: Kubectl, { metadata: { name, namespace }, spec, status }: Service): Promise<void> {
  const [, index] = /^mosaic-kafka-(\d+)-external$/.exec(name) ?? [];
  if (index === undefined || spec.type !== 'LoadBalancer' || (status.loadBalancer.ingress ?? []).length > 0) return;
  const patch = { status: { loadBalancer: { ingress: [{ ip: outerAddress(Number(index)) }] } } };
  await kubectl([
    '-n',
    namespace,
    'patch',
    'service',
    name,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify(patch),
  ]);
}
