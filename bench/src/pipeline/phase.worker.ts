// One phase of the distributed measurement in a process of its own: A raw Kafka, B raw Cassandra, or the agent's side of C.

import { rawCassandra } from './raw-cassandra.ts';
import { rawKafka } from './raw-kafka.ts';
import { replay } from './replay.ts';

/** By environment variable PHASE, JSON. */
export interface PhaseOptions {
  readonly phase: 'a' | 'b' | 'c';
  /** Of `keepSealed`. */
  readonly sealed: string;
  readonly repeats: number;
  readonly name: string;
  readonly cluster: number;
  readonly brokers: string;
  readonly cassandra: {
    readonly host: string;
    readonly port: number;
    readonly datacenter: string;
    readonly keyspace: string;
  };
  readonly keyFile: string;
  readonly folder: string;
}

export type PhaseTold =
  | { readonly done: { readonly bytes: number; readonly seconds: number; readonly lines: number } }
  | { readonly underWay: UnderWay }
  | {
      readonly sent: {
        readonly source: string;
        readonly boot: string;
        readonly chunks: number;
        readonly startedAt: number;
      } & Sizes;
    };

/** Of phase C, told several times a second. */
export interface UnderWay {
  readonly source: string;
  readonly boot: string;
  /** Chunks in the spool or further. */
  readonly spooled: number;
  readonly acknowledged: number;
}

export interface Sizes {
  readonly bytes: number;
  readonly lines: number;
}

const options = JSON.parse(process.env.PHASE ?? '{}') as PhaseOptions; // as the bench starts it
const tell = (told: PhaseTold): void => void process.send?.(told);
process.on('disconnect', () => process.exit(0));
if (options.phase === 'a') tell({ done: await rawKafka(options) });
else if (options.phase === 'b') tell({ done: await rawCassandra(options) });
else await replay(options, tell);
process.disconnect();
