// A session with Cassandra: prepared, idempotent statements, many in flight; a server out of reach is `Unavailable`, nothing else.

import type { ConnectionOptions } from 'node:tls';
import { Unavailable } from '@mosaic/wire';
import { auth, Client, errors, policies, types } from 'cassandra-driver';

export type Value =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly string[]
  | Readonly<Record<number, string>>
  | undefined
  | null;
export type Row = types.Row;

export interface Session {
  /** Idempotent statements only: they are sent again when an answer stays away. Throws `Unavailable`. */
  run(cql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /** One page of an answer, so that a table of any size fits in memory. `from`: where the page before ended. */
  page(
    cql: string,
    values: readonly Value[],
    about: { readonly size: number; readonly from?: string },
  ): Promise<RowsPage>;
  /** A counter's update: never sent twice, so an answer that stays away may mean either. */
  count(cql: string, values: readonly Value[]): Promise<void>;
  /** A lightweight transaction: whether it was applied, and the row that was there instead. */
  decide(cql: string, values: readonly Value[]): Promise<{ readonly applied: boolean; readonly row?: Row }>;
  /** Many rows with one statement, at most `IN_FLIGHT` at a time. */
  runAll(writes: readonly (readonly [cql: string, values: readonly Value[]])[]): Promise<void>;
  isUp(): boolean;
  close(): Promise<void>;
}

export interface RowsPage {
  readonly rows: readonly Row[];
  /** Undefined on the last one. */
  readonly next?: string;
}

export interface SessionOptions {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly datacenter: string;
  readonly keyspace?: string;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: ConnectionOptions;
}

const IN_FLIGHT = 128;
/** An answer later than this counts as none: the API says 503 rather than hang. */
const READ_TIMEOUT_MS = 3_000;
const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_EVERY_MS = 1_000;
/** Rows of one page; a page of state bodies is bounded by its partition. */
const FETCH_SIZE = 2_000;

/** Throws `Unavailable` when no host answers. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const client = new Client(clientOptions(options));
  guardRefresh(client);
  try {
    await client.connect();
  } catch (error) {
    await client.shutdown().catch(() => {}); // the connection's own failure is the one to tell
    throw told(error);
  }
  return sessionOf(client);
}

/**
 * When a line flaps, two refreshes of the driver's control connection may run at once; one resets the host under the other, which throws where
 * nobody waits (cassandra-driver 4.10, `control-connection.js`): a rejection that would end the process. It is tried again instead.
 */
function guardRefresh(client: Client): void {
  interface Control {
    _refresh?: (hosts?: unknown) => Promise<void>;
    readonly _isShuttingDown?: boolean;
  }
  const control = (client as unknown as { readonly controlConnection?: Control }).controlConnection; // not among its types
  const refresh = control?._refresh;
  if (control === undefined || refresh === undefined) return;
  control._refresh = async (hosts) => {
    try {
      await refresh.call(control, hosts);
    } catch {
      if (!control._isShuttingDown) setTimeout(() => void control._refresh?.(), RECONNECT_EVERY_MS).unref();
    }
  };
}

function clientOptions({ hosts, port, datacenter, keyspace, user, password, tls }: SessionOptions) {
  return {
    contactPoints: [...hosts],
    localDataCenter: datacenter,
    protocolOptions: { port },
    ...(keyspace !== undefined && { keyspace }),
    ...(user !== undefined && { authProvider: new auth.PlainTextAuthProvider(user, password ?? '') }),
    // The driver itself would take any certificate.
    ...(tls && { sslOptions: { rejectUnauthorized: true, ...tls } }),
    encoding: { useUndefinedAsUnset: true, copyBuffer: false },
    pooling: { coreConnectionsPerHost: { 0: 2, 1: 1 }, maxRequestsPerConnection: 2048, heartBeatInterval: 5_000 },
    // Frames up to this size leave together: chunks of 64 KiB are their own frame, index rows share one.
    socketOptions: {
      coalescingThreshold: 65_536,
      readTimeout: READ_TIMEOUT_MS,
      // One answer that stayed away and the connection is given up: a dead line looks just like that.
      defunctReadTimeoutThreshold: 0,
      connectTimeout: CONNECT_TIMEOUT_MS,
      tcpNoDelay: true,
    },
    policies: {
      reconnection: new policies.reconnection.ConstantReconnectionPolicy(RECONNECT_EVERY_MS),
      retry: new OnceMore(),
    },
    queryOptions: {
      consistency: types.consistencies.localQuorum,
      serialConsistency: types.consistencies.localSerial,
      prepare: true,
      isIdempotent: true,
      fetchSize: FETCH_SIZE,
    },
    isMetadataSyncEnabled: false,
  };
}

/** What got no answer is asked once more, over another connection of the same host: the first may have died with nobody telling. */
class OnceMore extends policies.retry.RetryPolicy {
  override onRequestError(
    info: policies.retry.OperationInfo,
    consistency: types.consistencies,
  ): policies.retry.DecisionInfo {
    return this.retryResult(consistency, info.nbRetry < 1);
  }
}

function sessionOf(client: Client): Session {
  const execute = async (cql: string, values: readonly Value[], options: object): Promise<types.ResultSet> => {
    try {
      return await client.execute(cql, values.map(bound), options);
    } catch (error) {
      throw told(error);
    }
  };

  const run = async (cql: string, values: readonly Value[] = []): Promise<readonly Row[]> => {
    const rows: Row[] = [];
    let pageState: string | undefined;
    do {
      const page = await execute(cql, values, pageState === undefined ? {} : { pageState });
      if (pageState === undefined && !page.pageState) return page.rows ?? [];
      for (const row of page.rows) rows.push(row);
      pageState = page.pageState;
    } while (pageState);
    return rows;
  };

  return {
    run,
    async page(cql, values, { size, from }) {
      const { rows, pageState } = await execute(cql, values, {
        fetchSize: size,
        ...(from !== undefined && { pageState: from }),
      });
      return { rows, ...(pageState && { next: pageState }) };
    },
    async decide(cql, values) {
      const result = await execute(cql, values, { isIdempotent: false });
      const row = result.first();
      return { applied: result.wasApplied(), ...(row && { row }) };
    },
    async count(cql, [amount, ...rest]) {
      await execute(cql, [types.Long.fromNumber(Number(amount)) as unknown as Value, ...rest], { isIdempotent: false }); // a counter's step is a bigint
    },
    async runAll(writes) {
      const left = writes[Symbol.iterator]();
      const drain = async (): Promise<void> => {
        for (const [cql, values] of left) await execute(cql, values, {});
      };
      await Promise.all(Array.from({ length: Math.min(IN_FLIGHT, writes.length) }, drain));
    },
    isUp: () => client.getState().getConnectedHosts().length > 0,
    close: () => client.shutdown(),
  };
}

/** The driver takes Buffers; a view costs no copy. */
const bound = (value: Value): unknown =>
  value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;

/** Server errors that mean "not now": unavailable, overloaded, bootstrapping, timeouts and failures of replicas. */
const NOT_NOW = new Set([0x1000, 0x1001, 0x1002, 0x1100, 0x1200, 0x1300, 0x1500]);

function told(error: unknown): unknown {
  const isAway =
    error instanceof errors.NoHostAvailableError ||
    error instanceof errors.OperationTimedOutError ||
    error instanceof errors.BusyConnectionError ||
    (error instanceof errors.ResponseError && NOT_NOW.has(error.code));
  if (isAway) return new Unavailable(`Cassandra does not answer: ${(error as Error).message}`, { cause: error });
  return error;
}

// What comes back: timestamps as Date, bigints as Long, blobs as Buffer, absent cells as null.

export const numberOf = (cell: unknown): number => {
  if (cell instanceof Date) return cell.getTime();
  return typeof cell === 'number' ? cell : (cell as types.Long).toNumber(); // bigint columns come as Long
};
export const maybeNumber = (cell: unknown): number | undefined =>
  cell === null || cell === undefined ? undefined : numberOf(cell);
export const textOf = (cell: unknown): string => (typeof cell === 'string' ? cell : '');
export const maybeText = (cell: unknown): string | undefined => (typeof cell === 'string' ? cell : undefined);
export const bytesOf = (cell: unknown): Uint8Array => (cell instanceof Uint8Array ? cell : new Uint8Array(0));
