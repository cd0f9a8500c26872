// What will happen and when, as data: a binary heap of timers that can be saved with the world, because no closure hides in it.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json | undefined };
export type About = Readonly<Record<string, Json | undefined>>;

export interface Timer {
  /** Epoch ms. */
  readonly at: number;
  /** Timers of one instant run in the order they were set. */
  readonly seq: number;
  /** Names the handler. */
  readonly what: string;
  readonly about: About;
}

export interface Timers {
  readonly size: number;
  readonly next: Timer | undefined;
  set(at: number, what: string, about?: About): void;
  take(): Timer | undefined;
  /** Forgets those that match. O(timers). */
  drop(matches: (timer: Timer) => boolean): void;
  all(): readonly Timer[];
}

const earlier = (a: Timer, b: Timer): boolean => a.at < b.at || (a.at === b.at && a.seq < b.seq);

export function timers(saved: readonly Timer[] = []): Timers {
  let heap: Timer[] = [...saved].sort((a, b) => a.at - b.at || a.seq - b.seq);
  let seq = heap.reduce((most, timer) => Math.max(most, timer.seq), 0);
  const swap = (i: number, j: number): void => {
    const held = heap[i] as Timer; // callers stay inside the heap
    heap[i] = heap[j] as Timer;
    heap[j] = held;
  };
  const before = (i: number, j: number): boolean => {
    const a = heap[i];
    const b = heap[j];
    return a !== undefined && (b === undefined || earlier(a, b));
  };
  const rise = (from: number): void => {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!before(at, parent)) return;
      swap(at, parent);
      at = parent;
    }
  };
  const sink = (): void => {
    for (let at = 0; ; ) {
      const left = 2 * at + 1;
      const child = before(left + 1, left) ? left + 1 : left;
      if (!before(child, at)) return;
      swap(at, child);
      at = child;
    }
  };
  return {
    get size() {
      return heap.length;
    },
    get next() {
      return heap[0];
    },
    set(at, what, about = {}) {
      heap.push({ at, seq: ++seq, what, about });
      rise(heap.length - 1);
    },
    take() {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined || heap.length === 0) return first;
      heap[0] = last;
      sink();
      return first;
    },
    drop(matches) {
      heap = heap.filter((timer) => !matches(timer)).sort((a, b) => a.at - b.at || a.seq - b.seq);
    },
    all: () => heap,
  };
}
