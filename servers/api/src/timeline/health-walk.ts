// Health through time: a state and the steps after it, walked once; every span in which a workload or a Node was not well.

import { healthOf, type Objects, topmostOwner, verdict, WORKLOAD_KINDS } from '@mosaic/topology';
import { type Health, nodeId, type Slim, type SlimDelta } from '@mosaic/wire';
import { fold } from '../live/live-state.ts';

/** A span in which one thing was not well. */
export interface Ailment {
  readonly node: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly health: Exclude<Health, 'well'>;
  readonly from: number;
  readonly to: number;
  /** The most important one. */
  readonly reason: string;
  /** It had not ended when this was read. */
  readonly isOpen?: boolean;
}

interface Open {
  readonly health: Exclude<Health, 'well'>;
  readonly since: number;
  readonly slim: Slim;
  reason: string;
}

const MOST_AILMENTS = 20_000;
/** Objects at once, when setting out in pieces. */
const PIECE = 500;

export interface HealthWalk {
  /** Changes of one chunk, in their order. */
  step(deltas: readonly SlimDelta[]): void;
  /** What is still ailing ends here, open. */
  end(at: number): Ailment[];
}

/** From `before` (state at `from`) on. */
export function healthWalk(before: Objects, from: number, cluster: number): HealthWalk {
  const setting = settingOut(before, from, cluster);
  for (;;) {
    const { done, value } = setting.next();
    if (done) return value;
  }
}

/** The same in pieces, for who has questions to answer meanwhile. */
export function* settingOut(before: Objects, from: number, cluster: number): Generator<undefined, HealthWalk> {
  const objects = new Map(before);
  yield;
  const members = new Map<string, Set<string>>();
  const topOf = new Map<string, string>();
  const open = new Map<string, Open>();
  const orphans = new Set<string>();
  const ailments: Ailment[] = [];

  const leave = (top: string | undefined, uid: string): void => {
    const group = top === undefined ? undefined : members.get(top);
    if (group?.delete(uid) && group.size === 0 && top !== undefined) members.delete(top);
  };
  const place = (slim: Slim): void => {
    const top = topmostOwner(objects, slim).uid;
    if (top === slim.uid && slim.owner !== undefined) orphans.add(top);
    else orphans.delete(slim.uid);
    const was = topOf.get(slim.uid);
    if (was === top) return;
    leave(was, slim.uid);
    topOf.set(slim.uid, top);
    const group = members.get(top);
    if (group) group.add(slim.uid);
    else members.set(top, new Set([slim.uid]));
  };
  /** A pod told before its ReplicaSet finds its workload only now. */
  const adopt = (deltas: readonly SlimDelta[], touched: Map<string, number>): void => {
    const at = deltas.at(-1)?.at ?? from;
    for (const uid of new Set([...deltas.map((delta) => delta.uid), ...orphans])) {
      const slim = objects.get(uid);
      if (slim === undefined || !WORKLOAD_KINDS.has(slim.kind)) continue;
      place(slim);
      touched.set(uid, touched.get(uid) ?? at);
      touched.set(topOf.get(uid) ?? uid, touched.get(uid) ?? at);
    }
  };
  const forget = (uid: string): void => {
    orphans.delete(uid);
    leave(topOf.get(uid), uid);
    topOf.delete(uid);
  };
  const close = (uid: string, at: number, isOpen = false): void => {
    const known = open.get(uid);
    if (known === undefined) return;
    open.delete(uid);
    const { slim, health, since, reason } = known;
    const { kind, namespace, name } = slim;
    if (at <= since || ailments.length >= MOST_AILMENTS) return;
    const node = nodeId(cluster, kind, namespace, name);
    ailments.push({ node, kind, namespace, name, health, from: since, to: at, reason, ...(isOpen && { isOpen }) });
  };
  const judge = (uid: string, at: number): void => {
    const slim = objects.get(uid);
    if (slim === undefined) {
      close(uid, at);
      return;
    }
    const { health, reason } = judged(slim, members.get(uid), objects);
    const known = open.get(uid);
    if (known?.health === health) {
      known.reason ||= reason;
      return;
    }
    close(uid, at);
    if (health !== 'well') open.set(uid, { health, since: at, slim, reason });
  };

  let seen = 0;
  for (const slim of objects.values()) {
    if (WORKLOAD_KINDS.has(slim.kind)) place(slim);
    if (++seen % PIECE === 0) yield;
  }
  for (const slim of objects.values()) {
    if (slim.kind === 'Node' || members.has(slim.uid)) judge(slim.uid, from);
    if (++seen % PIECE === 0) yield;
  }

  return {
    step(deltas: readonly SlimDelta[]): void {
      const touched = new Map<string, number>();
      let owners = false;
      for (const delta of deltas) {
        const top = topOf.get(delta.uid);
        if (top !== undefined) touched.set(top, delta.at);
        const isNew = !objects.has(delta.uid);
        fold(objects, delta);
        const slim = objects.get(delta.uid);
        if (slim === undefined) {
          forget(delta.uid);
          touched.set(delta.uid, delta.at);
          continue;
        }
        if (slim.kind === 'Node' || members.has(slim.uid)) touched.set(slim.uid, delta.at);
        if (!WORKLOAD_KINDS.has(slim.kind)) continue;
        owners ||= isNew && slim.kind !== 'Pod';
        if (isNew || delta.is !== undefined) place(slim);
        touched.set(topOf.get(slim.uid) ?? slim.uid, delta.at);
      }
      if (owners) adopt(deltas, touched);
      for (const [uid, at] of touched) {
        const top = topOf.get(uid);
        if (top === undefined || top === uid) judge(uid, at);
        else close(uid, at);
      }
    },
    end(at: number): Ailment[] {
      for (const uid of [...open.keys()]) close(uid, at, true);
      return ailments;
    },
  };
}

function judged(
  slim: Slim,
  members: ReadonlySet<string> | undefined,
  objects: Objects,
): { health: Health; reason: string } {
  if (slim.kind === 'Pod' || members === undefined) return { health: healthOf(slim), reason: slim.reasons[0] ?? '' };
  const living: Slim[] = [];
  for (const uid of members) {
    const member = objects.get(uid);
    if (member?.kind === 'Pod' && member.phase !== 'Succeeded' && member.phase !== 'Failed') living.push(member);
  }
  const { health, reasons } = verdict(slim, living);
  return { health, reason: reasons[0] ?? '' };
}
