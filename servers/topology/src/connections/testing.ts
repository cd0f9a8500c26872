// A small cluster for tests of connections: a Deployment behind a Service, a client, two nodes, and whatever a test adds.

import type { Connection, Slim } from '@mosaic/wire';
import { byUid, slim } from '../testing.ts';
import { type AddressLease, known } from './known.ts';

export const AT = Date.UTC(2026, 10, 21, 12);
const LONG_AGO = AT - 3_600_000;

export const pod = (name: string, ip: string, change: Partial<Slim> = {}): Slim =>
  slim({
    ...{ kind: 'Pod', name, uid: name, ip, phase: 'Running', node: 'node-1' },
    ...{ createdAt: LONG_AGO, startedAt: LONG_AGO, labels: { app: name.split('-')[0] ?? name } },
    ...change,
  });

export const node = (name: string, ...addresses: readonly string[]): Slim =>
  slim({ kind: 'Node', name, uid: name, namespace: '', addresses, createdAt: LONG_AGO });

export const serviceOf = (name: string, addresses: readonly string[], ports: Slim['ports'] = [], app = name): Slim =>
  slim({
    ...{ kind: 'Service', name, uid: `svc-${name}`, addresses, ports, createdAt: LONG_AGO },
    links: [{ relation: 'selects', kind: 'Pod', selector: { matchLabels: { app } } }],
  });

/** As the deriver keeps them: a pod's, a Service's and a Node's addresses. */
export const leasesOf = (slims: readonly Slim[]): AddressLease[] =>
  slims.flatMap(({ kind, uid, ip, addresses, hostNetwork, startedAt, createdAt }) => {
    const held = kind === 'Pod' ? [...(ip === undefined ? [] : [ip]), ...addresses] : addresses;
    const isHost = hostNetwork || kind === 'Node';
    return held
      .filter((address) => address.includes(':') || /^[\d.]+$/.test(address))
      .map((address) => ({ ip: address, uid, from: startedAt ?? createdAt, hostNetwork: isHost }));
  });

export const base: readonly Slim[] = [
  slim({ kind: 'Deployment', name: 'web', uid: 'web' }),
  slim({ kind: 'Deployment', name: 'cart', uid: 'cart' }),
  pod('web-1', '10.0.1.1', { owner: 'web' }),
  pod('cart-1', '10.0.2.1', { owner: 'cart', node: 'node-2' }),
  pod('cart-2', '10.0.2.2', { owner: 'cart', node: 'node-2' }),
  node('node-1', '192.168.0.1'),
  node('node-2', '192.168.0.2'),
  serviceOf('cart', ['10.96.0.10'], [{ protocol: 'tcp', port: 80, target: 8080, node: 30_080 }]),
];

export function knownOf(slims: readonly Slim[] = base, leases: readonly AddressLease[] = leasesOf(slims)) {
  return known({ objects: byUid(slims), leases });
}

export const seen = (change: Partial<Connection> = {}): Connection => ({
  ...{ at: AT + 10_000, until: AT + 20_000, node: 'node-1', side: 'client', protocol: 'tcp' },
  ...{ client: { ip: '10.0.1.1', port: 0 }, server: { ip: '10.0.2.1', port: 8080 } },
  ...{ nat: 'none', method: 'proc', open: 1, opened: 6, closed: 5, failed: 0 },
  ...change,
});
