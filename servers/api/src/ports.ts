// What the API is made of: its ports, its settings, its tokens.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log, MetricsRegistry, Telemetry } from '@mosaic/runtime';
import type { Store } from '@mosaic/store';
import type { Transport } from '@mosaic/transport';
import type { Compression } from '@mosaic/wire';
import type { AgentRules } from './enrolment/agent-rules.ts';

export interface PodLogOptions {
  readonly container?: string;
  readonly previous?: boolean;
  /** Lines. */
  readonly tail?: number;
  readonly sinceSeconds?: number;
  readonly timestamps?: boolean;
  readonly signal?: AbortSignal;
}

/** Reads a running cluster on demand, where this process can reach its API server. */
export interface LiveReader {
  /** Lines; with `timestamps` each begins with an RFC 3339 instant and a blank. Throws what the cluster answered (`code` or `statusCode`: 404, 400, 403). */
  podLogs(cluster: number, namespace: string, pod: string, options: PodLogOptions): AsyncIterable<string>;
  /** Whether this cluster can be reached from here; every cluster when absent. */
  reaches?(cluster: number): boolean;
}

/** How far the playground's past is written. */
export interface BackfillProgress {
  /** 0…1 of one cluster; undefined when nothing is under way. */
  of(cluster: number): number | undefined;
  /** Of all together; 1 when done. */
  overall(): number;
}

export interface ApiSettings {
  readonly host: string;
  readonly port: number;
  /** What keeps the past: told by /storage. Default embedded. */
  readonly adapter?: 'embedded' | 'cassandra' | 'memory';
  /** File of the key that reports are signed with, made when missing; without it the key lives as long as the process. */
  readonly reportKey?: string;
  /** Holds the password of `admin`, who is made from it when there is no user. */
  readonly adminPasswordFile?: string;
  /** Where agents find the brokers, told to those that join. */
  readonly agentBrokers?: readonly string[];
  /** Folder of the authority that signs their client certificates. */
  readonly agentAuthority?: string;
  /** The built page; without it only the API answers. */
  readonly uiDir?: string;
}

export interface ApiParts {
  readonly store: Store;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly settings: ApiSettings;
  readonly version: string;
  readonly now?: () => number;
  readonly live?: LiveReader;
  readonly progress?: BackfillProgress;
  /** Shared with others of this process, so that /metrics tells of all of them. */
  readonly metrics?: MetricsRegistry;
  /** Traces and metrics of ourselves; off when absent. */
  readonly telemetry?: Telemetry;
  /** What agents may do on the road; nothing is asked of it when absent. */
  readonly agentRules?: AgentRules;
  /** Shares the port: the intakes, in `npm start`. */
  readonly neighbour?: Neighbour;
  /** Clusters served by this very process: their agents are at hand. For display only. */
  readonly localClusters?: () => readonly number[];
}

/** Answers some paths before the API does; false for those it leaves to it. */
export interface Neighbour {
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

export type Now = () => number;
