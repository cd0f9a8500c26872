// State at T: a checkpoint plus the deltas after it. Two registers per object, each keeping its newest by (sequence, place).

import { type DeltaTable, type SlimDelta, tableOf } from './deltas.ts';
import { type Slim, type SlimDynamic, type SlimStatic, type SlimTable, slimOf, slimTableOf } from './slim.ts';
import { type Registers, State } from './state.ts';

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
 * Chunks may come in any order and more than once. An object whose static part was never received is left out. O(objects + deltas);
 * objects are made when they are asked for.
 */
export function stateOver(
  checkpoint: readonly SlimTable[],
  watermark: number,
  chunks: readonly DeltaTableChunk[],
  at: number,
): ReadonlyMap<string, Slim> {
  const after = chunks.filter(({ seq }) => seq > watermark).sort((a, b) => b.seq - a.seq);
  const state = new State(
    checkpoint,
    after.reduce((sum, { table }) => sum + table.count, 0),
  );
  // Newest first: what is met first wins its register.
  for (const { table } of after)
    for (let i = table.count - 1; i >= 0; i--) if (table.at(i) <= at) note(state, table, i);
  return state;
}

function note(state: State, table: DeltaTable, place: number): void {
  const registers: Registers = state.registersOf(table.uids, place, table.gone(place));
  if (registers.is === undefined && table.isPlace(place) >= 0) {
    registers.is = table.ises;
    registers.isPlace = table.isPlace(place);
  }
  if (registers.how === undefined && table.howPlace(place) >= 0) {
    registers.how = table.hows;
    registers.howPlace = table.howPlace(place);
  }
}

/** The same from records. */
export const foldState = (
  checkpoint: readonly (readonly Slim[])[],
  watermark: number,
  chunks: readonly DeltaChunk[],
  at: number,
): Map<string, Slim> =>
  new Map(
    stateOver(
      checkpoint.map(slimTableOf),
      watermark,
      chunks.map(({ seq, deltas }) => ({ seq, table: tableOf(deltas) })),
      at,
    ),
  );

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
