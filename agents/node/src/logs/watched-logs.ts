// All logs that are followed, and all positions that are remembered: taken up when a listing finds them, let go when they are gone.

import { streamId } from '@mosaic/wire';
import type { PodOnNode, Pods } from '../ports.ts';
import { excluded } from './excluded.ts';
import { joiner, type LogRecord } from './joiner.ts';
import type { FoundLog } from './log-folders.ts';
import { logKey, mergedPositions, type PositionsEntry, savePositions } from './positions.ts';
import { closeTail, openTail, type Tail } from './tail.ts';
import type { Trouble } from './trouble.ts';
import { adopt, isUnreachable, leave, type WatchedLog } from './watched-log.ts';

export interface Watching {
  readonly pods: Pods;
  readonly node: string;
  readonly now: () => number;
  readonly strangerWaitMs: number;
  readonly ownPodUid: string | undefined;
  readonly positionsFile: string;
  readonly known: readonly PositionsEntry[];
  readonly trouble: Trouble;
  readonly emit: (record: LogRecord<Tail>) => void;
}

export interface WatchedLogs {
  take(found: readonly FoundLog[]): void;
  all(): Iterable<WatchedLog> & readonly WatchedLog[];
  /** Closes what was read to its end and is not being written, and what has been gone for long. */
  rest(): void;
  save(flush: boolean): void;
  close(): void;
}

/** A file that is gone may come back compressed or copied. */
const GONE_MS = 30_000;
/** A file of before is kept open so long after its last line. */
const QUIET_MS = 5000;
/** Files open at once; what is written to the others is noticed by listing. */
const MOST_OPEN = 1000;
/** A folder that was not seen for so long does not come back. */
const POSITIONS_KEPT_MS = 3_600_000;
const ANNOTATION = 'mosaic.dev/logs';

export function watchedLogs(watching: Watching): WatchedLogs {
  const { pods, node, now, ownPodUid, positionsFile, trouble, emit } = watching;
  const logs = new Map<string, WatchedLog>();
  /** Pods not told of yet, and since when. */
  let strangers = new Map<string, number>();
  /** An agent that was away for long has its hour too. */
  let remembered = mergedPositions(watching.known.map((entry) => ({ ...entry, seenAt: now() })));
  const passing = excluded();
  let list: WatchedLog[] = [];

  const isExcluded = (found: FoundLog, pod: PodOnNode | undefined): boolean => {
    if (ownPodUid !== undefined && (found.uid === ownPodUid || pod?.uid === ownPodUid)) return true;
    return pod?.annotations[ANNOTATION] === 'exclude';
  };

  /** A pod that was not told of yet may be an excluded one. */
  const isKnownEnough = (found: FoundLog, pod: PodOnNode | undefined): boolean => {
    if (pod !== undefined) return true;
    const since = strangers.get(found.uid) ?? now();
    strangers.set(found.uid, since);
    return now() - since >= watching.strangerWaitMs;
  };

  const begin = (key: string, found: FoundLog, pod: PodOnNode | undefined): WatchedLog => {
    const { namespace, pod: name, uid, container, restart } = found;
    const podUid = pod?.uid ?? uid;
    const about = { namespace, pod: name, podUid, container, restart };
    const workload = pod?.workload;
    return {
      key,
      stream: { id: streamId(about), ...about, node, ...(workload !== undefined && { workload }) },
      joiner: joiner(emit, now),
      tails: [],
      positions: [...new Set([key, logKey(about)])].flatMap((known) => remembered.get(known) ?? []),
      isOver: false,
      seenAt: now(),
    };
  };

  const drop = (log: WatchedLog): void => {
    log.tails.forEach(closeTail);
    logs.delete(log.key);
    remembered.set(log.key, entriesOf(log));
  };

  const entriesOf = ({ key, tails, positions, seenAt }: WatchedLog): PositionsEntry[] => {
    const met = tails
      .filter(({ covered }) => covered.length > 0)
      .map(({ inode, print, covered }) => ({ log: key, inode, print, ranges: covered, seenAt }));
    const isFresh = (entry: { readonly print: string }) => met.every(({ print }) => print !== entry.print);
    return [...met, ...positions.filter(isFresh).map((entry) => ({ ...entry, log: key, seenAt }))];
  };

  return {
    take(found) {
      const here = new Set(found.map(({ uid }) => uid));
      strangers = new Map([...strangers].filter(([uid]) => here.has(uid)));
      const latest = new Map<string, number>();
      const seen = new Set<string>();
      for (const { namespace, pod, uid, container, restart } of found) {
        const name = `${namespace}/${pod}/${uid}/${container}`;
        latest.set(name, Math.max(restart, latest.get(name) ?? 0));
      }
      for (const each of found) {
        const { namespace, pod: name, uid, container, restart } = each;
        const key = logKey({ namespace, pod: name, podUid: uid, container, restart });
        const pod = pods.byUid(uid);
        const known = logs.get(key);
        if (isExcluded(each, pod)) {
          if (known) drop(known);
          remembered.set(key, passing.passOver(key, each, now()));
          continue;
        }
        if (known === undefined && !isKnownEnough(each, pod)) continue;
        seen.add(key);
        const log = known ?? begin(key, each, pod);
        logs.set(key, log);
        log.isOver = restart < (latest.get(`${namespace}/${name}/${uid}/${container}`) ?? 0);
        adopt(log, each, now(), trouble.unreadable);
      }
      for (const log of logs.values()) {
        if (seen.has(log.key)) continue;
        log.isOver = true;
        for (const tail of log.tails) leave(tail, now());
      }
      list = [...logs.values()];
    },
    all: () => list,
    rest() {
      const at = now();
      let open = 0;
      for (const log of list) {
        const current = log.isOver ? undefined : log.tails.at(-1);
        for (const tail of log.tails) {
          const isQuiet = tail.at >= tail.size && at - tail.grewAt >= QUIET_MS;
          if (isQuiet && (tail !== current || tail.isGone)) closeTail(tail);
          else if (tail === current && open < MOST_OPEN) tryOpen(tail);
          if (tail.fd !== undefined) open++;
        }
        if (log.tails.some((tail) => tail.isGone && at - tail.grewAt >= GONE_MS)) letGo(log, at - GONE_MS, trouble);
        if (log.tails.length === 0 && at - log.seenAt >= GONE_MS && !log.joiner.isHolding) drop(log);
      }
    },
    save(flush) {
      const at = now();
      remembered = new Map(
        [...remembered].filter(
          ([key, entries]) => !logs.has(key) && entries.some(({ seenAt }) => at - seenAt < POSITIONS_KEPT_MS),
        ),
      );
      savePositions(
        positionsFile,
        [...[...logs.values()].flatMap(entriesOf), ...[...remembered.values()].flat()],
        flush,
      );
    },
    close() {
      for (const { tails } of logs.values()) tails.forEach(closeTail);
    },
  };
}

/** An open file can be read to its end even when it is deleted. */
function tryOpen(tail: Tail): void {
  if (tail.isGzip || isUnreachable(tail)) return;
  try {
    openTail(tail);
  } catch {
    // The next reading or listing tells why.
  }
}

function letGo(log: WatchedLog, before: number, trouble: Trouble): void {
  const isOver = (tail: Tail): boolean =>
    tail.isGone && tail.grewAt <= before && (tail.at >= tail.size || isUnreachable(tail));
  for (const tail of log.tails.filter(isOver)) {
    if (tail.at < tail.size) trouble.lost(tail.path, tail.size - tail.at);
    closeTail(tail);
  }
  log.tails = log.tails.filter((tail) => !isOver(tail));
}
