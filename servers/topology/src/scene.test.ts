import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topmostOwner } from './owners.ts';
import { sceneOf } from './scene.ts';
import { byUid, slim } from './testing.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const one = fc.record({
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('Job', 'Pod', 'ReplicaSet', 'Rollout'),
  namespace: fc.constantFrom('shop', 'till'),
  owner: fc.option(fc.constantFrom(...NAMES, 'nobody'), { nil: undefined }),
});

test('what an object is folded into does not depend on who asked before, in circles of owners neither', () => {
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ({ name }) => name }), (all) => {
      const objects = byUid(
        all.map(({ owner, ...about }) => slim({ ...about, uid: about.name, ...(owner !== undefined && { owner }) })),
      );
      const scene = sceneOf({ id: 1, name: 'one', objects });
      for (const each of objects.values())
        if (each.kind !== 'Rollout') expect(scene.workloadOf(each)).toBe(topmostOwner(objects, each));
    }),
    { numRuns: 1_000 },
  );
});
