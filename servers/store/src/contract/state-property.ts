// A law: state at T is what a naive replay of everything the agent said up to T gives.

import { dynamicOf, type Slim, type SlimDelta, staticOf } from '@mosaic/wire';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StateChunk } from '../port.ts';
import { freshName, type Making } from './making.ts';
import { CONTRACT_NOW, checkpoint, delta, fileAll, HOUR, MINUTE, podOf } from './values.ts';

const BEGIN = CONTRACT_NOW - 5 * HOUR;

interface Step {
  readonly pod: number;
  readonly what: 'change' | 'go';
  readonly afterMs: number;
}

const steps = fc.array(
  fc.record({
    pod: fc.integer({ min: 0, max: 9 }),
    what: fc.constantFrom('change' as const, 'change' as const, 'go' as const),
    afterMs: fc.integer({ min: 1, max: 6 * MINUTE }),
  }),
  { minLength: 1, maxLength: 60 },
);

/** What an agent would send of these steps, and the state it had after each. */
function lived(cluster: number, script: readonly Step[]) {
  const chunks: StateChunk[] = [];
  const history: { readonly at: number; readonly state: ReadonlyMap<string, Slim> }[] = [];
  const state = new Map<string, Slim>();
  let at = BEGIN;
  let seq = 1;
  let sealed = 0;
  const mark = (): void => {
    chunks.push(...checkpoint(cluster, { at, slims: [...state.values()], seq }));
    seq += 2;
    sealed = at;
  };
  mark();
  history.push({ at, state: new Map() });
  for (const [n, { pod, what, afterMs }] of script.entries()) {
    at += afterMs;
    if (at - sealed > 10 * MINUTE) mark();
    at += 1;
    chunks.push(delta(cluster, seq++, [apply(state, pod, what, at, n)]));
    history.push({ at, state: new Map(state) });
  }
  return { chunks, history };
}

function apply(state: Map<string, Slim>, n: number, what: Step['what'], at: number, rv: number): SlimDelta {
  const pod = podOf(n, { rv: rv + 100, health: rv % 2 ? 'broken' : 'well', reasons: rv % 2 ? [`reason ${rv}`] : [] });
  const known = state.get(pod.uid);
  if (what === 'go') {
    state.delete(pod.uid);
    return { uid: pod.uid, at, gone: true };
  }
  state.set(pod.uid, pod);
  return { uid: pod.uid, at, gone: false, how: dynamicOf(pod), ...(known ? {} : { is: staticOf(pod) }) };
}

export function statePropertyContract(name: string, make: Making): void {
  describe(`${name}: the law of state`, () => {
    test('state at any instant equals a replay of all that was said, in whatever order it came', async () => {
      const store = await make();
      const law = fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (script, order) => {
        const { id } = await store.clusters.enrol({ name: freshName(), kind: 'playground' });
        const { chunks, history } = lived(id, script);
        const keyed = chunks.map((chunk) => ({ chunk, key: order.next().value ?? 0 }));
        await fileAll(
          store,
          keyed.sort((a, b) => a.key - b.key).map(({ chunk }) => chunk),
        );
        for (const { at, state } of history.filter((_, n) => n % 7 === 0 || n === history.length - 1)) {
          const found = await store.state.at(id, at);
          expect(new Map([...found.objects].sort())).toEqual(new Map([...state].sort()));
          expect(found.stale).toBeUndefined();
        }
      });
      await fc.assert(law, { numRuns: 15 });
      await store.close();
    });
  });
}
