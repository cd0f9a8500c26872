// A cluster's objects at one moment, by uid: a checkpoint's shards still in columns, and what changed since. An object is made when it is asked for.

import type { Table } from './columns.ts';
import { type Slim, type SlimDynamic, type SlimStatic, type SlimTable, slimAt } from './slim.ts';
import { UidIndex, type Uids } from './uids.ts';

/** What deltas say of one object: its newest parts, and whether the newest delta of all says that it is gone. */
export interface Registers {
  readonly isGone: boolean;
  is: Table<SlimStatic> | undefined;
  isPlace: number;
  how: Table<SlimDynamic> | undefined;
  howPlace: number;
  /** The object of both parts, once made. */
  slim: Slim | undefined;
}

const UNTOLD: Registers = { isGone: false, is: undefined, isPlace: 0, how: undefined, howPlace: 0, slim: undefined };

/** Which object and which version of it: what lists and lookups need, without the rest. */
export type Identity = Pick<Slim, 'uid' | 'rv' | 'apiVersion' | 'kind' | 'namespace' | 'name'>;

/** Of every object, in the order of its values, each a record of its own. Of a state in columns no object is made. */
export function* identitiesOf(objects: ReadonlyMap<string, Slim>): IterableIterator<Identity> {
  if (objects instanceof State) return yield* objects.identities();
  for (const { uid, rv, apiVersion, kind, namespace, name } of objects.values())
    yield { uid, rv, apiVersion, kind, namespace, name };
}

export class State implements ReadonlyMap<string, Slim> {
  readonly #index: UidIndex;
  /** The shard of each row of the checkpoint; rows past these came with deltas. */
  readonly #shards: SlimTable[] = [];
  readonly #registers: (Registers | undefined)[];
  #all: readonly Slim[] | undefined;
  #byUid: Map<string, Slim> | undefined;
  #size: number | undefined;
  /** Asked for by uid since all were read. */
  #found = 0;

  /** `mostChanged`: how many uids are told of at most. */
  constructor(checkpoint: readonly SlimTable[], mostChanged: number) {
    const most = checkpoint.reduce((sum, { count }) => sum + count, mostChanged);
    this.#index = new UidIndex(most);
    this.#registers = new Array<Registers | undefined>(most);
    for (const shard of checkpoint)
      for (let place = 0; place < shard.count; place++) this.#shards[this.#index.put(shard.uids, place)] = shard;
  }

  /** Those of an object, made (with `isGone`) when nothing is said of it yet. Only while the state is being put together. */
  registersOf(uids: Uids, place: number, isGone: boolean): Registers {
    const row = this.#index.rowOf(uids, place);
    let registers = this.#registers[row];
    if (registers === undefined) {
      registers = { isGone, is: undefined, isPlace: 0, how: undefined, howPlace: 0, slim: undefined };
      this.#registers[row] = registers;
    }
    return registers;
  }

  get size(): number {
    if (this.#size === undefined) {
      this.#size = 0;
      for (let row = 0; row < this.#index.count; row++) if (this.#isThere(row)) this.#size++;
    }
    return this.#size;
  }

  has(uid: string): boolean {
    const row = this.#index.find(uid);
    return row >= 0 && this.#isThere(row);
  }

  get(uid: string): Slim | undefined {
    // Who has read everything may ask for many by uid; a few thousand are found sooner than a map of all is made.
    if (this.#byUid !== undefined) return this.#byUid.get(uid);
    if (this.#all !== undefined && ++this.#found > this.#index.count / 2) return this.#whole().get(uid);
    const row = this.#index.find(uid);
    return row >= 0 && this.#isThere(row) ? this.#at(row) : undefined;
  }

  forEach(told: (slim: Slim, uid: string, state: ReadonlyMap<string, Slim>) => void): void {
    for (const slim of this.values()) told(slim, slim.uid, this);
  }

  keys(): MapIterator<string> {
    return this.#whole().keys();
  }

  values(): MapIterator<Slim> {
    this.#all ??= this.#made();
    return this.#all.values();
  }

  entries(): MapIterator<[string, Slim]> {
    return this.#whole().entries();
  }

  [Symbol.iterator](): MapIterator<[string, Slim]> {
    return this.entries();
  }

  *identities(): IterableIterator<Identity> {
    for (let row = 0; row < this.#index.count; row++) if (this.#isThere(row)) yield this.#identityAt(row);
  }

  #identityAt(row: number): Identity {
    const place = this.#index.placeAt(row);
    const { is, isPlace, how, howPlace } = this.#registers[row] ?? UNTOLD;
    const cells = this.#shards[row]?.cells as Table<Slim>; // asked only of parts that no delta has: those of a shard
    const { apiVersion, kind, namespace, name } = is ?? cells;
    const i = is === undefined ? place : isPlace;
    return {
      uid: this.#index.uidAt(row),
      rv: how === undefined ? cells.rv.at(place) : how.rv.at(howPlace),
      apiVersion: apiVersion.at(i),
      kind: kind.at(i),
      namespace: namespace.at(i),
      name: name.at(i),
    };
  }

  #made(): Slim[] {
    const made: Slim[] = [];
    for (let row = 0; row < this.#index.count; row++) if (this.#isThere(row)) made.push(this.#at(row));
    return made;
  }

  #whole(): Map<string, Slim> {
    if (this.#byUid === undefined) {
      const byUid = new Map<string, Slim>();
      for (const slim of this.values()) byUid.set(slim.uid, slim);
      this.#byUid = byUid;
    }
    return this.#byUid;
  }

  #isThere(row: number): boolean {
    const registers = this.#registers[row];
    if (registers === undefined) return true;
    if (registers.isGone) return false;
    return row < this.#shards.length || (registers.is !== undefined && registers.how !== undefined);
  }

  #at(row: number): Slim {
    const registers = this.#registers[row];
    const shard = this.#shards[row];
    if (registers === undefined || (registers.is === undefined && registers.how === undefined))
      return (shard as SlimTable).at(this.#index.placeAt(row)); // what no delta tells of comes from a shard
    registers.slim ??= this.#merged(row, registers, shard);
    return registers.slim;
  }

  /** A register replaces the whole of its part: an absent optional field of the newer one must not shine through. */
  #merged(row: number, { is, isPlace, how, howPlace }: Registers, shard: SlimTable | undefined): Slim {
    const place = this.#index.placeAt(row);
    const cells = shard?.cells as Table<Slim>; // asked only of parts that no delta has: those of a shard
    return slimAt(
      this.#index.uidAt(row),
      is ?? cells,
      is === undefined ? place : isPlace,
      how ?? cells,
      how === undefined ? place : howPlace,
    );
  }
}
