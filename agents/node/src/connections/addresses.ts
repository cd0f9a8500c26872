// Addresses as the kernel prints them → one spelling each, the one the wire asks for.

import { ipv6Text } from '@mosaic/wire';

export { canonical, isLoopback, isNobodys } from '@mosaic/wire';

export interface Address {
  readonly ip: string;
  readonly port: number;
}

/** Eight digits of `/proc/net/tcp`: the address as a number in the machine's byte order, which is little endian on all that we run on. */
export function ipv4OfHex(hex: string): string {
  const word = Number.parseInt(hex, 16);
  return `${word & 255}.${(word >>> 8) & 255}.${(word >>> 16) & 255}.${word >>> 24}`;
}

/** Thirty-two digits of `/proc/net/tcp6`: four such words. IPv4 mapped into IPv6 is IPv4. */
export function ipv6OfHex(hex: string): string {
  if (hex.startsWith('0000000000000000FFFF0000')) return ipv4OfHex(hex.slice(24));
  const groups: number[] = [];
  for (let i = 0; i < 32; i += 8) {
    const word = Number.parseInt(hex.slice(i, i + 8), 16);
    groups.push(((word & 255) << 8) | ((word >>> 8) & 255), ((word >>> 8) & 0xff00) | (word >>> 24));
  }
  return ipv6Text(groups);
}

export const isUnspecified = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

export const isSame = (a: Address, b: Address): boolean => a.port === b.port && a.ip === b.ip;
