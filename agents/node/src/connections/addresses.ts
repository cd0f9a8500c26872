// Addresses as the kernel prints them → one spelling each, the one the wire asks for.

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
  return spelled(groups);
}

/** As a text of any spelling says it; what is no address stays as it is. */
export function canonical(text: string): string {
  if (!text.includes(':')) return text;
  const [bare = ''] = text.toLowerCase().split('%');
  const mapped = /^(?:0*:)*:?(?:0*:)*ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(bare)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = bare.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...new Array<string>(missing).fill('0'), ...right].map((group) =>
    Number.parseInt(group, 16),
  );
  return groups.length === 8 && groups.every((group) => group >= 0 && group <= 0xffff) ? spelled(groups) : text;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two zeros or more is `::`, the first of equals. */
function spelled(groups: readonly number[]): string {
  let begin = -1;
  let length = 1;
  for (let i = 0; i < 8; i++) {
    let end = i;
    while (end < 8 && groups[end] === 0) end++;
    if (end - i > length) [begin, length] = [i, end - i];
    if (end > i) i = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (begin < 0) return hex.join(':');
  return `${hex.slice(0, begin).join(':')}::${hex.slice(begin + length).join(':')}`;
}

export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

export const isUnspecified = (ip: string): boolean => ip === '0.0.0.0' || ip === '::';

/** Unspecified, multicast and broadcast: nobody's address, so no end of a connection. */
export const isNobodys = (ip: string): boolean =>
  isUnspecified(ip) || ip === '255.255.255.255' || ip.startsWith('ff') || /^2(2[4-9]|3\d)\./.test(ip);

export const isSame = (a: Address, b: Address): boolean => a.port === b.port && a.ip === b.ip;
