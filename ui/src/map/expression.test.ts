import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { edge, node } from '../testing/examples.ts';
import { expression, trafficBy } from './expression.ts';

const cart = node('1:Deployment:shop:cart', {
  version: '1.14.0',
  images: ['shop/cart:1.14.0'],
  labels: { team: 'storefront' },
});
const broken = node('1:Deployment:shop:checkout', { health: 'broken' });
const calls = (from: string, failed: number) => ({ ...edge('connects', from, '1:Deployment:shop:x'), rate: 5, failed });
const traffic = trafficBy([calls(cart.id, 0.001), calls(broken.id, 0.3)]);

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
    ['health=broken|degraded', false, true],
    ['failed > 1%', false, true],
    ['ns = shop and failed > 1%', false, true],
    ['-failed>1%', true, false],
    ['rate>=5', true, true],
    ['rate<1', false, false],
    ['restarts=0', true, true],
    ['name="cart"', true, false],
    ['cart or health=broken', true, true],
    ['cart or redis', true, false],
    ['redis OR mailer', false, false],
    ['team=storefront and health=well or failed>1%', true, true],
    ['ns=shop and (cart or redis)', true, false],
    ['ns=platform (cart or checkout)', false, false],
    ['-(cart or redis)', false, true],
    ['(cart', true, false],
    ['cart) or', true, false],
    ['or or', true, true],
    ['name="or"', false, false],
  ])('%s', (text, first, second) => {
    const keeps = expression(text);
    expect([keeps(cart, traffic.get(cart.id)), keeps(broken, traffic.get(broken.id))]).toEqual([first, second]);
  });

  it('nothing that is typed breaks it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(typeof expression(text)(cart)).toBe('boolean');
      }),
    );
  });
});
