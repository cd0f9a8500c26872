// Methods of int and float that templates can reach.

import type { Methods } from './methods.ts';

export const INT_METHODS: Methods<bigint> = {
  bit_length: (self) => (self === 0n ? 0n : BigInt((self < 0n ? -self : self).toString(2).length)),
  conjugate: (self) => self,
};

export const FLOAT_METHODS: Methods<number> = {
  is_integer: (self) => Number.isInteger(self),
  conjugate: (self) => self,
};
