// One signal's open chunk: sealed by size, by age, and before its UTC hour ends.

import { hourOf, SEAL_AT_BYTES } from '@mosaic/wire';

export interface ChunkWriter<R> {
  /** `weight`: about how many bytes it will take. */
  add(record: R, at: number, weight: number): void;
  /** Seals when the oldest record has waited long enough. */
  due(at: number): void;
  seal(): void;
}

export interface Writing<R> {
  readonly ageMs: number;
  readonly sealAtBytes?: number;
  readonly seal: (records: readonly R[], t0: number, t1: number) => void;
}

/** Most records in a chunk, whatever they weigh. */
const MOST_RECORDS = 20_000;

export function chunkWriter<R>({ ageMs, sealAtBytes = SEAL_AT_BYTES, seal }: Writing<R>): ChunkWriter<R> {
  let records: R[] = [];
  let weight = 0;
  let t0 = 0;
  let t1 = 0;

  const sealNow = (): void => {
    if (records.length === 0) return;
    const sealed = records;
    records = [];
    weight = 0;
    seal(sealed, t0, t1);
  };

  return {
    add(record, at, bytes) {
      const isTooMuch = weight + bytes > sealAtBytes || hourOf(at) !== hourOf(t0) || records.length >= MOST_RECORDS;
      if (records.length > 0 && isTooMuch) sealNow();
      if (records.length === 0) {
        t0 = at;
        t1 = at;
      }
      records.push(record);
      weight += bytes;
      t0 = Math.min(t0, at);
      t1 = Math.max(t1, at);
      if (weight >= sealAtBytes) sealNow();
    },
    due(at) {
      if (records.length > 0 && (at - t0 >= ageMs || hourOf(at) !== hourOf(t0))) sealNow();
    },
    seal: sealNow,
  };
}
