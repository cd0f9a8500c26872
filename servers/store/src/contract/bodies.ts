// Bodies of many objects at an instant: the same as asking for each alone.

import { decodeUtf8 } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type KeptBody, NotKept } from '../port.ts';
import { type Making, testWith } from './making.ts';
import { CONTRACT_NOW, DAY, HOUR, revision, uidOf } from './values.ts';

const T = CONTRACT_NOW - 5 * HOUR;
const json = (n: number, phase: string): string =>
  JSON.stringify({ kind: 'Pod', metadata: { name: `checkout-${n}`, labels: { app: 'größe' } }, status: { phase } });

const asText = (kept: KeptBody | undefined) =>
  kept && { rv: kept.rv, op: kept.op, json: kept.body && decodeUtf8(kept.body) };

export function bodiesContract(name: string, make: Making): void {
  describe(`${name}: bodies of many objects`, () => {
    testWith(make, 'each is its newest revision, in the order they were asked for', async ({ store, cluster }) => {
      const of = (n: number, at: number, rv: number, phase: string) =>
        revision({ uid: uidOf(n), at, rv, json: json(n, phase) });
      const base = { at: T - 3 * DAY, rv: 10, json: json(1, 'Pending') };
      await store.objects.write(
        cluster,
        [
          revision({ uid: uidOf(1), ...base }),
          revision({ uid: uidOf(1), at: T - DAY, rv: 11, json: json(1, 'Running'), base }),
          of(1, T + 1, 12, 'Failed'),
          of(2, T - HOUR, 20, 'Pending'),
          of(2, T, 21, 'Running'),
          of(2, T, 22, 'Succeeded'),
          of(3, T - 9 * DAY, 30, 'Running'),
          of(4, T - HOUR, 40, 'Running'),
          revision({ uid: uidOf(4), at: T - 1, rv: 41, goneAfter: T - 2 }),
          of(5, T + HOUR, 50, 'Running'),
        ],
        T,
      );
      const uids = [5, 3, 1, 4, 2, 6, 1].map(uidOf);
      expect((await store.objects.bodies(cluster, uids, T)).map(asText)).toEqual([
        undefined,
        { rv: 30, op: 'modify', json: json(3, 'Running') },
        { rv: 11, op: 'modify', json: json(1, 'Running') },
        { rv: 41, op: 'delete' },
        { rv: 22, op: 'modify', json: json(2, 'Succeeded') },
        undefined,
        { rv: 11, op: 'modify', json: json(1, 'Running') },
      ]);
      expect(await store.objects.bodies(cluster, [], T)).toEqual([]);
    });

    testWith(
      make,
      'revisions are read by their own keys, in the order they were asked for',
      async ({ store, cluster }) => {
        const base = { at: T - HOUR, rv: 10, json: json(1, 'Pending') };
        const lost = { at: T - 2 * DAY, rv: 9, json: json(2, 'Pending') };
        await store.objects.write(
          cluster,
          [
            revision({ uid: uidOf(1), ...base }),
            revision({ uid: uidOf(1), at: T, rv: 11, json: json(1, 'Running'), base }),
            revision({ uid: uidOf(1), at: T, rv: 12, json: json(1, 'Failed'), base }),
            revision({ uid: uidOf(1), at: T + 1, rv: 13, goneAfter: T }),
            revision({ uid: uidOf(2), at: T, rv: 20, json: json(2, 'Running') }),
            revision({ uid: uidOf(2), at: T + HOUR, rv: 20, json: json(2, 'Running'), base: lost }),
          ],
          T,
        );
        const key = (n: number, at: number, rv: number) => ({ uid: uidOf(n), at, rv });
        const keys = [
          ...[key(1, T, 11), key(2, T + HOUR, 20), key(1, T, 12), key(1, T + 1, 13), key(1, T - HOUR, 10)],
          ...[key(1, T, 99), key(3, T, 1), key(1, CONTRACT_NOW - 40 * DAY, 1)],
        ];
        expect((await store.objects.revisions(cluster, keys)).map(asText)).toEqual([
          { rv: 11, op: 'modify', json: json(1, 'Running') },
          { rv: 20, op: 'modify', json: json(2, 'Running') },
          { rv: 12, op: 'modify', json: json(1, 'Failed') },
          { rv: 13, op: 'delete' },
          { rv: 10, op: 'modify', json: json(1, 'Pending') },
          ...[undefined, undefined, undefined],
        ]);
        expect(await store.objects.revisions(cluster, [])).toEqual([]);
      },
    );

    testWith(
      make,
      'one whose snapshot is not kept is read by an earlier telling, or said without its body',
      async ({ store, cluster }) => {
        const lost = { at: T - 2 * DAY, rv: 9, json: json(1, 'Pending') };
        await store.objects.write(
          cluster,
          [
            revision({ uid: uidOf(1), at: T - HOUR, rv: 10, json: json(1, 'Running') }),
            revision({ uid: uidOf(1), at: T, rv: 10, json: json(1, 'Running'), base: lost }),
            revision({ uid: uidOf(2), at: T, rv: 11, json: json(2, 'Running'), base: lost }),
          ],
          T,
        );
        const read = await store.objects.bodies(cluster, [uidOf(1), uidOf(2)], T);
        const [told, bare] = read.map(asText);
        expect(told).toEqual({ rv: 10, op: 'modify', json: json(1, 'Running') });
        expect(bare).toEqual({ rv: 11, op: 'modify' });
      },
    );

    testWith(make, 'many are what each alone is, at any instant', async ({ store, cluster }) => {
      const step = fc.record({ n: fc.nat(5), at: fc.nat(3 * DAY), isEnd: fc.boolean(), leans: fc.boolean() });
      let rv = 0;
      let uid = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), fc.nat(3 * DAY), async (steps, after) => {
          uid += 10;
          const base = { at: T - 4 * DAY, rv: ++rv, json: json(0, 'Pending') };
          const written = steps.map(({ n, at, isEnd, leans }) =>
            revision({
              ...{ uid: uidOf(uid + n), at: T - 3 * DAY + at, rv: ++rv },
              ...(!isEnd && { json: json(n, `phase ${rv}`), ...(leans && { base }) }),
            }),
          );
          const bases = Array.from({ length: 6 }, (_, n) => revision({ uid: uidOf(uid + n), ...base }));
          await store.objects.write(cluster, [...bases.slice(0, 5), ...written], T);
          const uids = Array.from({ length: 7 }, (_, n) => uidOf(uid + n));
          const together = await store.objects.bodies(cluster, uids, T - 3 * DAY + after);
          const alone = await Promise.all(uids.map((one) => store.objects.at(cluster, one, T - 3 * DAY + after)));
          expect(together.map(asText)).toEqual(
            alone.map((kept) => kept && { rv: kept.rv, op: kept.op, json: kept.json }),
          );
        }),
        { numRuns: 15 },
      );
    });

    testWith(make, 'of an instant older than retention nothing is kept', async ({ store, cluster }) => {
      const asked = store.objects.bodies(cluster, [uidOf(1)], CONTRACT_NOW - 20 * DAY);
      await expect(asked).rejects.toThrow(NotKept);
    });
  });
}
