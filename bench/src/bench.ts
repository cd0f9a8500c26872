// What a benchmark is.

export interface BenchContext {
  readonly isQuick: boolean;
  /** To stderr. */
  tell(line: string): void;
  /** One measured row to stdout; `bench` is added. */
  row(row: Readonly<Record<string, string | number | boolean>>): void;
}

export interface Bench {
  run(context: BenchContext): Promise<void>;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** mulberry32: small, seeded, good enough to spread loads. Returns [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
