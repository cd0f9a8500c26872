// Lines in time order, oldest first, each once: pages of the past are put in front, live lines find their place near the end.
// Kept page by page, all but those just read packed: putting one in front copies nothing, and a million lines are little to collect garbage among.

import type { LogLineAnswer } from '@mosaic/wire';
import { packed, unpacked } from './packed-lines.ts';

/** More than anybody scrolls through; beyond it the oldest are let go. */
const MOST_LINES = 1_000_000;
const PAGE = 500;
/** Pages readable at once: those on the screen, the newest ones, and the way between them. */
const MOST_OPEN = 16;

interface Page {
  /** Number of its first line. */
  from: number;
  count: number;
  /** Absent while it is open and after it was written to. */
  text: string | undefined;
  /** Absent while it is packed. */
  lines: LogLineAnswer[] | undefined;
}

const isSame = (a: LogLineAnswer, b: LogLineAnswer): boolean =>
  a.id === b.id || (a.at === b.at && a.pod === b.pod && a.container === b.container && a.line === b.line);

export class LogLines {
  #pages: Page[] = [];
  /** Those unread for the longest time first. */
  readonly #open = new Set<Page>();
  /** Of those, the one read last. */
  #latest: Page | undefined;
  readonly #most: number;

  constructor(most = MOST_LINES) {
    this.#most = most;
  }

  get count(): number {
    const last = this.#pages.at(-1);
    return last === undefined ? 0 : last.from + last.count - this.first;
  }
  /** Number of the first line: it falls when older ones are put in front, so that a line keeps its number. */
  get first(): number {
    return this.#pages[0]?.from ?? 0;
  }

  /** Counted from the oldest; a negative place from the newest. */
  at(place: number): LogLineAnswer | undefined {
    const number = this.first + (place < 0 ? place + this.count : place);
    const page = this.#pages[this.#pageOf(number)];
    return page === undefined || number < page.from ? undefined : this.#linesOf(page)[number - page.from];
  }

  /** From one place up to another, which is not among them. */
  slice(from: number, to: number = this.count): LogLineAnswer[] {
    const [start, end] = [this.first + Math.max(0, from), this.first + Math.min(to, this.count)];
    const lines: LogLineAnswer[] = [];
    if (start >= end) return lines;
    for (let p = this.#pageOf(start); p < this.#pages.length; p++) {
      const page = this.#pages[p];
      if (page === undefined || page.from >= end) break;
      lines.push(...this.#linesOf(page).slice(Math.max(0, start - page.from), end - page.from));
    }
    return lines;
  }

  *[Symbol.iterator](): Generator<LogLineAnswer> {
    for (const page of this.#pages) yield* page.lines ?? unpacked(page.text ?? '');
  }

  clear(): void {
    this.#pages = [];
    this.#latest = undefined;
    this.#open.clear();
  }

  /** A page of older lines, oldest first. */
  prepend(older: readonly LogLineAnswer[]): void {
    if (older.length === 0) return;
    const page = { from: this.first - older.length, count: older.length, text: undefined, lines: [...older] };
    this.#pages.unshift(page);
    this.#touch(page);
  }

  /** Puts each line where its instant is; one that is there already is passed over. True when anything was new. */
  merge(lines: readonly LogLineAnswer[]): boolean {
    let isNew = false;
    for (const line of lines) isNew = this.#insert(line) || isNew;
    if (this.count > this.#most * 1.1) this.#letGo();
    return isNew;
  }

  #letGo(): void {
    const oldest = this.first + this.count - this.#most;
    const kept = this.#pages.findIndex(({ from, count }) => from + count > oldest);
    for (const page of this.#pages.splice(0, kept)) this.#open.delete(page);
  }

  // instants of the API are all of one form with nanoseconds, so that text order is time order
  #insert(line: LogLineAnswer): boolean {
    let place = this.count;
    while (place > 0 && (this.at(place - 1)?.at ?? '') > line.at) place--;
    for (let i = place - 1; i >= 0; i--) {
      const other = this.at(i);
      if (other === undefined || other.at !== line.at) break;
      if (isSame(other, line)) return false;
    }
    this.#put(line, place);
    return true;
  }

  #put(line: LogLineAnswer, place: number): void {
    const isEnd = place === this.count;
    const p = isEnd ? this.#pages.length - 1 : this.#pageOf(this.first + place);
    const page = this.#pages[p];
    if (page === undefined || (isEnd && page.count >= PAGE)) {
      const next = { from: this.first + this.count, count: 1, text: undefined, lines: [line] };
      this.#pages.push(next);
      this.#touch(next);
      return;
    }
    this.#linesOf(page).splice(this.first + place - page.from, 0, line);
    page.count++;
    page.text = undefined;
    for (const later of this.#pages.slice(p + 1)) later.from++;
  }

  /** The page a number lies in, or the last that begins before it. */
  #pageOf(number: number): number {
    let [low, high] = [0, this.#pages.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#pages[middle]?.from ?? 0) <= number) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #linesOf(page: Page): LogLineAnswer[] {
    const lines = page.lines ?? unpacked(page.text ?? '');
    page.lines = lines;
    this.#touch(page);
    return lines;
  }

  /** Is read now; what was not read for the longest time is packed. */
  #touch(page: Page): void {
    if (page === this.#latest) return;
    this.#latest = page;
    this.#open.delete(page);
    this.#open.add(page);
    if (this.#open.size <= MOST_OPEN) return;
    const [idle] = this.#open;
    if (idle === undefined) return;
    this.#open.delete(idle);
    idle.text ??= packed(idle.lines ?? []);
    idle.lines = undefined;
  }
}
