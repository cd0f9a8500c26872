// The doors for what users already run: fluent-bit, Prometheus remote write, OTLP over HTTP. A handler over Node's own request and response,
// so that the receiver serves it on a port of its own and `npm start` beside the page.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log, MetricsRegistry } from '@mosaic/runtime';
import { CannotWrite, type Store } from '@mosaic/store';
import type { Transport } from '@mosaic/transport';
import { type Compression, Unavailable } from '@mosaic/wire';
import { type Filing, intakeFiling } from './filing.ts';
import { answerQuery } from './fluent-bit/query.ts';
import { answerHealth, answerWrite } from './fluent-bit/write.ts';
import { answerOtlp } from './otlp/otlp.ts';
import { type SpanHalves, spanHalves } from './otlp/span-halves.ts';
import { answerRemoteWrite } from './prometheus/remote-write.ts';
import { IntakeRefusal, notReady } from './refusal.ts';
import { requestTally } from './request-tally.ts';
import { type Whose, whose } from './whose.ts';

export interface IntakeParts {
  readonly store: Store;
  readonly transport: Transport;
  readonly compression: Compression;
  readonly log: Log;
  readonly metrics: MetricsRegistry;
  /** Off loopback every intake wants a token of its cluster; on loopback once there are users. */
  readonly wantsToken: boolean;
  readonly now?: () => number;
  /** Batches in hand at once; beyond it 429. */
  readonly atOnce?: number;
}

export interface Doors {
  readonly store: Store;
  readonly whose: Whose;
  readonly filing: Filing;
  readonly halves: SpanHalves;
  readonly now: () => number;
}

export interface Intakes {
  /** False when the path is not one of these doors: somebody else answers. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
}

type Answer = (doors: Doors, request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  '/write': { POST: answerWrite, GET: answerHealth },
  '/query': { GET: (doors, request, response, url) => answerQuery(doors, url, request, response) },
  '/api/v1/write': { POST: answerRemoteWrite },
  '/v1/logs': { POST: answerOtlp('logs') },
  '/v1/metrics': { POST: answerOtlp('metrics') },
  '/v1/traces': { POST: answerOtlp('traces') },
};

/** Each holds a body of up to 16 MiB. */
const AT_ONCE = 16;

export function intakes(parts: IntakeParts): Intakes {
  const { store, log, metrics, wantsToken, now = Date.now, atOnce = AT_ONCE } = parts;
  const doors: Doors = {
    store,
    now,
    whose: whose({ store, wantsToken, now }),
    filing: intakeFiling(parts),
    halves: spanHalves(now),
  };
  const told = requestTally(metrics);
  let under = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> => {
    const route = ROUTES[url.pathname] ?? {};
    const handle = route[request.method ?? ''];
    if (handle === undefined) {
      const allow = Object.keys(route).join(', ');
      throw new IntakeRefusal(
        405,
        'not done here',
        `${request.method} is not done at ${url.pathname}; it answers ${allow}`,
        {
          Allow: allow,
        },
      );
    }
    if (under >= atOnce)
      throw new IntakeRefusal(429, 'too many at once', `${atOnce} requests are in hand already`, {
        'Retry-After': '1',
      });
    under++;
    try {
      await handle(doors, request, response, url);
    } finally {
      under--;
    }
  };
  return {
    handle(request, response) {
      const url = new URL(request.url ?? '/', 'http://intake');
      if (!Object.hasOwn(ROUTES, url.pathname)) return false;
      told.time(request, response, url.pathname);
      answer(request, response, url).catch((error: unknown) => refuse(error, request, response, log));
      return true;
    },
  };
}

function refuse(error: unknown, request: IncomingMessage, response: ServerResponse, log: Log): void {
  const { status, title, message, headers } = refusalOf(error);
  if (status >= 500) log.error('intake failed', { path: request.url, status, error });
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = JSON.stringify({ message: title, detail: message });
  response.writeHead(status, {
    ...headers,
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
  // What was not read of the body is not waited for.
  if (status === 413) response.once('finish', () => request.destroy());
  else request.resume();
}

function refusalOf(error: unknown): IntakeRefusal {
  if (error instanceof IntakeRefusal) return error;
  if (error instanceof Unavailable) return notReady(error.message);
  if (error instanceof CannotWrite) return notReady(error.message);
  return new IntakeRefusal(500, 'store failure', error instanceof Error ? error.message : String(error));
}
