// Addresses as leases and ranges are looked up by.

import { type Connection, canonical, ipv6Groups } from '@mosaic/wire';

export { canonical, isLoopback, isNobodys } from '@mosaic/wire';

/** Every node has the same ones, so they say nothing without the node. */
export const isLinkLocal = (ip: string): boolean => ip.startsWith('169.254.') || /^fe[89ab][0-9a-f]:/.test(ip);

/** The /24 or /64 an address lies in: what a node hands out to its pods by default. */
export function rangeOf(ip: string): string {
  if (!ip.includes(':')) return ip.slice(0, ip.lastIndexOf('.') + 1);
  return (ipv6Groups(ip) ?? []).slice(0, 4).join(':');
}

/** Every address that occurs in the observations, canonical, each once. */
export function addressesIn(flows: Iterable<Pick<Connection, 'client' | 'server' | 'original'>>): ReadonlySet<string> {
  const ips = new Set<string>();
  for (const { client, server, original } of flows) {
    ips.add(canonical(client.ip));
    ips.add(canonical(server.ip));
    if (original !== undefined) ips.add(canonical(original.ip));
  }
  return ips;
}
