// A container's output: lines with nanosecond instants, kept apart by pod life, container and restart.

import { hash64 } from './ids.ts';

export const LOG_LEVELS = ['unknown', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const CHANNELS = ['stdout', 'stderr'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Whose output it is. A restarted container writes another stream. */
export interface LogStream {
  /** `streamId` of the rest. */
  readonly id: number;
  readonly namespace: string;
  readonly pod: string;
  /** Empty when who sent it did not say. */
  readonly podUid: string;
  readonly container: string;
  /** The container's restart count, where it is known: `previous` is the one below the greatest. */
  readonly restart: number;
  readonly node: string;
  /** Topmost owner, `Deployment/checkout`, where the sender knows it. */
  readonly workload?: string | undefined;
}

export interface LogLine {
  readonly stream: number;
  /** Epoch ms, and the nanoseconds within that millisecond (0…999 999). */
  readonly at: number;
  readonly nanos: number;
  readonly channel: Channel;
  readonly level: LogLevel;
  /** Without its line break; a joined multi-line record has the breaks inside. */
  readonly text: string;
  /** `patternId` of its template; 0 = none was computed. */
  readonly pattern: number;
}

/** 52 bits of the name's hash: a safe integer in JavaScript, a bigint in CQL. */
export const streamId = ({ namespace, pod, podUid, container, restart }: Omit<LogStream, 'id' | 'node'>): number =>
  hash52(`${namespace}/${pod}/${podUid}/${container}/${restart}`);

/** Of a template such as `GET /cart/<*> took <*> ms`. */
export const patternId = (template: string): number => hash52(template);

const hash52 = (text: string): number => Number(BigInt.asUintN(52, hash64(text)));

/** `levels` of a log chunk's index: one bit per level that occurs in it. */
export const levelBit = (level: LogLevel): number => 1 << LOG_LEVELS.indexOf(level);
