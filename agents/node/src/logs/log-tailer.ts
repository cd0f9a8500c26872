// Follows every container's log on the machine and sends its lines in chunks that say which bytes of which files they were.
// A position counts once the chunk is in the spool: after a crash exactly the rest is read again.

import { COVERAGE_EVERY_MS } from '@mosaic/wire';
import { fileReader } from './file-reader.ts';
import { TRACE_IDLE_MS } from './joiner.ts';
import { logFolders } from './log-folders.ts';
import type { LogTailer, LogTailerOptions } from './log-tailing.ts';
import { openChunks } from './open-chunks.ts';
import { loadPositions, spooledPositions } from './positions.ts';
import { commit, look, type Tail } from './tail.ts';
import { trouble } from './trouble.ts';
import { isRead, isUnreachable, nextTurn, TORN_MS, type WatchedLog } from './watched-log.ts';
import { watchedLogs } from './watched-logs.ts';

export type { LogTailer, LogTailerOptions, LogTailerStats } from './log-tailing.ts';

const SEAL_AFTER_MS = 5000;
const MOST_BYTES_PER_PASS = 16 * 1024 * 1024;
const LIST_EVERY_MS = 2000;
const STRANGER_WAIT_MS = 10_000;
/** Between looks, and while someone tails. */
const LOOK_EVERY_MS = 1000;
const LOOK_SOON_MS = 100;
/** The disk is waited for so often; in between a crash of the machine, not of the agent, may repeat lines. */
const FLUSH_EVERY_MS = 5000;

export function logTailer(options: LogTailerOptions): LogTailer {
  const { host, pods, out, node, clock, log, positionsFile, spooled = [], ownPodUid } = options;
  const { sealAfterMs = () => SEAL_AFTER_MS, maxBytesPerPass = MOST_BYTES_PER_PASS } = options;
  const { listEveryMs = LIST_EVERY_MS, strangerWaitMs = STRANGER_WAIT_MS } = options;
  const lookAfterMs = (): number => (sealAfterMs() <= 1000 ? LOOK_SOON_MS : LOOK_EVERY_MS);
  const now = clock.now;
  const chunks = openChunks<Tail>(now);
  const troubles = trouble(log);
  const folders = logFolders(host, pods);
  const told = { bytes: 0, truncated: 0 };
  const watched = watchedLogs({
    pods,
    node,
    now,
    strangerWaitMs,
    ownPodUid,
    positionsFile,
    trouble: troubles,
    known: [
      ...loadPositions(positionsFile, (cause) => log.warn('log positions are lost; logs are read anew', { cause })),
      ...spooledPositions(spooled, now()),
    ],
    emit(record) {
      if (record.cut > 0) told.truncated++;
      chunks.add(record);
    },
  });
  const stopping = new AbortController();
  let listAt = 0;
  let flushAt = 0;
  let coverAt = 0;
  let first = 0;
  let isBehind = false;
  let isUnsaved = false;
  let running: Promise<void> = Promise.resolve();

  const list = (): void => {
    listAt = now() + listEveryMs;
    troubles.begin();
    watched.take(folders.list(troubles.unreadable));
  };

  /** What was sealed, in order, and then the positions. */
  const send = async (): Promise<void> => {
    for (const { parts, body, ranges } of chunks.take()) {
      await out.send(parts, { body });
      for (const [tail, all] of ranges) commit(tail, all);
      save(now() >= flushAt);
    }
  };

  /** A disk that refuses costs repeated lines after a crash, not the lines themselves. */
  const save = (flush: boolean): void => {
    if (flush) flushAt = now() + FLUSH_EVERY_MS;
    try {
      watched.save(flush);
    } catch (cause) {
      if (!isUnsaved) log.warn('log positions cannot be saved', { file: positionsFile, cause });
      isUnsaved = true;
      return;
    }
    isUnsaved = false;
  };

  // Before the spool gives any of them away.
  if (spooled.length > 0) save(true);

  const reader = fileReader({
    now,
    trouble: troubles,
    replaced() {
      listAt = 0;
    },
  });

  /** Files take turns, so that one that never ends keeps nobody waiting. */
  const readAll = async (): Promise<boolean> => {
    let left = maxBytesPerPass;
    let waiting = [...watched.all()];
    if (waiting.length > 0) first = (first + 1) % waiting.length;
    waiting = [...waiting.slice(first), ...waiting.slice(0, first)];
    while (waiting.length > 0 && left > 0 && !stopping.signal.aborted) {
      const again: WatchedLog[] = [];
      for (const each of waiting) {
        if (left <= 0 || stopping.signal.aborted) return false;
        const next = nextTurn(each, now());
        if (next === undefined) continue;
        const taken = await reader.turn(each, next);
        told.bytes += taken;
        left -= taken;
        if (taken > 0) again.push(each);
        await send();
      }
      waiting = again;
    }
    return waiting.length === 0;
  };

  const settle = (at: number): void => {
    for (const each of watched.all()) {
      const { joiner, isOver, tails } = each;
      if (!joiner.isHolding || !isRead(each)) continue;
      if (isOver && tails.every(({ grewAt }) => at - grewAt >= TORN_MS)) joiner.end();
      else joiner.idle(at - TRACE_IDLE_MS);
    }
  };

  const cover = (at: number): void => {
    if (isBehind || isBefore(at, coverAt, COVERAGE_EVERY_MS)) return;
    coverAt = at + COVERAGE_EVERY_MS;
    save(true);
    const reason = troubles.reason();
    if (reason === undefined) out.cover({ signal: 'logs', to: at, state: 'watching' });
    else out.cover({ signal: 'logs', to: at, state: 'gap', reason });
  };

  const onePass = async (): Promise<void> => {
    const at = now();
    if (!isBefore(at, listAt, listEveryMs)) list();
    for (const { tails } of watched.all()) for (const tail of tails) look(tail, at);
    isBehind = !(await readAll());
    watched.rest();
    settle(now());
    // A line was perhaps written just after the look before, and a chunk that falls due between two looks would wait for the second.
    chunks.due(now() - Math.max(0, sealAfterMs() - lookAfterMs()));
    await send();
    cover(at);
  };

  let passing = Promise.resolve();
  /** One after the other: they share a buffer. */
  const pass = (): Promise<void> => {
    passing = passing.then(onePass, onePass);
    return passing;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await pass();
      } catch (cause) {
        log.error('a pass over the logs failed', { cause });
        isBehind = false;
      }
      if (!isBehind) await clock.sleep(lookAfterMs(), stopping.signal);
    }
  };

  return {
    async start() {
      running = run();
    },
    pass,
    async stop() {
      stopping.abort();
      await running;
      await passing.catch(() => undefined);
      chunks.due(Number.POSITIVE_INFINITY);
      await send();
      save(true);
      watched.close();
    },
    stats() {
      const tails = watched.all().flatMap((each) => each.tails);
      const behind = tails
        .filter((tail) => !isUnreachable(tail))
        .reduce((sum, { size, at }) => sum + Math.max(0, size - at), 0);
      const { dropped } = troubles;
      return { files: tails.length, lines: reader.lines, behindBytes: behind, dropped, ...told };
    },
  };
}

/** Not due yet; a clock that was set back makes everything due. */
const isBefore = (at: number, due: number, everyMs: number): boolean => at < due && due - at <= everyMs;
