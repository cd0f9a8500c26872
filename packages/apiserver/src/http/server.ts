// A server of its own around the handler, on loopback unless told otherwise.
import { createServer } from 'node:http';
import type { ObjectSource } from '../port.ts';
import { type ApiOptions, apiHandler, type PlaceOf } from './handler.ts';

export interface ApiServer {
  readonly url: string;
  readonly port: number;
  /** Ends watches and waits until the port is free. */
  close(): Promise<void>;
}

export interface ApiServerOptions extends ApiOptions {
  readonly host?: string;
  /** 0 (default) takes any free port. */
  readonly port?: number;
}

/** Listens, and resolves when it does. Rejects when the port is taken. */
export async function apiServer(source: ObjectSource | PlaceOf, options: ApiServerOptions = {}): Promise<ApiServer> {
  const { host = '127.0.0.1', port = 0, ...rest } = options;
  const server = createServer({ keepAliveTimeout: 65_000, maxHeaderSize: 32 * 1024 }, apiHandler(source, rest));
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(port, host, listening);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}${rest.prefix ?? ''}`,
    port: actual,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
