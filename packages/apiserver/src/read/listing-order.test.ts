import { expect, test } from 'vitest';
import { byPlace } from './listing-order.ts';

test('a listing is in the order of its keys: a namespace that goes on comes before the one it begins with', () => {
  const keys = ['shop-db/a', 'shop.x/a', 'shop/a', 'shop/a-1', 'shop/b', 'shopping/a'];
  const places = keys
    .toReversed()
    .map((key) => ({ namespace: key.split('/')[0] ?? '', name: key.split('/')[1] ?? '' }));
  expect(places.sort(byPlace).map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(keys);
  expect([{ name: 'b' }, { name: 'a' }].sort(byPlace)).toEqual([{ name: 'a' }, { name: 'b' }]);
});
