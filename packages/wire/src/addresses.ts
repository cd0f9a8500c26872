// Addresses as text: one spelling each, for agents who tell them and servers who look them up.

/** IPv4 dotted, also when it came mapped into IPv6; IPv6 as RFC 5952 spells it, without its zone. What is no address stays as it is. */
export function canonical(address: string): string {
  if (!address.includes(':')) return address;
  const [bare = ''] = address.toLowerCase().split('%');
  const groups = ipv6Groups(bare);
  if (groups === undefined) return address;
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? dotted(groups[6] ?? 0, groups[7] ?? 0) : ipv6Text(groups);
}

/** Eight 16-bit groups; undefined for what is no IPv6 address. */
export function ipv6Groups(text: string): number[] | undefined {
  const [head = '', tail, ...rest] = text.split('::');
  if (rest.length > 0) return undefined;
  const left = head === '' ? [] : head.split(':').flatMap(numbersOf);
  const right = tail === undefined || tail === '' ? [] : tail.split(':').flatMap(numbersOf);
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...left, ...new Array<number>(tail === undefined ? 0 : missing).fill(0), ...right];
  return groups.every((group) => Number.isInteger(group) && group >= 0 && group <= 0xffff) ? groups : undefined;
}

/** One group, or two when the last part is dotted. */
function numbersOf(part: string): number[] {
  if (!part.includes('.')) return [/^[0-9a-f]{1,4}$/.test(part) ? Number.parseInt(part, 16) : Number.NaN];
  const bytes = part.split('.').map(Number);
  if (bytes.length !== 4 || bytes.some((byte) => !(byte >= 0 && byte <= 255))) return [Number.NaN];
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  return [a * 256 + b, c * 256 + d];
}

const dotted = (high: number, low: number): string => `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;

/** RFC 5952: lower case, no leading zeros; the longest run of two zeros or more becomes `::`, the first of equals. */
export function ipv6Text(groups: readonly number[]): string {
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

export const isLoopback = (ip: string): boolean => ip === '::1' || ip.startsWith('127.');

/** Nobody's: unspecified, multicast and broadcast. */
export const isNobodys = (ip: string): boolean =>
  ip === '' ||
  ip === '0.0.0.0' ||
  ip === '::' ||
  ip === '255.255.255.255' ||
  ip.startsWith('ff') ||
  /^2(2[4-9]|3\d)\./.test(ip);
