// How far the playground's past has been written: what /readyz says and the page draws while it is not done.

export interface Progress {
  /** 0…1 of one cluster. */
  set(cluster: number, share: number): void;
  /** Undefined when nothing is under way. */
  of(cluster: number): number | undefined;
  /** Of all together; 1 when everything is done. */
  overall(): number;
}

export function progressBoard(): Progress {
  const shares = new Map<number, number>();
  return {
    set: (cluster, share) => void shares.set(cluster, Math.min(1, share)),
    of(cluster) {
      const share = shares.get(cluster);
      return share === undefined || share >= 1 ? undefined : share;
    },
    overall() {
      const all = [...shares.values()];
      return all.length === 0 ? 1 : all.reduce((sum, share) => sum + share, 0) / all.length;
    },
  };
}
