import type { SearchHit } from '@mosaic/wire';
import { expect, it } from 'vitest';
import { expression } from '../map/expression.ts';
import { node } from '../testing/examples.ts';
import { there } from './there.ts';

const hit = (more: Partial<SearchHit>): SearchHit => ({
  type: 'workload',
  id: '1:Deployment:shop:cart',
  title: 'cart',
  subtitle: '',
  cluster: 1,
  living: true,
  ...more,
});

it('an image leads to what runs it, and to no panel of its own', () => {
  const image = 'registry.example:5000/shop/cart:1.14.1';
  const view = there(hit({ type: 'image', id: image, title: image }));
  expect([view.node, view.cluster]).toEqual([undefined, 1]);
  const keeps = expression(view.q ?? '');
  const [runs, other] = [image, 'shop/cart:1.14.0'].map((each) => node('1:Deployment:shop:cart', { images: [each] }));
  expect([runs, other].map((each) => each !== undefined && keeps(each, undefined))).toEqual([true, false]);
});

it.each([
  ['cluster', { cluster: 1, namespace: undefined, node: undefined }],
  ['namespace', { cluster: 1, namespace: 'cart', node: undefined }],
  ['ip', { node: '1:Deployment:shop:cart', tab: 'summary' }],
] as const)('%s', (type, view) => expect(there(hit({ type }))).toEqual(view));
