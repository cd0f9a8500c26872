// Cleaned objects → revisions: which change is one, how it is kept, what differs, who did it.

import type { Manifest } from '@mosaic/kat';
import { type Compression, DAY_MS, dayOf, HOUR_MS, hash32, type Op, type Revision, type Slim } from '@mosaic/wire';
import { actorOf } from '../object/actor.ts';
import { essence, revisionHash } from '../object/clean.ts';
import { diffOf } from '../object/diff.ts';
import { bounded } from './truncate.ts';
import { type VersionLimits, versions, type Written } from './versions.ts';

export interface Revisions {
  /** A revision when the object differs in what counts; undefined for a heartbeat. */
  revise(cleaned: Manifest, slim: Slim, op: Op, at: number): Revision | undefined;
  /** The end of an object that was known. */
  end(slim: Slim, at: number, rv: number, goneAfter?: number): Revision;
  /** Daily snapshots that have become due, at most `most`: every object has one each day, spread over the first hour. */
  due(at: number, most: number): Revision[];
  renew(): void;
  readonly bytes: number;
}

export function revisions(
  compression: Compression,
  limits: VersionLimits,
  slimBy: (uid: string) => Slim | undefined,
): Revisions {
  const hashes = new Map<string, string>();
  const kept = versions(compression, limits);
  const daily = dailySnapshots(hashes, (uid) => kept.baseAt(uid));

  return {
    revise(cleaned, slim, op, at) {
      const hash = revisionHash(cleaned);
      if (hashes.get(slim.uid) === hash) return undefined;
      const isNew = !hashes.has(slim.uid);
      hashes.set(slim.uid, hash);
      const { object, json } = bounded(cleaned);
      const before = isNew ? undefined : kept.last(slim.uid);
      const diff = before === undefined ? [] : diffOf(essence(before as Manifest), essence(object)); // kept from a manifest
      const baseAt = kept.baseAt(slim.uid);
      const whole = baseAt === undefined || dayOf(baseAt) !== dayOf(at);
      const written = kept.write(slim.uid, json, object, at, slim.rv, whole);
      const actor = actorOf(cleaned, diff);
      return { ...headOf(slim), at, rv: slim.rv, op, ...written, diff, ...(actor !== undefined && { actor }) };
    },
    end(slim, at, rv, goneAfter) {
      hashes.delete(slim.uid);
      kept.forget(slim.uid);
      const went = { enc: 3, body: NO_BODY, inflated: 0, diff: [] } as const;
      return { ...headOf(slim), at, rv, op: 'delete', ...went, ...(goneAfter !== undefined && { goneAfter }) };
    },
    due: (at, most) =>
      daily(at, most).flatMap((uid) => {
        const slim = slimBy(uid);
        const written = slim && kept.snapshot(uid, at, slim.rv);
        return written ? [snapshotRow(slim, written, at)] : [];
      }),
    renew: () => kept.clear(),
    get bytes() {
      return kept.bytes;
    },
  };
}

const NO_BODY = new Uint8Array(0);

/** Nothing changed: the same resourceVersion, kept whole once more. */
const snapshotRow = (slim: Slim, written: Written, at: number): Revision => ({
  ...headOf(slim),
  at,
  rv: slim.rv,
  op: 'modify',
  ...written,
  diff: [],
});

function headOf({ uid, kind, apiVersion, namespace, name, owner, createdAt }: Slim) {
  return { uid, kind, apiVersion, namespace, name, ...(owner !== undefined && { owner }), createdAt };
}

/** Who is due: an hour's worth of uids, refilled when the UTC day turns. */
function dailySnapshots(known: ReadonlyMap<string, unknown>, baseAt: (uid: string) => number | undefined) {
  let day: number | undefined;
  let waiting: { readonly uid: string; readonly at: number }[] = [];
  return (at: number, most: number): string[] => {
    day ??= dayOf(at);
    if (dayOf(at) > day) {
      day = dayOf(at);
      const midnight = day * DAY_MS;
      waiting = [...known.keys()].map((uid) => ({ uid, at: midnight + (hash32(uid) % HOUR_MS) }));
      waiting.sort((a, b) => b.at - a.at); // the next one last
    }
    const due: string[] = [];
    for (let next = waiting.at(-1); next !== undefined && next.at <= at && due.length < most; next = waiting.at(-1)) {
      waiting.pop();
      const base = baseAt(next.uid);
      if (base !== undefined && dayOf(base) < dayOf(at)) due.push(next.uid);
    }
    return due;
  };
}
