// State at T: a checkpoint plus the deltas after it. Two registers per object, each keeping its newest by (sequence, place).

import { type Slim, type SlimDelta, type SlimDynamic, type SlimStatic, slimOf } from './slim.ts';

/** Deltas of one chunk: its sequence orders them against other chunks of the epoch. */
export interface DeltaChunk {
  readonly seq: number;
  readonly deltas: readonly SlimDelta[];
}

/**
 * State at `at` (epoch ms): `checkpoint` (everything up to `watermark` of this epoch) plus every delta with seq > watermark and instant ≤ `at`.
 * Chunks may come in any order and more than once. An object whose static part was never received is left out. O(objects + deltas).
 */
export function foldState(
  checkpoint: readonly (readonly Slim[])[],
  watermark: number,
  chunks: readonly DeltaChunk[],
  at: number,
): Map<string, Slim> {
  const state = new Map<string, Slim>();
  for (const shard of checkpoint) for (const slim of shard) state.set(slim.uid, slim);
  const touched = newestOf(chunks, watermark, at);
  for (const [uid, registers] of touched) {
    if (registers.gone) {
      state.delete(uid);
      continue;
    }
    const merged = mergeSlim(state.get(uid), uid, registers.is, registers.how);
    if (merged) state.set(uid, merged);
  }
  return state;
}

/** One object with a newer part of it; undefined while a part has never been seen. */
export function mergeSlim(
  before: Slim | undefined,
  uid: string,
  is: SlimStatic | undefined,
  how: SlimDynamic | undefined,
): Slim | undefined {
  if (before === undefined) return is && how ? slimOf(uid, is, how) : undefined;
  if (is === undefined && how === undefined) return before;
  // A register replaces the whole of its part: an absent optional field of the newer one must not shine through.
  return slimOf(uid, is ?? before, how ?? before);
}

interface Registers {
  order: number;
  gone: boolean;
  isOrder: number;
  is?: SlimStatic;
  how?: SlimDynamic;
}

/** Places within a chunk stay under this; MOST_RECORDS of a section is 1e6. */
const PLACES = 1_048_576;

function newestOf(chunks: readonly DeltaChunk[], watermark: number, at: number): Map<string, Registers> {
  const touched = new Map<string, Registers>();
  for (const { seq, deltas } of chunks) {
    if (seq <= watermark) continue;
    for (let place = 0; place < deltas.length; place++) {
      const delta = deltas[place] as SlimDelta; // within length
      if (delta.at > at) continue;
      note(touched, delta, seq * PLACES + place);
    }
  }
  return touched;
}

function note(touched: Map<string, Registers>, delta: SlimDelta, order: number): void {
  let registers = touched.get(delta.uid);
  if (registers === undefined) {
    registers = { order: -1, gone: false, isOrder: -1 };
    touched.set(delta.uid, registers);
  }
  if (delta.is !== undefined && order > registers.isOrder) {
    registers.is = delta.is;
    registers.isOrder = order;
  }
  if (order <= registers.order) return;
  registers.order = order;
  registers.gone = delta.gone;
  if (delta.how !== undefined) registers.how = delta.how;
}
