// Small things every controller asks of pods.

import { isLeaving, type Sim } from '../sim.ts';
import type { Condition, Pod, PodTemplate } from '../types.ts';

export const conditionOf = (conditions: readonly Condition[] | undefined, type: string): Condition | undefined =>
  conditions?.find((condition) => condition.type === type);

export const isReady = (pod: Pod): boolean => conditionOf(pod.status.conditions, 'Ready')?.status === 'True';
export const hasEnded = (pod: Pod): boolean => pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
/** Counts towards its owner's replicas. */
export const isActive = (pod: Pod): boolean => !isLeaving(pod) && !hasEnded(pod);

export const podsOf = (sim: Sim, owner: string): readonly Pod[] =>
  sim.world.ownedBy(owner).filter((object): object is Pod => object.kind === 'Pod');

/** What pods are made from, as a short name: 32-bit FNV-1a in the letters of generated names, as `pod-template-hash`. */
export function templateHash(template: PodTemplate): string {
  const known = hashes.get(template);
  if (known !== undefined) return known;
  let hash = 0x811c9dc5;
  const text = JSON.stringify(template, sortedKeys);
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  let name = '';
  for (let rest = hash >>> 0, i = 0; i < 9; i++, rest = Math.imul(rest ^ (rest >>> 13), 0x5bd1e995) >>> 0)
    name += letters[rest % letters.length];
  hashes.set(template, name);
  return name;
}
const hashes = new WeakMap<PodTemplate, string>();

/** Percent of `whole`, or the number itself. */
export function share(value: number | string | undefined, whole: number, round: (n: number) => number): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  return value.endsWith('%') ? round((Number.parseFloat(value) / 100) * whole) : Number(value);
}

/** Two templates that say the same in another order are the same. */
const sortedKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
