// Whose address it was: pods, Services and nodes as their manifests of the moment say.

import { ADDRESS_KINDS, type AddressHolder, addressIn, type ClusterAnswer, type ListAnswer } from '@mosaic/wire';
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
    ADDRESS_KINDS.map(async ([kind, plural]) => {
      const path = `/at/${at}/${encodeURIComponent(clusterName)}/api/v1/${plural}`;
      const list = await ask<{ readonly items: readonly AddressHolder[] }>(fetcher, path, {}, signal);
      return list.items.flatMap((one) => {
        const by = addressIn(one, network);
        const { name, namespace = '' } = one.metadata;
        return by === undefined ? [] : [{ cluster: id, clusterName, namespace, kind, name, by }];
      });
    }),
  );
  return (await Promise.all(lists)).flat();
}
