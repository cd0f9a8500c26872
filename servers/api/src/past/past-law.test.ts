// The law of the past: the state at an instant is the fold of all changes up to it, whether listed or asked for by name.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apiOver, at, emptyWorld, iso, NOW, uidOf } from '../testing.ts';
import { recorded, type Step, type Written } from './testing.ts';

const SINCE = at(60);

const manifest = (kind: string, name: string, uid: string, born: number, value: number): Written => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', uid, creationTimestamp: iso(born) },
  data: { value: String(value) },
});

const path = (instant: number, rest: string): string => `/at/${iso(instant)}/eu-1${rest}`;

const change = fc.record({
  name: fc.constantFrom('a', 'b', 'c'),
  kind: fc.constantFrom('ConfigMap', 'Pod'),
  isEnd: fc.boolean(),
  after: fc.integer({ min: 1, max: 90_000 }),
  value: fc.integer(),
});

interface Changed {
  readonly name: string;
  readonly kind: string;
  readonly isEnd: boolean;
  readonly after: number;
  readonly value: number;
}

/** Changes as they may have been: an end ends what is there, everything else makes or changes it. */
const historyOf = (changes: readonly Changed[]): Step[] => {
  const living = new Map<string, string>();
  let instant = SINCE + 1;
  return changes.flatMap(({ name, kind, isEnd, after, value }, i): Step[] => {
    instant += after;
    const key = `${kind}/${name}`;
    const uid = living.get(key) ?? uidOf(50_000 + i);
    if (isEnd && !living.has(key)) return [];
    if (isEnd) living.delete(key);
    else living.set(key, uid);
    return [{ at: instant, uid, rv: 100 + i, ...(!isEnd && { object: manifest(kind, name, uid, instant, value) }) }];
  });
};

const folded = (steps: readonly Step[], instant: number, kind: string): unknown[] => {
  const there = new Map<string, unknown>();
  for (const { at: when, uid, rv, object } of steps) {
    if (when > instant) break;
    if (object === undefined) there.delete(uid);
    else if (object.kind === kind)
      there.set(uid, { ...object, metadata: { ...object.metadata, resourceVersion: String(rv) } });
  }
  return [...there.values()].sort((a, b) => ((a as Written).metadata.name < (b as Written).metadata.name ? -1 : 1)); // made above
};

it('shows at every instant what all changes up to it made', async () => {
  const histories = fc.array(change, { minLength: 1, maxLength: 25 });
  const instants = fc.array(fc.integer({ min: 0, max: 25 * 90_000 }), { minLength: 3, maxLength: 3 });
  await fc.assert(
    fc.asyncProperty(histories, instants, async (changes, after) => {
      const own = await emptyWorld();
      const steps = historyOf(changes);
      await recorded(own, SINCE, steps);
      const api = await apiOver(own);
      try {
        for (const instant of [...after.map((ms) => SINCE + ms), steps[0]?.at ?? SINCE, NOW - 120_000])
          for (const [kind, resource] of [
            ['Pod', 'pods'],
            ['ConfigMap', 'configmaps'],
          ] as const) {
            const { items } = (await api.ask(path(instant, `/api/v1/${resource}`))) as { items: Written[] }; // the face's lists
            expect(items).toEqual(folded(steps, instant, kind));
            for (const { metadata } of items) {
              const one = await api.ask(path(instant, `/api/v1/namespaces/shop/${resource}/${metadata.name}`));
              expect(one).toEqual(items.find((each) => each.metadata.name === metadata.name));
            }
          }
      } finally {
        await api.api.close();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
