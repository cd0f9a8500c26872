import type { Slim } from '@mosaic/wire';
import { expect, it } from 'vitest';
import { at, emptyWorld, iso, NOW, revision, slim } from '../testing.ts';
import { pastImages } from './past-images.ts';

it('an image of an earlier release is found where its last pod was, one that runs or never ran is not', async () => {
  const { store, cluster } = await emptyWorld();
  const [record] = await store.clusters.all();
  const set = (name: string, image: string): Slim => slim({ kind: 'ReplicaSet', name, images: [image] });
  const [bad, good, idle] = [
    set('cart-7f', 'shop/cart:1.9.0'),
    set('cart-5d', 'shop/cart:1.8.2'),
    set('cart-1', 'shop/cart:1.7.0'),
  ];
  const pod = (owner: Slim, name: string): Slim => slim({ kind: 'Pod', name, owner: owner.uid, images: owner.images });
  const [first, last, living] = [pod(bad, 'cart-7f-a'), pod(bad, 'cart-7f-b'), pod(good, 'cart-5d-a')];
  await store.objects.write(
    cluster,
    [
      revision(first, 1, at(60), { kind: 'Pod' }, { owner: bad.uid }),
      revision(last, 2, at(59), { kind: 'Pod' }, { owner: bad.uid }),
      revision(living, 3, at(40), { kind: 'Pod' }, { owner: good.uid }),
      revision(first, 4, at(50), undefined, { owner: bad.uid }),
      revision(last, 5, at(40), undefined, { owner: bad.uid }),
    ],
    NOW,
  );
  const objects = new Map([bad, good, idle, living].map((one) => [one.uid, one]));
  const found = async (part: string) =>
    pastImages({
      store,
      cluster: record as NonNullable<typeof record>,
      moment: { objects },
      part,
      span: { from: 0, to: NOW },
    });
  expect(await found('cart:1.9')).toEqual([
    {
      ...{ type: 'image', id: 'shop/cart:1.9.0', title: 'shop/cart:1.9.0', cluster, living: false },
      ...{ at: iso(at(40) - 1), subtitle: 'image of no pod now · last shop/cart-7f-b · eu-1' },
    },
  ]);
  expect(await found('shop/cart')).toHaveLength(1);
  expect(await found('cart:1.8')).toEqual([]);
});
