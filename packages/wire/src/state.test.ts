// State at T in columns: it says what plain records say, however it is asked, and broken bytes are told and never a crash.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dictionary, json, openTable, writeColumns } from './columns.ts';
import {
  foldState,
  identitiesOf,
  Malformed,
  readDeltaTable,
  readSlims,
  readSlimTable,
  type Slim,
  type SlimDelta,
  stateOver,
  writeDeltas,
  writeSlims,
} from './index.ts';
import { deltas, slims } from './testing/arbitraries.ts';

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const uids = fc.constantFrom('a', 'b', 'c', 'd', 'ü-é', '名前', '');
const named = fc.tuple(slims, uids).map(([slim, uid]): Slim => ({ ...slim, uid }));
const told = fc.tuple(deltas, uids, fc.integer({ min: 1, max: 9 })).map(([delta, uid, at]) => ({ ...delta, uid, at }));
const shards = fc.array(fc.array(named, { maxLength: 4 }), { maxLength: 3 });
const chunks = fc.array(fc.record({ seq: fc.integer({ min: 1, max: 20 }), deltas: fc.array(told, { maxLength: 5 }) }), {
  maxLength: 6,
});
const distinct = chunks.map((all) => [...new Map(all.map((chunk) => [chunk.seq, chunk])).values()]);

const WATERMARK = 5;
const AT = 6;

const inColumns = (checkpoint: readonly (readonly Slim[])[], told: readonly { seq: number; deltas: SlimDelta[] }[]) =>
  stateOver(
    checkpoint.map((shard) => readSlimTable(writeSlims(shard))),
    WATERMARK,
    told.map(({ seq, deltas: all }) => ({ seq, table: readDeltaTable(writeDeltas(all)) })),
    AT,
  );

/** The same by hand: each change after the other, each part kept on its own. */
function byHand(checkpoint: readonly (readonly Slim[])[], told: readonly { seq: number; deltas: SlimDelta[] }[]) {
  const state = new Map<string, { is?: object | undefined; how?: object | undefined; gone: boolean }>();
  for (const slim of checkpoint.flat()) state.set(slim.uid, { is: slim, how: slim, gone: false });
  const after = told.filter(({ seq }) => seq > WATERMARK).sort((a, b) => a.seq - b.seq);
  for (const { uid, at, gone, is, how } of after.flatMap((chunk) => chunk.deltas)) {
    if (at > AT) continue;
    const before = state.get(uid);
    state.set(uid, { is: is ?? before?.is, how: how ?? before?.how, gone });
  }
  const there = [...state].filter(([, { gone, is, how }]) => !gone && is && how);
  return new Map(there.map(([uid, { is, how }]) => [uid, { is: is as Slim, how: how as Slim }])); // filtered above
}

describe('state at T in columns', () => {
  test('is the checkpoint and each change after it', () => {
    fc.assert(
      fc.property(shards, distinct, (checkpoint, all) => {
        const expected = byHand(checkpoint, all);
        const state = inColumns(checkpoint, all);
        expect(state.size).toBe(expected.size);
        for (const [uid, { is, how }] of expected) {
          const { kind, name, labels, owner } = is;
          const { node, health, containers, deletingAt, rv } = how;
          const some = { uid, kind, name, labels, owner, node, health, containers, deletingAt, rv };
          expect(plain(state.get(uid))).toMatchObject(plain(some) as object);
        }
      }),
    );
  });

  test('is the same as from records, whatever is asked first', () => {
    fc.assert(
      fc.property(shards, distinct, (checkpoint, all) => {
        const records = foldState(checkpoint, WATERMARK, all, AT);
        const one = inColumns(checkpoint, all);
        const got = ['a', 'b', 'c', 'd', 'ü-é', '名前', '', 'nobody'].map((uid) => [one.has(uid), one.get(uid)]);
        const walked = [...one];
        expect(plain(walked)).toEqual(plain([...records]));
        expect([...one.keys()]).toEqual([...records.keys()]);
        expect(new Map(one).size).toBe(one.size);
        const again = ['a', 'b', 'c', 'd', 'ü-é', '名前', '', 'nobody'].map((uid) => [one.has(uid), one.get(uid)]);
        for (const [i, [has, slim]] of got.entries()) {
          expect(again[i]?.[0]).toBe(has);
          expect(again[i]?.[1]).toBe(slim);
          expect(has).toBe(slim !== undefined);
        }
      }),
    );
  });

  test('says which objects are there, in which version, without making one', () => {
    fc.assert(
      fc.property(shards, distinct, (checkpoint, all) => {
        const state = inColumns(checkpoint, all);
        const told = [...identitiesOf(state)];
        expect(told).toEqual([...identitiesOf(new Map(state))]);
        expect(told).toEqual(
          [...state.values()].map(({ uid, rv, apiVersion, kind, namespace, name }) => ({
            ...{ uid, rv, apiVersion, kind, namespace, name },
          })),
        );
        expect([...identitiesOf(state)]).toEqual(told);
      }),
    );
  });

  test('does not depend on the order in which chunks come, nor on their coming twice', () => {
    fc.assert(
      fc.property(shards, distinct, (checkpoint, all) => {
        const shuffled = [...all, ...all].reverse();
        expect(plain(new Map(inColumns(checkpoint, shuffled)))).toEqual(plain(new Map(inColumns(checkpoint, all))));
      }),
    );
  });
});

describe('broken bytes', () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { maxLength: 3 });
  const broken = (bytes: Uint8Array, cut: number, changes: readonly (readonly [number, number])[]): Uint8Array => {
    const copy = bytes.slice(0, bytes.length - (cut % bytes.length));
    for (const [at, mask] of changes) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ mask;
    return copy;
  };

  test.each([
    ['of a shard', (bytes: Uint8Array) => [...stateOver([readSlimTable(bytes)], 0, [], AT)]],
    ['of a delta chunk', (bytes: Uint8Array) => [...stateOver([], 0, [{ seq: 1, table: readDeltaTable(bytes) }], AT)]],
  ])('%s are told, and never a crash', (_, read) => {
    fc.assert(
      fc.property(fc.array(named, { minLength: 1, maxLength: 4 }), fc.nat(), flips, (all, cut, changes) => {
        const told = all.map((slim, i) => ({ uid: `${i}`, at: 1, gone: false, is: slim, how: slim }));
        for (const bytes of [writeSlims(all), writeDeltas(told)]) {
          for (const some of [broken(bytes, cut, []), broken(bytes, 0, changes), broken(bytes, cut, changes)])
            expectMalformed(() => read(some));
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a shard cut anywhere is refused when it is opened', () => {
    const [slim] = fc.sample(slims, { numRuns: 1, seed: 3 });
    const bytes = writeSlims([slim as Slim, { ...(slim as Slim), uid: 'other' }]); // one was asked for
    for (let length = 0; length < bytes.length; length++)
      expect(() => readSlimTable(bytes.subarray(0, length))).toThrow(Malformed);
  });

  test('a dictionary entry that is not there is refused when the column is opened', () => {
    const bytes = writeColumns({ kind: dictionary }, [{ kind: 'Pod' }]);
    bytes[bytes.length - 1] = 2; // the only mark
    expect(() => openTable({ kind: dictionary }, bytes)).toThrow('dictionary entry 2 of 1');
  });

  test('a JSON entry that is no JSON is told when the first of its column is asked for', () => {
    const bytes = writeColumns({ labels: dictionary }, [{ labels: '{"a":' }, { labels: '1}' }]);
    bytes[bytes.indexOf(1, 8)] = 2; // the kind of a JSON column
    const { table } = openTable({ labels: json({}) }, bytes);
    expect(() => table.labels.at(0)).toThrow(Malformed);
  });

  function expectMalformed(read: () => unknown): void {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(Malformed);
    }
  }
});

test('an object is the same one however often it is asked for', () => {
  const [slim] = fc.sample(slims, { numRuns: 1, seed: 3 });
  const state = stateOver([readSlimTable(writeSlims([{ ...(slim as Slim), uid: 'a' }]))], 0, [], AT); // one was asked for
  expect(state.get('a')).toBe(state.get('a'));
  expect([...state.values()][0]).toBe(state.get('a'));
});

test('a text that begins with a byte order mark stays as it is', () => {
  const [slim] = fc.sample(slims, { numRuns: 1, seed: 3 });
  const name = '\uFEFFcart';
  expect(readSlims(writeSlims([{ ...(slim as Slim), name }]))[0]?.name).toBe(name); // one was asked for
});
