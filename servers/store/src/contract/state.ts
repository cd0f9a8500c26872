// State at T.

import { describe, expect } from 'vitest';
import { NotKept, type StateAt } from '../port.ts';
import { type Making, testWith } from './making.ts';
import {
  born,
  CONTRACT_NOW,
  changed,
  checkpoint,
  DAY,
  delta,
  fileAll,
  gone,
  HOUR,
  MINUTE,
  podOf,
  uidOf,
} from './values.ts';

/** 09:50 UTC. */
const T = CONTRACT_NOW - 2 * HOUR - 10 * MINUTE;
const pods = [0, 1, 2, 3, 4, 5].map((n) => podOf(n));
const namesOf = (state: StateAt): string[] => [...state.objects.values()].map(({ name }) => name).sort();
const seven = podOf(7);
const broken = podOf(1, { health: 'broken', reasons: ['CrashLoopBackOff (exit 1)'], rv: 99 });

export function stateContract(name: string, make: Making): void {
  describe(`${name}: state at T`, () => {
    testWith(
      make,
      'a checkpoint and the deltas after it, in any order and twice, across the hour',
      async ({ store, cluster }) => {
        const chunks = [
          delta(cluster, 5, [gone(uidOf(2), T + 25 * MINUTE)]),
          ...checkpoint(cluster, { at: T, slims: pods }),
          delta(cluster, 4, [changed(broken, T + 12 * MINUTE)]),
          delta(cluster, 3, [born(seven, T + 5 * MINUTE)]),
        ];
        await fileAll(store, [...chunks, ...chunks]);
        const at = (minutes: number) => store.state.at(cluster, T + minutes * MINUTE);
        expect(await at(-1)).toEqual({ at: T - MINUTE, objects: new Map() });
        expect(namesOf(await at(0))).toEqual(pods.map(({ name }) => name));
        expect(await at(0)).toMatchObject({ checkpointAt: T, epoch: 1 });
        expect(namesOf(await at(6))).toContain('pod-7');
        const later = await at(13);
        expect(later.objects.get(uidOf(1))).toEqual(broken);
        expect(later.objects.get(uidOf(0))).toEqual(pods[0]);
        expect(later.stale).toBeUndefined();
        expect(namesOf(await at(24))).toContain('pod-2');
        expect(namesOf(await at(25))).not.toContain('pod-2');
      },
    );

    testWith(make, 'deltas up to the watermark are not played again', async ({ store, cluster }) => {
      await fileAll(store, [
        ...checkpoint(cluster, { at: T, slims: pods }),
        delta(cluster, 3, [gone(uidOf(1), T + MINUTE)]),
        ...checkpoint(cluster, { at: T + 10 * MINUTE, slims: [...pods, seven], seq: 4 }),
      ]);
      const state = await store.state.at(cluster, T + 11 * MINUTE);
      expect(state).toMatchObject({ checkpointAt: T + 10 * MINUTE });
      expect(namesOf(state)).toContain('pod-1');
      expect(state.stale).toBeUndefined();
    });

    testWith(make, 'shards that lean on a base or equal an earlier one are restored', async ({ store, cluster }) => {
      const start = T - (T % HOUR);
      const second = pods.map((pod) => (pod.uid === uidOf(1) ? broken : pod));
      await fileAll(store, [
        ...checkpoint(cluster, { at: start, slims: pods }),
        ...checkpoint(cluster, { at: start + 10 * MINUTE, slims: second, seq: 3, base: { at: start, slims: pods } }),
        ...checkpoint(cluster, {
          at: start + 20 * MINUTE,
          slims: second,
          seq: 5,
          base: { at: start, slims: pods },
          sameAs: { at: start + 10 * MINUTE, shards: [1] },
        }),
        ...checkpoint(cluster, {
          at: start + 30 * MINUTE,
          slims: second,
          seq: 7,
          sameAs: { at: start + 20 * MINUTE, shards: [0, 1] },
        }),
      ]);
      for (const minutes of [10, 20, 30]) {
        const state = await store.state.at(cluster, start + minutes * MINUTE);
        expect(state.checkpointAt).toBe(start + minutes * MINUTE);
        expect([...state.objects.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1))).toEqual(second);
        expect(state.stale).toBeUndefined();
      }
      expect((await store.state.at(cluster, start)).objects.get(uidOf(1))).toEqual(pods[1]);
    });

    testWith(make, 'a restarted agent begins a new epoch, and the highest one wins', async ({ store, cluster }) => {
      await fileAll(store, [
        ...checkpoint(cluster, { at: T, slims: pods }),
        ...checkpoint(cluster, { at: T + 5 * MINUTE, slims: [seven], epoch: 2 }),
        delta(cluster, 3, [changed(broken, T + 6 * MINUTE)]),
        ...checkpoint(cluster, { at: T + 10 * MINUTE, slims: pods, epoch: 1, seq: 4 }),
        delta(cluster, 3, [born(podOf(8), T + 11 * MINUTE)], 2),
      ]);
      expect(await store.state.at(cluster, T + 4 * MINUTE)).toMatchObject({ epoch: 1 });
      const state = await store.state.at(cluster, T + 12 * MINUTE);
      expect(state).toMatchObject({ epoch: 2, checkpointAt: T + 5 * MINUTE });
      expect(namesOf(state)).toEqual(['pod-7', 'pod-8']);
      const steps = await store.state.deltas(cluster, { from: T, to: T + HOUR });
      expect(steps.map(({ epoch, seq }) => ({ epoch, seq }))).toEqual([{ epoch: 2, seq: 3 }]);
    });

    testWith(make, 'an incomplete checkpoint is passed over and said', async ({ store, cluster }) => {
      const [half] = checkpoint(cluster, { at: T + 10 * MINUTE, slims: pods, seq: 4 });
      await fileAll(store, [
        ...checkpoint(cluster, { at: T, slims: pods }),
        delta(cluster, 3, [changed(broken, T + MINUTE)]),
        ...(half ? [half] : []),
      ]);
      const state = await store.state.at(cluster, T + 15 * MINUTE);
      expect(state).toMatchObject({ checkpointAt: T, stale: { from: T + 10 * MINUTE } });
      expect(state.objects.get(uidOf(1))).toEqual(broken);
    });

    testWith(make, 'a message that never came is a gap from there on', async ({ store, cluster }) => {
      await fileAll(store, [
        ...checkpoint(cluster, { at: T, slims: pods }),
        delta(cluster, 3, [changed(broken, T + MINUTE)]),
        delta(cluster, 5, [gone(uidOf(2), T + 3 * MINUTE)]),
      ]);
      expect((await store.state.at(cluster, T + MINUTE)).stale).toBeUndefined();
      const state = await store.state.at(cluster, T + 4 * MINUTE);
      expect(state.stale).toMatchObject({ from: T + MINUTE });
      expect(namesOf(state)).not.toContain('pod-2');
    });

    testWith(make, 'long after the last word the last known state stands, with a gap', async ({ store, cluster }) => {
      await fileAll(store, [
        ...checkpoint(cluster, { at: T - 30 * HOUR, slims: pods }),
        delta(cluster, 3, [changed(broken, T - 30 * HOUR + MINUTE)]),
      ]);
      const state = await store.state.at(cluster, T);
      expect(state).toMatchObject({ checkpointAt: T - 30 * HOUR, stale: { from: T - 30 * HOUR + MINUTE } });
      expect(state.objects.get(uidOf(1))).toEqual(broken);
      expect(await store.state.extent(cluster)).toEqual({ from: T - 30 * HOUR, to: T - 30 * HOUR + MINUTE });
    });

    testWith(
      make,
      'before the first word there is nothing, and older than retention is not kept',
      async ({ store, cluster }) => {
        expect(await store.state.extent(cluster)).toBeUndefined();
        await fileAll(store, checkpoint(cluster, { at: T, slims: pods }));
        expect(await store.state.at(cluster, T - 3 * DAY)).toEqual({ at: T - 3 * DAY, objects: new Map() });
        await expect(store.state.at(cluster, CONTRACT_NOW - 15 * DAY)).rejects.toThrow(NotKept);
      },
    );

    testWith(make, 'the latest state outlives retention', async ({ store, cluster }) => {
      const old = CONTRACT_NOW - 13 * DAY;
      const at = old - (old % HOUR);
      await fileAll(store, [
        ...checkpoint(cluster, { at, slims: pods }),
        ...checkpoint(cluster, { at: at + 10 * MINUTE, slims: [...pods, seven], seq: 3, base: { at, slims: pods } }),
      ]);
      await store.upkeep.sweep(CONTRACT_NOW + 10 * DAY);
      const state = await store.state.at(cluster, CONTRACT_NOW);
      expect(namesOf(state)).toEqual([...pods, seven].map(({ name }) => name));
      expect(state.stale).toBeDefined();
    });

    testWith(
      make,
      'steps between two instants come oldest first, their ends as (from, to]',
      async ({ store, cluster }) => {
        await fileAll(store, [
          ...checkpoint(cluster, { at: T, slims: pods }),
          delta(cluster, 4, [gone(uidOf(2), T + 20 * MINUTE)]),
          delta(cluster, 3, [changed(broken, T + MINUTE), changed(broken, T + 2 * MINUTE)]),
        ]);
        const steps = await store.state.deltas(cluster, { from: T + MINUTE, to: T + 20 * MINUTE });
        expect(steps.map(({ seq, deltas }) => [seq, ...deltas.map(({ at }) => at)])).toEqual([
          [3, T + 2 * MINUTE],
          [4, T + 20 * MINUTE],
        ]);
      },
    );
  });
}
