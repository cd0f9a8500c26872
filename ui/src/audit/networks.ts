// Whether an address is one, or in a network, however it is written (RFC 4291, RFC 4632).

import { ipv6Groups } from '@mosaic/wire';

interface Bits {
  readonly value: bigint;
  readonly length: 32 | 128;
}

function bitsOf(text: string): Bits | undefined {
  const parts = text.split('.');
  if (!text.includes(':')) {
    const isFour = parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
    return isFour ? { length: 32, value: parts.reduce((sum, part) => (sum << 8n) | BigInt(part), 0n) } : undefined;
  }
  const groups = parts.length > 1 ? undefined : ipv6Groups(text.toLowerCase()); // no dotted tail
  return groups && { length: 128, value: groups.reduce((sum, group) => (sum << 16n) | BigInt(group), 0n) };
}

export type Network = (address: string) => boolean;

/** Undefined for what is neither an address nor a network. */
export function networkOf(text: string): Network | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const wanted = bitsOf(address);
  if (wanted === undefined || more.length > 0) return undefined;
  const kept = prefix === undefined ? wanted.length : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
  if (!(kept <= wanted.length)) return undefined;
  const shift = BigInt(wanted.length - kept);
  return (one) => {
    const other = bitsOf(one);
    return other?.length === wanted.length && other.value >> shift === wanted.value >> shift;
  };
}
