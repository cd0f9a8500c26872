// State at T: a checkpoint plus the deltas after it. Two registers per object, each keeping its newest by (sequence, place).

import {
  type DeltaTable,
  type Slim,
  type SlimDelta,
  type SlimDynamic,
  type SlimStatic,
  slimOf,
  tableOf,
} from './slim.ts';

/** Deltas of one chunk: its sequence orders them against other chunks of the epoch. */
export interface DeltaChunk {
  readonly seq: number;
  readonly deltas: readonly SlimDelta[];
}

/** The same, still in columns. */
export interface DeltaTableChunk {
  readonly seq: number;
  readonly table: DeltaTable;
}

/**
 * State at `at` (epoch ms): `checkpoint` (everything up to `watermark` of this epoch) plus every delta with seq > watermark and instant ≤ `at`.
 * Chunks may come in any order and more than once. An object whose static part was never received is left out. O(objects + deltas).
 */
export function foldState(
  checkpoint: readonly (readonly Slim[])[],
  watermark: number,
  chunks: readonly (DeltaChunk | DeltaTableChunk)[],
  at: number,
): Map<string, Slim> {
  const state = new Map<string, Slim>();
  for (const shard of checkpoint) for (const slim of shard) state.set(slim.uid, slim);
  for (const [uid, { gone, is, how }] of newestOf(chunks, watermark, at)) {
    const merged = gone ? undefined : mergeSlim(state.get(uid), uid, is?.table.is(is.place), how?.table.how(how.place));
    if (merged) state.set(uid, merged);
    else if (gone) state.delete(uid);
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

/** Where a part stands; it is made only when it has won. */
interface Place {
  readonly table: DeltaTable;
  readonly place: number;
}

interface Registers {
  /** Of the newest delta. */
  readonly gone: boolean;
  is?: Place;
  how?: Place;
}

/** Newest first: what is met first wins its register. */
function newestOf(
  chunks: readonly (DeltaChunk | DeltaTableChunk)[],
  watermark: number,
  at: number,
): Map<string, Registers> {
  const touched = new Map<string, Registers>();
  const after = chunks.filter(({ seq }) => seq > watermark).sort((a, b) => b.seq - a.seq);
  for (const chunk of after) {
    const table = 'table' in chunk ? chunk.table : tableOf(chunk.deltas);
    for (let i = table.count - 1; i >= 0; i--) if (table.at(i) <= at) note(touched, table, i);
  }
  return touched;
}

function note(touched: Map<string, Registers>, table: DeltaTable, place: number): void {
  const uid = table.uid(place);
  let registers = touched.get(uid);
  if (registers === undefined) {
    registers = { gone: table.gone(place) };
    touched.set(uid, registers);
  }
  if (registers.is === undefined && table.hasIs(place)) registers.is = { table, place };
  if (registers.how === undefined && table.hasHow(place)) registers.how = { table, place };
}
