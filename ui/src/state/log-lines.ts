// Lines in time order, oldest first, each once: pages of the past are put in front, live lines find their place near the end.

import type { LogLineAnswer } from '@mosaic/wire';

/** More than anybody scrolls through; beyond it the oldest are let go. */
const MOST_LINES = 1_000_000;

const isSame = (a: LogLineAnswer, b: LogLineAnswer): boolean =>
  a.id === b.id || (a.at === b.at && a.pod === b.pod && a.container === b.container && a.line === b.line);

export class LogLines {
  #lines: LogLineAnswer[] = [];
  /** Number of the first line: it falls when older ones are put in front, so that a line keeps its number. */
  #first = 0;

  get all(): readonly LogLineAnswer[] {
    return this.#lines;
  }
  get first(): number {
    return this.#first;
  }

  clear(): void {
    this.#lines = [];
    this.#first = 0;
  }

  /** A page of older lines, oldest first. */
  prepend(older: readonly LogLineAnswer[]): void {
    if (older.length === 0) return;
    this.#lines = [...older, ...this.#lines];
    this.#first -= older.length;
  }

  /** Puts each line where its instant is; one that is there already is passed over. True when anything was new. */
  merge(lines: readonly LogLineAnswer[]): boolean {
    let isNew = false;
    for (const line of lines) isNew = this.#insert(line) || isNew;
    const tooMany = this.#lines.length - MOST_LINES;
    if (tooMany > MOST_LINES / 10) {
      this.#lines = this.#lines.slice(tooMany);
      this.#first += tooMany;
    }
    return isNew;
  }

  // instants of the API are all of one form with nanoseconds, so that text order is time order
  #insert(line: LogLineAnswer): boolean {
    let place = this.#lines.length;
    while (place > 0 && (this.#lines[place - 1]?.at ?? '') > line.at) place--;
    for (let i = place - 1; i >= 0 && this.#lines[i]?.at === line.at; i--) {
      const other = this.#lines[i];
      if (other !== undefined && isSame(other, line)) return false;
    }
    if (place === this.#lines.length) this.#lines.push(line);
    else this.#lines.splice(place, 0, line);
    return true;
  }
}
