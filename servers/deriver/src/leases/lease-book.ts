// Who holds which address in one cluster: from slim deltas in any order, more than once, and from the state at a restart.

import { isIP } from 'node:net';
import type { Lease } from '@mosaic/store';
import { mergeSlim, type Slim, type SlimDelta } from '@mosaic/wire';
import { type Holder, leasesOf, type Sight, withSight } from './sights.ts';

export interface LeaseBook {
  /** Everything alive at `at`; `begun` knows the leases that stand written for it. */
  load(objects: ReadonlyMap<string, Slim>, at: number, begun: (uid: string) => readonly Lease[]): void;
  note(deltas: readonly SlimDelta[], epoch: number): void;
  /** What the leases of the noted are, where the store does not know it yet. */
  unwritten(): readonly UnwrittenLease[];
  /** All that `unwritten` told has been written. */
  settle(): void;
  /** Deltas wait whose object nobody has described yet. */
  readonly isWaiting: boolean;
  /** Describes those that wait; what `objects` do not know and came before `giveUpBefore` waits no longer. */
  describe(objects: ReadonlyMap<string, Slim>, giveUpBefore: number): void;
  /** Everything alive was seen anew in `epoch` by `at`: what was not has gone. */
  endOthers(epoch: number, at: number): void;
}

/** `since`: the earliest instant at which it holds and did not, or held and does not. */
export interface UnwrittenLease extends Lease {
  readonly since: number;
}

interface Entry {
  /** As last described, at `slimAt`. */
  slim?: Slim;
  slimAt: number;
  sights: readonly Sight[];
  epoch: number;
  readonly begun?: ReadonlyMap<string, number>;
  /** As the store has them: `ip from` → to. */
  readonly written: Map<string, number | undefined>;
}

export const HOLDERS: ReadonlySet<string> = new Set(['Pod', 'Service', 'Node']);
/** Ended holders are remembered for what comes late; beyond these the oldest are forgotten. */
const MOST_ENDED = 20_000;
const MOST_WAITING = 10_000;

export function leaseBook(): LeaseBook {
  const entries = new Map<string, Entry>();
  const ended = new Set<string>();
  const touched = new Set<string>();
  const waiting = new Map<string, { readonly delta: SlimDelta; readonly epoch: number }[]>();
  let told: readonly UnwrittenLease[] = [];

  const entryOf = (uid: string, begun?: Entry['begun']): Entry => {
    const entry = entries.get(uid) ?? { slimAt: 0, sights: [], epoch: 0, written: new Map(), ...(begun && { begun }) };
    entries.set(uid, entry);
    return entry;
  };
  const see = (uid: string, entry: Entry, sight: Sight, epoch: number): void => {
    entry.sights = withSight(entry.sights, sight);
    entry.epoch = Math.max(entry.epoch, epoch);
    touched.add(uid);
    if (entry.sights.at(-1)?.ips.length === 0) ended.add(uid);
    else ended.delete(uid);
  };
  const wait = (delta: SlimDelta, epoch: number): void => {
    if (waiting.size >= MOST_WAITING) return;
    waiting.set(delta.uid, [...(waiting.get(delta.uid) ?? []), { delta, epoch }]);
  };

  const note = (delta: SlimDelta, epoch: number): void => {
    const { uid, at, gone, is, how } = delta;
    const known = entries.get(uid);
    if (gone) {
      see(uid, entryOf(uid), { at, ips: [] }, epoch);
      return;
    }
    if (is && !HOLDERS.has(is.kind)) return;
    const slim = mergeSlim(known?.slim, uid, is, how);
    if (slim === undefined) {
      if (how?.ip !== undefined) wait(delta, epoch);
      return;
    }
    const entry = entryOf(uid);
    if (at >= entry.slimAt) Object.assign(entry, { slim, slimAt: at });
    see(uid, entry, { at, ips: addressesOf(slim) }, epoch);
    if (is) replay(uid);
  };
  const replay = (uid: string): void => {
    const late = waiting.get(uid) ?? [];
    waiting.delete(uid);
    for (const { delta, epoch } of late) note(delta, epoch);
  };
  const forgetOldest = (): void => {
    for (const uid of ended) {
      if (ended.size <= MOST_ENDED) return;
      ended.delete(uid);
      entries.delete(uid);
    }
  };

  return {
    load(objects, at, begun) {
      for (const [uid, slim] of objects) {
        if (!HOLDERS.has(slim.kind)) continue;
        const stands = begun(uid);
        const entry = entryOf(uid, new Map(stands.map(({ ip, from }) => [ip, from])));
        for (const { ip, from, to } of stands) entry.written.set(`${ip} ${from}`, to);
        Object.assign(entry, { slim, slimAt: at });
        see(uid, entry, { at, ips: addressesOf(slim) }, 0);
      }
    },
    note(deltas, epoch) {
      for (const delta of deltas) note(delta, epoch);
    },
    unwritten() {
      told = [...touched].flatMap((uid) => {
        const entry = entries.get(uid);
        return entry ? otherwise(uid, entry) : [];
      });
      return told;
    },
    settle() {
      for (const { uid, ip, from, to } of told) entries.get(uid)?.written.set(`${ip} ${from}`, to);
      told = [];
      touched.clear();
      forgetOldest();
    },
    get isWaiting() {
      return waiting.size > 0;
    },
    describe(objects, giveUpBefore) {
      for (const [uid, [first]] of [...waiting]) {
        const slim = objects.get(uid);
        if (slim && HOLDERS.has(slim.kind)) entryOf(uid).slim ??= slim;
        if (slim) replay(uid);
        else if (first === undefined || first.delta.at < giveUpBefore) waiting.delete(uid);
      }
    },
    endOthers(epoch, at) {
      for (const [uid, entry] of entries) {
        if (entry.epoch < epoch && !ended.has(uid)) see(uid, entry, { at, ips: [] }, entry.epoch);
      }
    },
  };
}

/** Leases of the entry that the store has otherwise; one that turned out not to be is written as ending where it began. */
function otherwise(uid: string, entry: Entry): UnwrittenLease[] {
  const { slim, sights, written } = entry;
  const hostNetwork = slim !== undefined && (slim.hostNetwork || slim.kind === 'Node');
  const leases = slim === undefined ? [] : leasesOf(holderOf(slim, hostNetwork, entry.begun), sights);
  const now = new Set(leases.map(({ ip, from }) => `${ip} ${from}`));
  const undone = [...written].flatMap(([key, to]) => {
    const [ip = '', from = ''] = key.split(' ');
    const begin = Number(from);
    return now.has(key) || to === begin ? [] : [{ uid, ip, from: begin, to: begin, hostNetwork, since: begin }];
  });
  const isNews = ({ ip, from, to }: Lease): boolean => {
    const key = `${ip} ${from}`;
    return !written.has(key) || written.get(key) !== to;
  };
  return [...leases.filter(isNews).map((lease) => ({ ...lease, since: sinceOf(lease, written) })), ...undone];
}

function sinceOf({ ip, from, to }: Lease, written: Entry['written']): number {
  const key = `${ip} ${from}`;
  return written.has(key) ? Math.min(to ?? Number.MAX_SAFE_INTEGER, written.get(key) ?? Number.MAX_SAFE_INTEGER) : from;
}

/** A pod's IP lasts while it runs; a Service's and a Node's addresses while they are. Names are no addresses. */
export function addressesOf({ kind, ip, phase, addresses }: Slim): string[] {
  if (kind !== 'Pod') return addresses.filter((address) => isIP(address) !== 0);
  const hasEnded = phase === 'Succeeded' || phase === 'Failed';
  return ip === undefined || hasEnded ? [] : [ip, ...addresses].filter((address) => isIP(address) !== 0);
}

function holderOf({ uid, kind, startedAt, createdAt }: Slim, hostNetwork: boolean, begun: Entry['begun']): Holder {
  const since = kind === 'Pod' ? startedAt : createdAt;
  return { uid, hostNetwork, ...(since !== undefined && { since }), ...(begun && { begun }) };
}
