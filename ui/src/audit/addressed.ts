// Whose address it was: pods, Services and nodes as their manifests of the moment say.

import type { ClusterAnswer, ListAnswer } from '@mosaic/wire';
import { ask, type Fetch } from '../api/ask.ts';
import type { Network } from './networks.ts';

export interface Addressed {
  readonly cluster: number;
  readonly clusterName: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  /** `pod IP 10.0.0.1`. */
  readonly by: string;
}

interface Manifest {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly clusterIPs?: readonly string[]; readonly externalIPs?: readonly string[] };
  readonly status?: {
    readonly podIPs?: readonly { readonly ip?: string }[];
    readonly phase?: string;
    readonly addresses?: readonly { readonly address?: string }[];
    readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] };
  };
}

const KINDS = [
  ['Pod', 'pods'],
  ['Service', 'services'],
  ['Node', 'nodes'],
] as const;

export interface AddressWish {
  /** RFC 3339. */
  readonly at: string;
  readonly cluster: string | undefined;
  readonly network: Network;
}

export async function addressed(
  fetcher: Fetch,
  { at, cluster, network }: AddressWish,
  signal: AbortSignal,
): Promise<readonly Addressed[]> {
  const { items } = await ask<ListAnswer<ClusterAnswer>>(fetcher, '/api/v1/clusters', {}, signal);
  const meant = items.filter(({ id, name }) => !cluster || name === cluster || String(id) === cluster);
  const lists = meant.flatMap(({ id, name: clusterName }) =>
    KINDS.map(async ([kind, plural]) => {
      const path = `/at/${at}/${encodeURIComponent(clusterName)}/api/v1/${plural}`;
      const list = await ask<{ readonly items: readonly Manifest[] }>(fetcher, path, {}, signal);
      return list.items.flatMap((one) => {
        const by = addressIn(one, network);
        const { name, namespace = '' } = one.metadata;
        return by === undefined ? [] : [{ cluster: id, clusterName, namespace, kind, name, by }];
      });
    }),
  );
  return (await Promise.all(lists)).flat();
}

const ENDED = new Set(['Succeeded', 'Failed']);

/** The first of its addresses that is meant; of a pod that had ended none, it may be another's by then. */
export function addressIn({ spec, status }: Manifest, network: Network): string | undefined {
  if (ENDED.has(status?.phase ?? '')) return undefined;
  const told: readonly (readonly [string, readonly (string | undefined)[] | undefined])[] = [
    ['pod IP', status?.podIPs?.map(({ ip }) => ip)],
    ['node address', status?.addresses?.map(({ address }) => address)],
    ['cluster IP', spec?.clusterIPs],
    ['external IP', spec?.externalIPs],
    ['load balancer', status?.loadBalancer?.ingress?.map(({ ip }) => ip)],
  ];
  for (const [what, addresses = []] of told) {
    const address = addresses.find((one) => one !== undefined && network(one));
    if (address !== undefined) return `${what} ${address}`;
  }
  return undefined;
}
