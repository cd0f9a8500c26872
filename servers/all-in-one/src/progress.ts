// How far the start is, the playground's past above all: what /readyz says and the page draws while it is not done.

export interface Progress {
  /** Something is about to begin: not done until `settled`, whatever the shares say. */
  expect(): void;
  settled(): void;
  /** 0…1 of one cluster. */
  set(cluster: number, share: number): void;
  /** Undefined when nothing is under way. */
  of(cluster: number): number | undefined;
  /** Of all together; 1 when everything is done. */
  overall(): number;
}

/** Shown while everything counted is done but the agents have not looked yet. */
const NEARLY = 0.99;

export function progressBoard(): Progress {
  const shares = new Map<number, number>();
  let isExpected = false;
  return {
    expect() {
      isExpected = true;
    },
    settled() {
      isExpected = false;
    },
    set: (cluster, share) => void shares.set(cluster, Math.min(1, share)),
    of(cluster) {
      const share = shares.get(cluster);
      return share === undefined || share >= 1 ? undefined : share;
    },
    overall() {
      const all = [...shares.values()];
      const share = all.length === 0 ? 0 : all.reduce((sum, one) => sum + one, 0) / all.length;
      if (isExpected) return Math.min(share, NEARLY);
      return all.length === 0 ? 1 : share;
    },
  };
}
