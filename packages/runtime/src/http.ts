// What an orchestrator asks any process: does it live, is it ready, how is it doing. `/livez`, `/readyz` and `/metrics` on node:http.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readiness } from '@mosaic/wire';
import { PROMETHEUS_TYPE } from './metrics.ts';

export interface Probes {
  health(): Promise<Readiness>;
  metrics(): string | Promise<string>;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A question to such a server that is no probe. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  /** At most 16 KiB; longer ones throw. */
  body(): Promise<string>;
}

const MOST_BODY_BYTES = 16 * 1024;

/** A readiness check that takes longer than this is an answer too: not ready. */
const READY_WITHIN_MS = 5_000;
const JSON_TYPE = 'application/json; charset=utf-8';

/** The answer to a probe's path; undefined for any other. Never throws. For servers that bring their own HTTP. */
export async function probeAnswer(path: string, probes: Probes): Promise<Answer | undefined> {
  if (path === '/livez') return { status: 200, type: 'text/plain; charset=utf-8', body: 'ok\n' };
  if (path === '/readyz') return readiness(probes);
  if (path !== '/metrics') return undefined;
  try {
    return { status: 200, type: PROMETHEUS_TYPE, body: await probes.metrics() };
  } catch (error) {
    return { status: 500, type: 'text/plain; charset=utf-8', body: `${reasonOf(error)}\n` };
  }
}

async function readiness(probes: Probes): Promise<Answer> {
  const ready = await withinTime(probes);
  const isOk = ready.status === 'ok';
  return {
    status: isOk ? 200 : 503,
    type: JSON_TYPE,
    body: `${JSON.stringify(ready)}\n`,
    ...(!isOk && { headers: { 'Retry-After': '5' } }),
  };
}

async function withinTime({ health }: Probes): Promise<Readiness> {
  const { promise: late, resolve } = Promise.withResolvers<Readiness>();
  const timer = setTimeout(resolve, READY_WITHIN_MS, unready(`no answer within ${READY_WITHIN_MS} ms`));
  try {
    return await Promise.race([health(), late]);
  } catch (error) {
    return unready(reasonOf(error));
  } finally {
    clearTimeout(timer);
  }
}

const unready = (detail: string): Readiness => ({
  status: 'unavailable',
  dependencies: { health: { status: 'unavailable', detail } },
});

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Readiness from the health of parts: ok when all are, else unavailable. A part that throws is unavailable. */
export async function readinessOf(
  parts: Readonly<Record<string, () => Promise<{ readonly ok: boolean; readonly detail?: string }>>>,
): Promise<Readiness> {
  const asked = Object.entries(parts).map(async ([name, ask]): Promise<[string, Readiness['dependencies'][string]]> => {
    const { ok, detail } = await ask().catch((error: unknown) => ({ ok: false, detail: reasonOf(error) }));
    return [name, { status: ok ? 'ok' : 'unavailable', ...(detail !== undefined && { detail }) }];
  });
  const dependencies = Object.fromEntries(await Promise.all(asked));
  const isOk = Object.values(dependencies).every(({ status }) => status === 'ok');
  return { status: isOk ? 'ok' : 'unavailable', dependencies };
}

export interface HealthServer {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** Listens; rejects when the address is taken. Port 0 takes a free one. */
export async function healthServer(
  options: Probes & {
    readonly host?: string;
    readonly port: number;
    /** Undefined: not for me. */
    readonly more?: (asked: Asked) => Promise<Answer | undefined>;
  },
): Promise<HealthServer> {
  const { host = '127.0.0.1', port } = options;
  const server = createServer(
    { requestTimeout: 10_000 },
    (request, response) => void answer(request, response, options),
  );
  await new Promise<void>((listening, failed) => server.once('error', failed).listen(port, host, listening));
  const bound = (server.address() as AddressInfo).port; // listening on TCP, so never a pipe's name
  return {
    port: bound,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  probes: Probes & { readonly more?: (asked: Asked) => Promise<Answer | undefined> },
): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const found = (await probeAnswer(path, probes)) ?? (await answered(probes.more, askedBy(request, path)));
  const { status, type, body, headers } = found ?? {
    status: 404,
    type: 'text/plain; charset=utf-8',
    body: 'here are /livez, /readyz and /metrics\n',
  };
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}

const askedBy = (request: IncomingMessage, path: string): Asked => ({
  method: request.method ?? 'GET',
  path,
  authorization: request.headers.authorization,
  async body() {
    const parts: Buffer[] = [];
    let size = 0;
    for await (const part of request as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > MOST_BODY_BYTES) throw new RangeError(`a body of more than ${MOST_BODY_BYTES} bytes`);
      parts.push(part);
    }
    return Buffer.concat(parts).toString('utf8');
  },
});

/** What `more` throws is the asker's to know, in a line. */
async function answered(
  more: ((asked: Asked) => Promise<Answer | undefined>) | undefined,
  asked: Asked,
): Promise<Answer | undefined> {
  try {
    return await more?.(asked);
  } catch (error) {
    const status = error instanceof RangeError ? 413 : 500;
    return { status, type: JSON_TYPE, body: `${JSON.stringify({ message: reasonOf(error) })}\n` };
  }
}
