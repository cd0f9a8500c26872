// What the signals hand over → sealed, signed chunks in the spool; coverage every ten seconds; then the publisher.

import { randomBytes } from 'node:crypto';
import { type Clock, coverageBook, type Dropped, type Log, publisher, type Spool, spool } from '@mosaic/runtime';
import type { Transport } from '@mosaic/transport';
import {
  COVERAGE_EVERY_MS,
  type Compression,
  type CoverageRecord,
  hourOf,
  type LogIndex,
  type NodeCertificate,
  nodeSource,
  readHeader,
  type Sealing,
  type Signal,
  type Signer,
  sealChunk,
  writeCoverage,
} from '@mosaic/wire';
import type { Outgoing, Parts } from '../ports.ts';

export interface SendingOptions {
  readonly cluster: number;
  readonly node: string;
  readonly dir: string;
  readonly spoolBytes?: number;
  readonly signer: Signer;
  /** One that holds; undefined when the key itself is enrolled. */
  readonly certificate?: () => Promise<NodeCertificate | undefined>;
  readonly transport: Pick<Transport, 'publish'>;
  readonly heldUntil: () => number;
  /** Said with the coverage. */
  readonly version?: string;
  readonly compression: Compression;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Sending extends Outgoing {
  /** Of the newest log chunks that an earlier run left in the spool: which bytes of which files are in safety. */
  spooledLogs(): Promise<readonly LogIndex[]>;
  /** All that is watched says goodbye; then what can be sent within some seconds is. */
  stop(reason: string): Promise<void>;
  stats(): {
    readonly spool: Pick<Spool, 'bytes' | 'chunks' | 'dropped'>;
    readonly chunks: ReadonlyMap<Signal, number>;
    readonly trouble: readonly string[];
  };
}

const GOODBYE_MS = 5_000;
/** Positions are on disk every few seconds: what is newer is in these. */
const MOST_READ_AT_BOOT = 512;

export async function sending(options: SendingOptions): Promise<Sending> {
  const { cluster, node, signer, certificate, compression, clock, log } = options;
  const boot = randomBytes(8).toString('hex');
  const epoch = clock.now();
  const sequences = new Map<Signal, number>();
  const chunks = new Map<Signal, number>();
  const book = coverageBook();
  const source = nodeSource(node);
  const stopping = new AbortController();
  let diskTrouble: string | undefined;

  const kept = await spool({
    dir: options.dir,
    ...(options.spoolBytes !== undefined && { mostBytes: options.spoolBytes }),
    onDropped: (dropped) => noteLost(dropped),
    onDisk(trouble) {
      diskTrouble = trouble;
      if (trouble === undefined) log.notice('spool: the disk takes chunks again');
      else log.error('spool: the disk refuses; chunks are held in memory', { reason: trouble });
    },
  });
  const publish = options.transport.publish.bind(options.transport);
  const sender = publisher({ spool: kept, cluster, publish, heldUntil: options.heldUntil, clock, log });

  const send = async (parts: Parts, sections: Omit<Sealing, 'header'>): Promise<void> => {
    const own = await certificate?.();
    const seq = (sequences.get(parts.signal) ?? 0) + 1;
    sequences.set(parts.signal, seq);
    chunks.set(parts.signal, (chunks.get(parts.signal) ?? 0) + 1);
    const about = { cluster, source, boot, epoch, seq, sealedAt: clock.now() };
    const header = { ...about, ...parts, ...(own && { certificate: own }) };
    await kept.append(sealChunk({ header, ...sections }, compression, signer));
    sender.wake();
  };
  const noteLost = ({ signal, t0, t1 }: Dropped): void => {
    if (signal === 'coverage' || t0 === undefined || t1 === undefined) return;
    tell(book.cover({ signal, kind: source, from: t0, to: t1, state: 'gap', reason: 'overflow' }));
  };

  const told: Omit<CoverageRecord, 'source' | 'boot' | 'epoch' | 'sequence'>[] = [];
  const tell = (record: (typeof told)[number] | undefined): void => {
    if (record) told.push(record);
  };
  const flush = async (): Promise<void> => {
    const records = [...told.splice(0), ...book.told()];
    for (const part of Map.groupBy(records, ({ coveredTo }) => hourOf(coveredTo)).values()) {
      const sequence = (sequences.get('coverage') ?? 0) + 1;
      const rows = part.map((record) => ({ source, boot, epoch, sequence, ...record }));
      const at = Math.max(...part.map(({ coveredTo }) => coveredTo));
      const agent = { version: options.version ?? '', spoolBytes: kept.bytes };
      await send({ signal: 'coverage', t0: at, t1: at, count: rows.length, agent }, { rows: writeCoverage(rows) });
    }
  };
  const ticking = (async () => {
    while (!stopping.signal.aborted) {
      await clock.sleep(COVERAGE_EVERY_MS, stopping.signal);
      await flush();
    }
  })();

  const spooledLogs = async (): Promise<readonly LogIndex[]> => {
    const left = kept.oldest(Number.POSITIVE_INFINITY).filter(({ signal }) => signal === 'logs');
    const found: LogIndex[] = [];
    for (const chunk of left.slice(-MOST_READ_AT_BOOT)) {
      const bytes = await kept.read(chunk);
      const index = bytes && readHeader(bytes).logs;
      if (index) found.push(index);
    }
    return found;
  };

  return {
    send,
    spooledLogs,
    cover: (covering) => tell(book.cover(covering)),
    async stop(reason) {
      stopping.abort();
      await ticking;
      for (const record of book.stop(clock.now(), reason)) told.push(record);
      await flush();
      await sender.drained(GOODBYE_MS);
      await sender.stop();
    },
    stats: () => ({
      spool: { bytes: kept.bytes, chunks: kept.chunks, dropped: kept.dropped },
      chunks,
      trouble: [sender.trouble, diskTrouble].filter((trouble) => trouble !== undefined),
    }),
  };
}
