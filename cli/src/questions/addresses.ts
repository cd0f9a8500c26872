// Whose address it was: pods, Services and nodes as their manifests of the moment say, one address or a network of them.

import { BlockList, isIP } from 'node:net';
import { ADDRESS_KINDS, type AddressHolder, addressIn } from '@mosaic/wire';
import type { Context } from '../ask/common.ts';
import { pastUrl } from '../ask/contexts.ts';
import { apiAt } from '../plain/api.ts';

export interface Found {
  readonly cluster: string;
  readonly namespace: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** What of it is the address, image or name. */
  readonly by: string;
}

export const isAddress = (text: string): boolean => isIP(text) !== 0;

/** CIDR (RFC 4632, RFC 4291). */
export function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...more] = text.split('/');
  const bits = isIP(address) === 4 ? 32 : 128;
  return more.length === 0 && isAddress(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits;
}

export type Network = (address: string) => boolean;
const family = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Whether an address is the one, or in the network, however it is written. */
export function networkOf(text: string): Network {
  const [address = '', prefix] = text.split('/');
  const list = new BlockList();
  if (prefix === undefined) list.addAddress(address, family(address));
  else list.addSubnet(address, Number(prefix), family(address));
  return (one) => isAddress(one) && family(one) === family(address) && list.check(one, family(one));
}

/** Pods that had not ended, Services, nodes. */
export async function holders(
  { server }: Context,
  at: number,
  cluster: string,
  network: Network,
): Promise<readonly Found[]> {
  const api = apiAt(pastUrl({ url: server.url, at }, cluster));
  const all = await Promise.all(
    ADDRESS_KINDS.map(async ([kind, plural]) => {
      const { items } = await api.json<{ readonly items: readonly AddressHolder[] }>(
        `/api/v1/${plural}`,
        'application/json',
      );
      return items.flatMap((item) => {
        const by = addressIn(item, network);
        const { name, namespace = '', uid } = item.metadata;
        return by === undefined ? [] : [{ cluster, namespace, kind, name, uid, by }];
      });
    }),
  );
  return all.flat();
}
