// Health, worst first.

import type { Health, Slim } from '@mosaic/wire';

const RANK: Readonly<Record<Health, number>> = { well: 0, unknown: 1, degraded: 2, broken: 3 };

/** A word this version does not know is `unknown`. */
export const healthOf = (thing: { readonly health: Health }): Health =>
  Object.hasOwn(RANK, thing.health) ? thing.health : 'unknown';

export const isWorse = (a: Health, b: Health): boolean => RANK[a] > RANK[b];

export const worst = (a: Health, b: Health): Health => (isWorse(a, b) ? a : b);

/** Bigger is worse. */
export const healthRank = (health: Health): number => RANK[health];

/** Ended for good: it neither serves nor is expected to. */
export const hasEnded = (pod: Slim): boolean => pod.phase === 'Succeeded' || pod.phase === 'Failed';

export const isReadyPod = (pod: Slim): boolean =>
  pod.phase === 'Running' && (pod.ready ?? 0) >= (pod.wanted ?? 1) && pod.deletingAt === undefined;
