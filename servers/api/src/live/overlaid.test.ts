import fc from 'fast-check';
import { expect, test } from 'vitest';
import { overlaid } from './overlaid.ts';

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');

test('it reads as the changed copy would', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(key, fc.nat())),
      fc.array(fc.tuple(key, fc.option(fc.nat(), { nil: undefined }))),
      (below, changes) => {
        const copy = new Map(below);
        for (const [name, value] of new Map(changes)) value === undefined ? copy.delete(name) : copy.set(name, value);
        const map = overlaid(new Map(below), new Map(changes));
        expect(new Map(map)).toEqual(copy);
        expect(map.size).toBe(copy.size);
        expect(new Set(map.keys())).toEqual(new Set(copy.keys()));
        expect([...map.values()].toSorted()).toEqual([...copy.values()].toSorted());
        for (const name of ['a', 'b', 'c', 'd', 'e'] as const)
          expect([map.has(name), map.get(name)]).toEqual([copy.has(name), copy.get(name)]);
        const told = new Map<string, number>();
        map.forEach((value, name) => {
          told.set(name, value);
        });
        expect(told).toEqual(copy);
      },
    ),
  );
});
