import { nodeCompression } from '@mosaic/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type DeltaChunk,
  foldState,
  readCoverage,
  readDeltas,
  readEvents,
  readRevisions,
  readSlims,
  type Slim,
  type SlimDelta,
  writeCoverage,
  writeDeltas,
  writeEvents,
  writeRevisions,
  writeSlims,
} from './index.ts';
import { coverages, deltas, events, revisions, slims } from './testing/arbitraries.ts';

const plain = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, v) => (v instanceof Uint8Array ? [...v] : v)));

describe('decode(encode(x)) is x', () => {
  const signals = [
    ['slim states', slims, writeSlims, readSlims],
    ['state deltas', deltas, writeDeltas, readDeltas],
    ['object revisions', revisions, writeRevisions, readRevisions],
    ['events', events, writeEvents, readEvents],
    ['coverage records', coverages, writeCoverage, readCoverage],
  ] as const;
  test.each(signals)('for %s', (_, arbitrary, write, read) => {
    fc.assert(
      fc.property(fc.array(arbitrary as fc.Arbitrary<never>, { maxLength: 12 }), (values) => {
        expect(plain(read(write(values)))).toEqual(plain(values));
      }),
      { numRuns: 150 },
    );
  });
});

describe('merging', () => {
  const chunks = fc.array(
    fc.record({ seq: fc.integer({ min: 1, max: 30 }), deltas: fc.array(sameUids(deltas), { maxLength: 6 }) }),
    { maxLength: 8 },
  );
  const distinct = chunks.map((all) => [...new Map(all.map((chunk) => [chunk.seq, chunk])).values()]);

  test('gives the same state in whatever order the chunks come', () => {
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat()), (all, random) => {
        const shuffled = [...all].sort(() => ((random.next().value ?? 0) % 2 === 0 ? -1 : 1));
        expect(stateOf(shuffled)).toEqual(stateOf(all));
      }),
    );
  });

  test('gives the same state when chunks come twice', () => {
    fc.assert(
      fc.property(distinct, (all) => {
        expect(stateOf([...all, ...all])).toEqual(stateOf(all));
      }),
    );
  });

  test('is the plain sequence of changes', () => {
    fc.assert(
      fc.property(distinct, (all) => {
        const state = new Map<string, { is?: unknown; how?: unknown; gone: boolean }>();
        for (const { deltas: list } of [...all].sort((a, b) => a.seq - b.seq))
          for (const delta of list) step(state, delta);
        const living = [...state].filter(([, { gone, is, how }]) => !gone && is && how).map(([uid]) => uid);
        expect([...stateOf(all).keys()].sort()).toEqual(living.sort());
      }),
    );
  });

  test('a late chunk does not undo a newer one', () => {
    const [older, newer] = [slimNamed('a', 1), slimNamed('a', 2)];
    const state = foldState([], 0, [chunkOf(2, newer), chunkOf(1, older)], Number.MAX_SAFE_INTEGER);
    expect(state.get('a')?.rv).toBe(2);
  });

  test('what the checkpoint has seen is not applied again', () => {
    const state = foldState([[slimNamed('a', 9)]], 5, [chunkOf(5, slimNamed('a', 1))], Number.MAX_SAFE_INTEGER);
    expect(state.get('a')?.rv).toBe(9);
  });
});

function sameUids(arbitrary: fc.Arbitrary<SlimDelta>): fc.Arbitrary<SlimDelta> {
  return fc.tuple(arbitrary, fc.constantFrom('a', 'b', 'c')).map(([delta, uid]) => ({ ...delta, uid }));
}

const stateOf = (chunks: readonly DeltaChunk[]) => foldState([], 0, chunks, Number.MAX_SAFE_INTEGER);

function step(state: Map<string, { is?: unknown; how?: unknown; gone: boolean }>, delta: SlimDelta): void {
  const before = state.get(delta.uid);
  state.set(delta.uid, { is: delta.is ?? before?.is, how: delta.how ?? before?.how, gone: delta.gone });
}

function slimNamed(uid: string, rv: number): Slim {
  const [slim] = fc.sample(slims, { numRuns: 1, seed: 7 });
  return { ...(slim as Slim), uid, rv }; // one was asked for
}

const chunkOf = (seq: number, slim: Slim): DeltaChunk => ({
  seq,
  deltas: [{ uid: slim.uid, at: 1, gone: false, is: slim, how: slim }],
});

test('zstd and deflate give back what they were given, with and without a dictionary', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 500 }),
      fc.option(fc.uint8Array({ minLength: 8, maxLength: 200 }), { nil: undefined }),
      fc.constantFrom(0 as const, 1 as const, 2 as const),
      (bytes, dictionary, codec) => {
        const packed = nodeCompression.compress(codec, bytes, dictionary && { dictionary });
        expect([...nodeCompression.inflate(codec, packed, bytes.length, dictionary)]).toEqual([...bytes]);
      },
    ),
  );
});
