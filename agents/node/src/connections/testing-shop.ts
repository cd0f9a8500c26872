// A small node for tests: a `web` that calls a `cart`, and a pod in the machine's own network.

import type { PodOnNode } from '../ports.ts';
import { podOnNode } from './testing.ts';
import { type FakeNode, fakeNode, idOf, uidOf } from './testing-proc.ts';

export const pod = (
  name: string,
  ip: string,
  containers: readonly string[] = ['main'],
  hostNetwork = false,
): PodOnNode =>
  podOnNode({
    ...{ uid: uidOf(name), name, ips: [ip], hostNetwork },
    containers: containers.map((container) => ({ name: container, id: idOf(name, container), restart: 0 })),
  });

const PODS = [
  pod('late', '10.0.0.7'),
  pod('web', '10.0.0.1'),
  pod('cart', '10.0.0.2'),
  pod('edge', '192.168.0.1', ['main'], true),
];

export const CALL = { local: '10.0.0.1:40000', remote: '10.0.0.2:8080', inode: 100 };
export const TAKEN = { local: '10.0.0.2:8080', remote: '10.0.0.1:40000', inode: 201 };
export const LISTENER = { local: '0.0.0.0:8080', inode: 200 };

/** `web` in one namespace, `cart` listening in another. */
export function shopNode(options: Parameters<typeof fakeNode>[1] = {}): FakeNode {
  const node = fakeNode(PODS, options);
  node.run({ pid: 10, namespace: 2, of: 'web/main' }, { pid: 20, namespace: 3, of: 'cart/main' });
  node.tcp(20, [LISTENER]);
  node.conntrack();
  return node;
}
