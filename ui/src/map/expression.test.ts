import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../testing/examples.ts';
import { expression } from './expression.ts';

const cart = node('1:Deployment:shop:cart', {
  version: '1.14.0',
  images: ['shop/cart:1.14.0'],
  labels: { team: 'storefront' },
});
const broken = node('1:Deployment:shop:checkout', { health: 'broken' });

describe('find or hide', () => {
  it.each([
    ['', true, true],
    ['cart', true, false],
    ['CART', true, false],
    ['-cart', false, true],
    ['ns=shop', true, true],
    ['ns = shop and health=broken', false, true],
    ['health!=broken', true, false],
    ['image=shop/cart', true, false],
    ['team=storefront', true, false],
    ['shop, -kind=Deployment', false, false],
    ['ns=sho', false, false],
  ])('%s', (text, first, second) => {
    const keeps = expression(text);
    expect([keeps(cart), keeps(broken)]).toEqual([first, second]);
  });

  it('nothing that is typed breaks it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof expression(text)(cart)).toBe('boolean');
      }),
    );
  });
});
