// Counting into buckets of equal width.

export interface Buckets {
  add(at: number, type: string, count: number): void;
  readonly counted: readonly [number, number][];
}

/** Over [from, to); instants outside are not counted. */
export function bucketsOf(from: number, to: number, stepMs: number): Buckets {
  const size = Math.max(0, Math.ceil((to - from) / stepMs));
  const counted = Array.from({ length: size }, (): [number, number] => [0, 0]);
  return {
    counted,
    add(at, type, count) {
      if (at < from || at >= to) return;
      const bucket = counted[Math.floor((at - from) / stepMs)];
      if (bucket) bucket[type === 'Warning' ? 1 : 0] += count;
    },
  };
}
