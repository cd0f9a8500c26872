// What following logs needs from outside, and what it tells.

import type { Clock, Log } from '@mosaic/runtime';
import type { LogIndex } from '@mosaic/wire';
import type { Host, Outgoing, Pods } from '../ports.ts';

export interface LogTailerOptions {
  readonly host: Host;
  readonly pods: Pods;
  readonly out: Outgoing;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  /** JSON of positions; replaced as a whole. */
  readonly positionsFile: string;
  /** Headers of chunks that were in the spool at boot: as good as positions. */
  readonly spooled?: readonly LogIndex[];
  /** A line waits at most so long for its chunk to fill: less while someone tails. */
  readonly sealAfterMs?: () => number;
  /** One pass reads about so much. */
  readonly maxBytesPerPass?: number;
  /** The agent's own pod, whose log is not read. */
  readonly ownPodUid?: string;
  /** How often folders are listed. */
  readonly listEveryMs?: number;
  /** A pod that the API server has not told of yet may be excluded: its log waits so long. */
  readonly strangerWaitMs?: number;
}

export interface LogTailerStats {
  readonly files: number;
  readonly lines: number;
  /** Read, in all. */
  readonly bytes: number;
  /** Written and not read yet. */
  readonly behindBytes: number;
  /** Bytes that went away before they were read. */
  readonly dropped: number;
  /** Lines longer than what is kept of one. */
  readonly truncated: number;
}

export interface LogTailer {
  start(): Promise<void>;
  /** One look at all files: reads what is new, up to `maxBytesPerPass`. */
  pass(): Promise<void>;
  /** Sends what is whole; what is held back is read again by the next run. */
  stop(): Promise<void>;
  stats(): LogTailerStats;
}
