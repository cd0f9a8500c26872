import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leasesOf, type Sight, withSight } from './sights.ts';

const holder = { uid: 'u', hostNetwork: false };
const all = (sights: readonly Sight[]): readonly Sight[] => sights.reduce(withSight, [] as readonly Sight[]);
const spans = (sights: readonly Sight[], since?: number) =>
  leasesOf({ ...holder, ...(since !== undefined && { since }) }, all(sights)).map(({ ip, from, to }) => [ip, from, to]);

describe('leases', () => {
  test.each<[string, Sight[], number | undefined, unknown[]]>([
    ['begins with the pod, not with the first look', [{ at: 20, ips: ['a'] }], 10, [['a', 10, undefined]]],
    [
      'begins with the first look when that is all there is',
      [{ at: 20, ips: ['a'] }],
      undefined,
      [['a', 20, undefined]],
    ],
    [
      'ends when it is gone',
      [
        { at: 20, ips: ['a'] },
        { at: 30, ips: [] },
      ],
      undefined,
      [['a', 20, 30]],
    ],
    [
      'ends although the end came first',
      [
        { at: 30, ips: [] },
        { at: 20, ips: ['a'] },
      ],
      undefined,
      [['a', 20, 30]],
    ],
    [
      'a new sandbox has another address',
      [
        { at: 20, ips: ['a'] },
        { at: 30, ips: ['b'] },
      ],
      10,
      [
        ['a', 10, 30],
        ['b', 30, undefined],
      ],
    ],
    [
      'a load balancer joins a Service',
      [
        { at: 20, ips: ['a'] },
        { at: 30, ips: ['a', 'b'] },
      ],
      10,
      [
        ['a', 10, undefined],
        ['b', 30, undefined],
      ],
    ],
    ['nothing was ever held', [{ at: 20, ips: [] }], 10, []],
  ])('%s', (_, sights, since, leases) => expect(spans(sights, since)).toEqual(leases));

  test('are the same whatever the order and however often', () => {
    const sight = fc.record({ at: fc.nat(50), ips: fc.subarray(['a', 'b', 'c']) });
    const sights = fc.uniqueArray(sight, { selector: ({ at }) => at, maxLength: 8 });
    fc.assert(
      fc.property(sights, fc.infiniteStream(fc.nat()), (seen, random) => {
        const mixed = [...seen, ...seen]
          .map((each) => ({ each, place: random.next().value ?? 0 }))
          .sort((x, y) => x.place - y.place)
          .map(({ each }) => each);
        expect(spans(mixed)).toEqual(spans(seen));
      }),
    );
  });

  test('of a long life are remembered by its turns', () => {
    const life = Array.from({ length: 100 }, (_, at) => ({ at, ips: at < 40 ? ['a'] : at < 70 ? ['b'] : [] }));
    expect(all(life).length).toBeLessThanOrEqual(10);
    expect(spans(life)).toEqual([
      ['a', 0, 40],
      ['b', 40, 70],
    ]);
  });

  test('of one object and address never overlap', () => {
    const sights = fc.array(fc.record({ at: fc.nat(50), ips: fc.subarray(['a', 'b']) }), { maxLength: 12 });
    fc.assert(
      fc.property(sights, (seen) => {
        const held = leasesOf(holder, all(seen)).filter(({ ip }) => ip === 'a');
        for (let i = 1; i < held.length; i++) expect(held[i - 1]?.to).toBeLessThanOrEqual(held[i]?.from ?? -1);
      }),
    );
  });
});
