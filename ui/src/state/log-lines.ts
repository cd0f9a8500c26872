// Lines in time order, oldest first, each once: pages of the past are put in front, live lines find their place near the end.

import type { LogLineAnswer } from '@mosaic/wire';

/** More than anybody scrolls through; beyond it the oldest are let go. */
const MOST_LINES = 1_000_000;
const MOST_WORDS = 20_000;

const isSame = (a: LogLineAnswer, b: LogLineAnswer): boolean =>
  a.id === b.id || (a.at === b.at && a.pod === b.pod && a.container === b.container && a.line === b.line);

export class LogLines {
  #lines: LogLineAnswer[] = [];
  /** Number of the first line: it falls when older ones are put in front, so that a line keeps its number. */
  #first = 0;
  /** Of what is the same in most lines, one each: a million lines weigh half. */
  readonly #words = new Map<string, string>();

  get all(): readonly LogLineAnswer[] {
    return this.#lines;
  }
  get first(): number {
    return this.#first;
  }

  clear(): void {
    this.#lines = [];
    this.#first = 0;
    this.#words.clear();
  }

  /** A page of older lines, oldest first. */
  prepend(older: readonly LogLineAnswer[]): void {
    if (older.length === 0) return;
    this.#lines = older.map(this.#lean).concat(this.#lines);
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
    const lean = this.#lean(line);
    if (place === this.#lines.length) this.#lines.push(lean);
    else this.#lines.splice(place, 0, lean);
    return true;
  }

  /** The same line, its words taken from those that other lines have already. */
  #lean = (line: LogLineAnswer): LogLineAnswer => {
    const { clusterName, namespace, workload, pod, podUid, container, node, stream, level, pattern } = line;
    return {
      ...line,
      clusterName: this.#once(clusterName),
      namespace: this.#once(namespace),
      pod: this.#once(pod),
      podUid: this.#once(podUid),
      container: this.#once(container),
      node: this.#once(node),
      stream: this.#once(stream),
      level: this.#once(level),
      ...(workload !== undefined && { workload: this.#once(workload) }),
      ...(pattern !== undefined && { pattern: this.#once(pattern) }),
    };
  };

  #once<T extends string>(word: T): T {
    const known = this.#words.get(word);
    // equal to what was asked with, and so of its type
    if (known !== undefined) return known as T;
    if (this.#words.size > MOST_WORDS) this.#words.clear();
    this.#words.set(word, word);
    return word;
  }
}
