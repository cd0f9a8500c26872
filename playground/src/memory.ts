// What a simulated cluster remembers beside its objects. Plain JSON, saved with the world.

/** How one pod's containers fared on its node. */
export interface Runtime {
  /** Crashes since the last long calm run; the back-off doubles with each. */
  crashes: number;
  pullTries: number;
  /** Grows with every start: timers of an earlier run are stale. */
  run: number;
  /** The reason the readiness probe fails, or empty. */
  unready: string;
  probeFailures: number;
}

/** A scripted trouble of a workload's containers. */
export interface Fault {
  readonly kind: 'memory' | 'crash' | 'unready' | 'fail';
  /** Epoch ms. */
  readonly from: number;
  readonly text?: string | undefined;
}

export interface Memory {
  /** Images present, by node. */
  readonly images: Record<string, Record<string, number>>;
  readonly runtimes: Record<string, Runtime>;
  /** By `namespace/workload`. */
  readonly faults: Record<string, Fault>;
  /** Nodes that do not answer, since when. */
  readonly lost: Record<string, number>;
  /** Last address given, by node or for services. */
  readonly addresses: Record<string, number>;
  /** Events to fold repeats into: key to [name, namespace, count, first seen, last seen]. */
  readonly repeats: Record<string, readonly [string, string, number, number, number]>;
  /** Told once: what the story has already done. */
  readonly story: Record<string, string | number>;
  /** Whether time follows the wall clock: heartbeats are fine then and coarse in the past. */
  live: boolean;
}

export const memory = (): Memory => ({
  images: {},
  runtimes: {},
  faults: {},
  lost: {},
  addresses: {},
  repeats: {},
  story: {},
  live: false,
});
