import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonical, isLinkLocal, isLoopback, isNobodys, rangeOf } from './addresses.ts';

test.each([
  ['10.0.0.1', '10.0.0.1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::FFFF:0a00:0001', '10.0.0.1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:0DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['fe80::1%eth0', 'fe80::1'],
  ['::', '::'],
  ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['1::2::3', '1::2::3'],
  ['no:address', 'no:address'],
  ['', ''],
])('%s is spelled %s', (address, expected) => {
  expect(canonical(address)).toBe(expected);
});

test('an address has one spelling', () => {
  fc.assert(
    fc.property(fc.ipV6(), (address) => {
      expect(canonical(canonical(address))).toBe(canonical(address));
      expect(canonical(address.toUpperCase())).toBe(canonical(address));
    }),
  );
});

test('addresses that are no ends, and ranges', () => {
  expect(['127.0.0.1', '127.0.0.6', '::1', '10.0.0.1'].map(isLoopback)).toEqual([true, true, true, false]);
  expect(['169.254.20.10', 'fe80::1', '10.0.0.1'].map(isLinkLocal)).toEqual([true, true, false]);
  expect(['0.0.0.0', '::', '239.1.1.1', 'ff02::1', '22.1.1.1'].map(isNobodys)).toEqual([true, true, true, true, false]);
  expect(rangeOf('10.0.1.7')).toBe(rangeOf('10.0.1.200'));
  expect(rangeOf('fd00:1::7')).toBe(rangeOf('fd00:1:0:0:9::1'));
  expect(rangeOf('10.0.1.7')).not.toBe(rangeOf('10.0.2.7'));
});
