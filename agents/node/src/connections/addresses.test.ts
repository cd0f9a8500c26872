import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, ipv4OfHex, ipv6OfHex, isLoopback, isNobodys } from './addresses.ts';

describe('addresses as the kernel prints them', () => {
  test.each([
    ['0500F40A', '10.244.0.5'],
    ['FAB3600A', '10.96.179.250'],
    ['0100007F', '127.0.0.1'],
    ['00000000', '0.0.0.0'],
    ['FFFFFFFF', '255.255.255.255'],
  ])('%s is %s', (hex, ip) => {
    expect(ipv4OfHex(hex)).toBe(ip);
  });

  test.each([
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000001000000', '::1'],
    ['0000000000000000FFFF00000400F40A', '10.244.0.4'],
    ['B80D0120000000000000000001000000', '2001:db8::1'],
    ['000080FE00000000FF565002BD1EFEFF', 'fe80::250:56ff:fffe:1ebd'],
  ])('%s is %s', (hex, ip) => {
    expect(ipv6OfHex(hex)).toBe(ip);
  });
});

describe('one spelling each', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['0000:0000:0000:0000:0000:0000:0000:0001', '::1'],
    ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:0db8:0000:0000:0000:0000:0000:0000', '2001:db8::'],
    ['no:address', 'no:address'],
  ])('%s is spelled %s', (text, ip) => {
    expect(canonical(text)).toBe(ip);
  });

  test('the table and the text of an address agree', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const groups = Array.from({ length: 8 }, (_, i) =>
          (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
        );
        expect(ipv6OfHex(wordsOf(bytes))).toBe(canonical(groups.join(':')));
      }),
    );
  });
});

/** As the kernel prints them: four words of the machine's byte order. */
const wordsOf = (bytes: Uint8Array): string =>
  [0, 4, 8, 12]
    .flatMap((at) => [...bytes.slice(at, at + 4)].reverse())
    .map((byte) => byte.toString(16).toUpperCase().padStart(2, '0'))
    .join('');

test('loopback and what is nobody’s address are no ends', () => {
  expect(['127.0.0.1', '127.0.0.6', '::1', '10.127.0.1'].map(isLoopback)).toEqual([true, true, true, false]);
  expect(['0.0.0.0', '::', '224.0.0.251', '239.1.1.1', 'ff02::1', '255.255.255.255'].every(isNobodys)).toBe(true);
  expect(['22.4.0.1', '10.0.0.1', 'fd00::1', '240.0.0.1'].some(isNobodys)).toBe(false);
});
