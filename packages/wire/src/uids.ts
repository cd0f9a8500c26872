// Uids as bytes, and where each stands: fifteen thousand are found and told apart without making a string of one.

import { encodeUtf8 } from './bytes.ts';
import { type Cells, TextCells } from './cells.ts';

/** Not to be foreseen: whoever names objects cannot choose names that fall together. */
const SEED = (Math.random() * 0x1_0000_0000) >>> 0;

/** FNV-1a, its high bits folded into the low ones that tables use. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x01000193); // within the bytes
  return hash ^ (hash >>> 15);
}

function hashOfText(text: string): number {
  let hash = SEED;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) {
      const bytes = encodeUtf8(text);
      return hashOf(bytes, 0, bytes.length);
    }
    hash = Math.imul(hash ^ unit, 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

/** The uids of one table. */
export class Uids {
  readonly count: number;
  readonly #cells: Cells<string>;
  readonly #bytes: Uint8Array;
  readonly #bounds: Uint32Array;
  readonly #hashes: Int32Array;

  constructor(count: number, cells: Cells<string>) {
    const { bytes, bounds } = cells instanceof TextCells ? ofTexts(cells) : ofCells(count, cells);
    const hashes = new Int32Array(count);
    for (let i = 0; i < count; i++) hashes[i] = hashOf(bytes, bounds[i] as number, bounds[i + 1] as number); // within count
    this.count = count;
    this.#cells = cells;
    this.#bytes = bytes;
    this.#bounds = bounds;
    this.#hashes = hashes;
  }

  at(i: number): string {
    return this.#cells.at(i);
  }

  hash(i: number): number {
    return this.#hashes[i] as number; // `i` is below the count
  }

  isSame(i: number, other: Uids, j: number): boolean {
    const from = this.#bounds[i] as number; // `i` is below the count
    const otherFrom = other.#bounds[j] as number; // `j` is below the other's
    const length = (this.#bounds[i + 1] as number) - from;
    if (length !== (other.#bounds[j + 1] as number) - otherFrom) return false;
    for (let k = 0; k < length; k++) if (this.#bytes[from + k] !== other.#bytes[otherFrom + k]) return false;
    return true;
  }
}

interface Bytes {
  readonly bytes: Uint8Array;
  readonly bounds: Uint32Array;
}

const ofTexts = ({ texts }: TextCells): Bytes => ({ bytes: texts.bytes, bounds: texts.byteBounds() });

function ofCells(count: number, cells: Cells<string>): Bytes {
  const parts = Array.from({ length: count }, (_, i) => encodeUtf8(cells.at(i)));
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  const bounds = new Uint32Array(count + 1);
  for (const [i, part] of parts.entries()) {
    bytes.set(part, bounds[i]);
    bounds[i + 1] = (bounds[i] as number) + part.length; // within length
  }
  return { bytes, bounds };
}

/** Rows of several tables, one per uid, in the order in which their uids came. */
export class UidIndex {
  /** Row + 1; 0 = free. At most half are taken. */
  readonly #slots: Int32Array;
  readonly #uids: Uids[];
  readonly #places: Int32Array;
  #count = 0;

  /** `most`: how many are put at most. */
  constructor(most: number) {
    this.#slots = new Int32Array(1 << Math.max(4, 33 - Math.clz32(most)));
    this.#uids = new Array<Uids>(most);
    this.#places = new Int32Array(most);
  }

  get count(): number {
    return this.#count;
  }

  /** Its row: a new one, or the one of an equal uid, which then stands for the new place too. */
  put(uids: Uids, place: number): number {
    const slot = this.#slotOf(uids, place);
    const row = (this.#slots[slot] as number) - 1; // the table is never full
    if (row >= 0) return this.#stand(row, uids, place);
    this.#slots[slot] = ++this.#count;
    return this.#stand(this.#count - 1, uids, place);
  }

  /** Its row, made when there is none; the uid stands where it stood first. */
  rowOf(uids: Uids, place: number): number {
    const slot = this.#slotOf(uids, place);
    const row = (this.#slots[slot] as number) - 1; // the table is never full
    if (row >= 0) return row;
    this.#slots[slot] = ++this.#count;
    return this.#stand(this.#count - 1, uids, place);
  }

  /** -1 when there is none. */
  find(uid: string): number {
    const mask = this.#slots.length - 1;
    const hash = hashOfText(uid);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1; // the table is never full
      if (row < 0) return -1;
      if (this.uidsAt(row).hash(this.placeAt(row)) === hash && this.uidAt(row) === uid) return row;
    }
  }

  uidAt(row: number): string {
    return this.uidsAt(row).at(this.placeAt(row));
  }

  uidsAt(row: number): Uids {
    return this.#uids[row] as Uids; // `row` is below the count
  }

  placeAt(row: number): number {
    return this.#places[row] as number; // `row` is below the count
  }

  #stand(row: number, uids: Uids, place: number): number {
    this.#uids[row] = uids;
    this.#places[row] = place;
    return row;
  }

  #slotOf(uids: Uids, place: number): number {
    const mask = this.#slots.length - 1;
    const hash = uids.hash(place);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const row = (this.#slots[slot] as number) - 1; // the table is never full
      if (row < 0) return slot;
      const known = this.uidsAt(row);
      const at = this.placeAt(row);
      if (known.hash(at) === hash && known.isSame(at, uids, place)) return slot;
    }
  }
}
