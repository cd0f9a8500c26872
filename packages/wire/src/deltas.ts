// What changed of objects' slim projections: a chunk of deltas as records and as columns.

import { byteReader, byteWriter, Malformed } from './bytes.ts';
import { booleans, type Columns, integers, joined, openTable, type Table, writeColumns } from './columns.ts';
import { cellsOf, dynamicColumns, type SlimDynamic, type SlimStatic, staticColumns } from './slim.ts';
import { Uids } from './uids.ts';

/** A change of one object's slim projection. `seq` orders within an epoch: the chunk's sequence, then the place in it. */
export interface SlimDelta {
  readonly uid: string;
  /** When the agent saw it, epoch ms. */
  readonly at: number;
  readonly gone: boolean;
  /** Present when it differs from what this epoch last sent of it. */
  readonly is?: SlimStatic;
  /** Present unless gone. */
  readonly how?: SlimDynamic;
}

interface DeltaHead {
  readonly uid: string;
  readonly at: number;
  readonly gone: boolean;
  /** Bits `IS` and `HOW`. */
  readonly parts: number;
}
const IS = 1;
const HOW = 2;
const deltaColumns: Columns<DeltaHead> = { uid: joined, at: integers, gone: booleans, parts: integers };

/** A delta chunk's body, before compression: heads, statics and dynamics as three tables. */
export function writeDeltas(deltas: readonly SlimDelta[]): Uint8Array {
  const heads = deltas.map(({ uid, at, gone, is, how }) => ({ uid, at, gone, parts: (is ? IS : 0) | (how ? HOW : 0) }));
  const tables = [
    writeColumns(deltaColumns, heads),
    writeColumns(
      staticColumns,
      deltas.flatMap(({ is }) => is ?? []),
    ),
    writeColumns(
      dynamicColumns,
      deltas.flatMap(({ how }) => how ?? []),
    ),
  ];
  return joinTables(tables);
}

/** Deltas as columns, a part made when it is asked for: folding a chunk touches a fraction of what it holds. */
export interface DeltaTable {
  readonly count: number;
  readonly uids: Uids;
  at(i: number): number;
  gone(i: number): boolean;
  /** Where its `is` stands in `ises`; -1 when it has none. */
  isPlace(i: number): number;
  howPlace(i: number): number;
  readonly ises: Table<SlimStatic>;
  readonly hows: Table<SlimDynamic>;
}

/** Throws `Malformed` for what is broken in its form. */
export function readDeltaTable(bytes: Uint8Array): DeltaTable {
  const [heads, statics, dynamics] = splitTables(bytes);
  const { count, table } = openTable(deltaColumns, heads);
  const ises = openTable(staticColumns, statics);
  const hows = openTable(dynamicColumns, dynamics);
  const isPlaces = placesOf(count, (i) => hasPart(table.parts.at(i), IS), ises.count);
  const howPlaces = placesOf(count, (i) => hasPart(table.parts.at(i), HOW), hows.count);
  return {
    count,
    uids: new Uids(count, table.uid),
    at: (i) => table.at.at(i),
    gone: (i) => table.gone.at(i),
    isPlace: (i) => isPlaces[i] ?? -1,
    howPlace: (i) => howPlaces[i] ?? -1,
    ises: ises.table,
    hows: hows.table,
  };
}

const hasPart = (parts: number, bit: number): boolean => (parts & bit) !== 0;

/** Where each record's part stands in its own table; -1 = it has none. */
function placesOf(count: number, has: (i: number) => boolean, most: number): Int32Array {
  const places = new Int32Array(count);
  let next = 0;
  for (let i = 0; i < count; i++) places[i] = has(i) ? next++ : -1;
  if (next > most) throw new Malformed('deltas that name more parts than there are');
  return places;
}

/** Throws `Malformed`. */
export const readDeltas = (bytes: Uint8Array): SlimDelta[] => deltasOf(readDeltaTable(bytes));

/** All of a table as records. */
export const deltasOf = (table: DeltaTable): SlimDelta[] =>
  Array.from({ length: table.count }, (_, i) => {
    const is = partAt(table.ises, table.isPlace(i), staticAt);
    const how = partAt(table.hows, table.howPlace(i), dynamicAt);
    const delta = { uid: table.uids.at(i), at: table.at(i), gone: table.gone(i), is, how };
    return delta as SlimDelta; // absent parts are undefined, as in slimAt
  });

const partAt = <P, T>(of: Table<P>, place: number, make: (of: Table<P>, place: number) => T): T | undefined =>
  place < 0 ? undefined : make(of, place);

function staticAt(t: Table<SlimStatic>, i: number): SlimStatic {
  return {
    kind: t.kind.at(i),
    apiVersion: t.apiVersion.at(i),
    namespace: t.namespace.at(i),
    name: t.name.at(i),
    owner: t.owner.at(i),
    labels: t.labels.at(i),
    links: t.links.at(i),
    images: t.images.at(i),
    createdAt: t.createdAt.at(i),
    hostNetwork: t.hostNetwork.at(i),
    addresses: t.addresses.at(i),
    ports: t.ports.at(i),
  } as SlimStatic; // see slimAt
}

function dynamicAt(t: Table<SlimDynamic>, i: number): SlimDynamic {
  return {
    node: t.node.at(i),
    ip: t.ip.at(i),
    phase: t.phase.at(i),
    wanted: t.wanted.at(i),
    ready: t.ready.at(i),
    restarts: t.restarts.at(i),
    health: t.health.at(i),
    reasons: t.reasons.at(i),
    containers: t.containers.at(i),
    startedAt: t.startedAt.at(i),
    deletingAt: t.deletingAt.at(i),
    rv: t.rv.at(i),
  } as SlimDynamic; // see slimAt
}

/** Records as a table: what a live tail has in hand. */
export function tableOf(deltas: readonly SlimDelta[]): DeltaTable {
  const at = (i: number): SlimDelta => deltas[i] as SlimDelta; // `i` is under `count`, as the interface asks
  const ises = deltas.flatMap(({ is }) => is ?? []);
  const hows = deltas.flatMap(({ how }) => how ?? []);
  const isPlaces = placesOf(deltas.length, (i) => at(i).is !== undefined, ises.length);
  const howPlaces = placesOf(deltas.length, (i) => at(i).how !== undefined, hows.length);
  return {
    count: deltas.length,
    uids: new Uids(deltas.length, { at: (i) => at(i).uid }),
    at: (i) => at(i).at,
    gone: (i) => at(i).gone,
    isPlace: (i) => isPlaces[i] ?? -1,
    howPlace: (i) => howPlaces[i] ?? -1,
    ises: cellsOf(staticColumns, ises),
    hows: cellsOf(dynamicColumns, hows),
  };
}

function joinTables(tables: readonly Uint8Array[]): Uint8Array {
  const out = byteWriter(64 + tables.reduce((sum, table) => sum + table.length, 0));
  for (const table of tables) {
    out.varint(table.length);
    out.raw(table);
  }
  return out.finish();
}

function splitTables(bytes: Uint8Array): [Uint8Array, Uint8Array, Uint8Array] {
  const from = byteReader(bytes);
  const next = (): Uint8Array => from.raw(from.varint());
  return [next(), next(), next()];
}
