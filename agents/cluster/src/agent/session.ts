// One epoch of watching: from the first LIST to the goodbye. A lost leadership or a restored cluster ends it; the next has a greater epoch.

import { randomBytes } from 'node:crypto';
import type { LiveSource, Manifest } from '@mosaic/kat';
import type { Clock, Dropped, Log, Spool } from '@mosaic/runtime';
import type { Compression, Signer } from '@mosaic/wire';
import { cleanObject } from '../object/clean.ts';
import { redactor } from '../object/redact.ts';
import { type Reconstruction, reconstruction } from '../past/reconstruct.ts';
import { type Recorder, type RecorderStats, recorder } from '../record/recorder.ts';
import { clusterWatch } from '../watch/cluster-watch.ts';
import { keepLastKnown, type LastKnown } from './last-known.ts';

export interface SessionOptions {
  readonly source: LiveSource;
  readonly cluster: number;
  readonly epoch: number;
  readonly compression: Compression;
  readonly signer: Signer | undefined;
  readonly redactKey: Uint8Array | string;
  readonly spool: Spool;
  /** There is something new in the spool. */
  readonly onSpooled: () => void;
  readonly clock: Clock;
  readonly log: Log;
  /** Its own folder. */
  readonly dataDir: string;
  readonly version: string;
  readonly before: LastKnown;
  /** Tell what objects prove of the time before. */
  readonly reconstruct: boolean;
}

export interface Session {
  /** Resolves after the first checkpoint. */
  readonly ready: Promise<void>;
  /** Aborts when the cluster was restored: this epoch is over. */
  readonly over: AbortSignal;
  readonly boot: string;
  readonly epoch: number;
  stats(): RecorderStats;
  kinds(): ReturnType<ReturnType<typeof clusterWatch>['kinds']>;
  dropped(dropped: Dropped): void;
  close(reason: string): Promise<void>;
}

export const SOURCE = 'cluster-agent';
const TICK_MS = 250;
const COVER_EVERY_MS = 10_000;
/** A relist of many kinds at once (the API server restarted) makes one checkpoint. */
const RELIST_SETTLES_MS = 5_000;
const KEEP_LIVING_MS = 60_000;

export function session(options: SessionOptions): Session {
  const { clock, log, spool } = options;
  const boot = randomBytes(8).toString('hex');
  const stopping = new AbortController();
  const over = new AbortController();
  const ready = Promise.withResolvers<void>();
  const redact = redactor(options.redactKey);
  let past: Reconstruction | undefined = options.reconstruct
    ? reconstruction(clock.now(), options.compression)
    : undefined;
  let relistedAt: number | undefined;
  let isReady = false;

  const rec: Recorder = recorder({
    cluster: options.cluster,
    source: SOURCE,
    boot,
    epoch: options.epoch,
    compression: options.compression,
    ...(options.signer && { signer: options.signer }),
    redactKey: options.redactKey,
    note: () => ({ version: options.version, spoolBytes: spool.bytes }),
    publish: async (_, chunk) => {
      await spool.append(chunk);
      options.onSpooled();
    },
  });
  const noteLost = gaps(rec);

  const watch = clusterWatch({
    source: options.source,
    clock,
    log,
    onObject(object, op) {
      past?.note(cleanObject(object, redact));
      rec.observe({ op, object, at: clock.now() });
    },
    onGone: (object: Manifest, goneAfter) =>
      rec.observe({ op: 'delete', object, at: clock.now(), ...(goneAfter !== undefined && { goneAfter }) }),
    onEvent: (event) => rec.event(event, clock.now()),
    onCovering: (covering) => rec.cover(covering),
    onListed({ group, kind }) {
      for (const slim of options.before.take(group, kind)) rec.missing(slim, clock.now(), options.before.at);
    },
    onRelisted: () => {
      relistedAt = clock.now();
    },
    onRestored: () => {
      log.warn('the cluster knows less than before: restored from a backup?', { epoch: options.epoch });
      over.abort();
    },
  });

  const begin = async (): Promise<void> => {
    await watch.settled;
    if (stopping.signal.aborted) return;
    if (past) rec.reconstructed(past.rows(), clock.now());
    past = undefined;
    watch.cover();
    await rec.checkpoint(clock.now());
    await rec.flush(clock.now());
    isReady = true;
    log.notice('watching', { kinds: watch.kinds().length, objects: rec.stats().objects, epoch: options.epoch });
    ready.resolve();
  };

  let keptAt = clock.now();
  let keptDeltas = 0;
  const keepLiving = async (now: number): Promise<void> => {
    const { deltas } = rec.stats();
    keptAt = now;
    if (!isReady || (deltas === keptDeltas && deltas > 0)) return;
    keptDeltas = deltas;
    await keepLastKnown(options.dataDir, rec.living(), now, options.compression).catch((error: unknown) =>
      log.warn('what is alive could not be kept; deletions while no agent runs may go untold', { error }),
    );
  };

  const ticking = (async () => {
    let coveredAt = clock.now();
    while (!stopping.signal.aborted) {
      await clock.sleep(TICK_MS, stopping.signal);
      const now = clock.now();
      if (now - coveredAt >= COVER_EVERY_MS || now < coveredAt) {
        coveredAt = now;
        cover(rec, watch, isReady, now);
      }
      try {
        if (isReady && relistedAt !== undefined && now - relistedAt > RELIST_SETTLES_MS) {
          relistedAt = undefined;
          await rec.checkpoint(now);
        }
        await rec.tick(now);
        if (Math.abs(now - keptAt) >= KEEP_LIVING_MS) await keepLiving(now);
      } catch (error) {
        log.error('chunks could not be spooled', { error });
      }
    }
  })();
  const beginning = begin().catch((error: unknown) => log.error('the first checkpoint failed', { error }));

  return {
    ready: ready.promise,
    over: over.signal,
    boot,
    epoch: options.epoch,
    stats: () => rec.stats(),
    kinds: () => watch.kinds(),
    dropped: noteLost,
    async close(reason) {
      stopping.abort();
      await watch.stop();
      await beginning;
      await ticking;
      await keepLiving(clock.now());
      ready.resolve();
      watch.cover();
      await rec
        .close(clock.now(), reason)
        .catch((error: unknown) => log.error('the last chunks could not be spooled', { error }));
    },
  };
}

/** The slim state follows the objects: it is covered once everything was listed. */
function cover(rec: Recorder, watch: { cover(): void }, isReady: boolean, now: number): void {
  watch.cover();
  if (isReady) rec.cover({ signal: 'state', to: now, state: 'watching' });
  else rec.cover({ signal: 'state', to: now, state: 'gap', reason: 'not listed yet' });
}

/** What a full spool let go: a gap, and nothing may be written against it any more. */
const gaps =
  (rec: Recorder) =>
  ({ signal, t0, t1 }: Dropped): void => {
    if (signal === 'objects' || signal === 'state') rec.renew();
    if (t0 !== undefined && t1 !== undefined && signal !== 'coverage') {
      rec.cover({ signal, kind: SOURCE, from: t0, to: t1, state: 'gap', reason: 'overflow' });
    }
  };
