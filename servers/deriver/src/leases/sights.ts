// What was seen of one object's addresses, in any order and more than once, and the leases that follow from it.

import type { Lease } from '@mosaic/store';

/** At `at` (epoch ms) the object held exactly these addresses; none: it had ended, or had none yet. */
export interface Sight {
  readonly at: number;
  readonly ips: readonly string[];
}

export interface Holder {
  readonly uid: string;
  readonly hostNetwork: boolean;
  /** It has had its first addresses since this instant, by its own word; then the first sight may come later. */
  readonly since?: number;
  /** Beginnings that were written before this process looked. */
  readonly begun?: ReadonlyMap<string, number>;
}

/** So many are kept as they are, so that one that comes late between them finds its place. Of more, only where something turned. */
const MOST_EXACT = 8;
/** More turns of one object are not remembered: the oldest go. */
const MOST_SIGHTS = 256;

/** `sights`, sorted by instant, with one more. The same instant seen again is the newer word. */
export function withSight(sights: readonly Sight[], sight: Sight): readonly Sight[] {
  const others = sights.filter(({ at }) => at !== sight.at);
  const place = others.findLastIndex(({ at }) => at < sight.at) + 1;
  const all = others.toSpliced(place, 0, sight);
  return all.length <= MOST_EXACT ? all : all.filter(isTurn).slice(-MOST_SIGHTS);
}

/** First or last of a run that says the same. */
function isTurn({ ips }: Sight, place: number, sights: readonly Sight[]): boolean {
  const [before, after] = [sights[place - 1], sights[place + 1]];
  return before === undefined || after === undefined || !isSame(ips, before.ips) || !isSame(ips, after.ips);
}

const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((ip) => others.includes(ip));

/** A lease runs from the first sight of its address to the first sight without it. O(sights × addresses). */
export function leasesOf(holder: Holder, sights: readonly Sight[]): Lease[] {
  const { uid, hostNetwork, since, begun } = holder;
  const open = new Map<string, number>();
  const leases: Lease[] = [];
  const first = sights.find(({ ips }) => ips.length > 0);
  for (const sight of sights) {
    for (const [ip, from] of open) {
      if (sight.ips.includes(ip)) continue;
      leases.push({ ip, uid, from, to: sight.at, hostNetwork });
      open.delete(ip);
    }
    const own = sight === first && since !== undefined ? Math.min(since, sight.at) : sight.at;
    for (const ip of sight.ips) if (!open.has(ip)) open.set(ip, (sight === first && begun?.get(ip)) || own);
  }
  for (const [ip, from] of open) leases.push({ ip, uid, from, hostNetwork });
  return leases;
}
