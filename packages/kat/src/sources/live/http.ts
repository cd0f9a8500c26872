// One request to an API server: credentials and TLS as the kubeconfig says, errors typed, bodies bounded.

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { KubeConfig } from '@kubernetes/client-node';
import { type Asked, errorOf, TooLarge, Unreachable } from './errors.ts';

/** A page of 500 large ConfigMaps passes; whoever gets `TooLarge` asks for fewer. */
export const MOST_ANSWER_BYTES = 64 * 1024 * 1024;
const ANSWER_WITHIN_MS = 60_000;
const MOST_ERROR_BYTES = 64 * 1024;

export interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly asked: Asked;
  readonly signal?: AbortSignal | undefined;
  /** To the answer's head. */
  readonly withinMs?: number;
}

export interface Http {
  /** The answer's body as it comes; not bounded in time. */
  stream(question: Question): Promise<Readable>;
  /** The whole answer, parsed. */
  json(question: Question): Promise<unknown>;
  close(): void;
}

export function http(config: () => Promise<KubeConfig>): Http {
  const agents = new Set<HttpAgent>();

  const optionsFor = async (url: URL, question: Question, body: string | undefined): Promise<RequestOptions> => {
    const options: RequestOptions = {};
    await (await config()).applyToHTTPSOptions(options);
    keepAlive(options, agents);
    return {
      ...options,
      method: question.method ?? 'GET',
      headers: {
        ...options.headers,
        accept: question.accept ?? 'application/json',
        'accept-encoding': 'gzip',
        'user-agent': 'mosaic',
        ...(body !== undefined && {
          'content-type': question.contentType ?? 'application/json',
          'content-length': Buffer.byteLength(body),
        }),
      },
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      path: url.pathname + url.search,
    };
  };

  const answer = async (question: Question, again = true): Promise<IncomingMessage> => {
    const url = await urlOf(config, question);
    const body = question.body === undefined ? undefined : JSON.stringify(question.body);
    const options = await optionsFor(url, question, body);
    const response = await send(url, options, body, question).catch((error: unknown) => {
      // A kept connection may have been closed by the server meanwhile: asking is harmless to repeat.
      if (again && error instanceof StaleSocket && options.method === 'GET') return undefined;
      throw error instanceof StaleSocket ? error.unreachable : error;
    });
    if (response === undefined) return answer(question, false);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw errorOf(status, await statusIn(response), question.asked, response.headers['retry-after']);
  };

  return {
    stream: async (question) => inflated(await answer(question)),
    async json(question) {
      const text = (await collect(inflated(await answer(question)), MOST_ANSWER_BYTES)).toString('utf8');
      return text === '' ? undefined : JSON.parse(text);
    },
    close: () => {
      for (const agent of agents) agent.destroy();
    },
  };
}

/** `pipeline` ends the one when the other ends, be it by an error. */
const inflated = (response: IncomingMessage): Readable =>
  response.headers['content-encoding'] === 'gzip' ? pipeline(response, createGunzip(), () => {}) : response;

async function urlOf(config: () => Promise<KubeConfig>, { path, query = {} }: Question): Promise<URL> {
  const server = (await config()).getCurrentCluster()?.server ?? '';
  const url = new URL(server.replace(/\/$/, '') + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

/** The library's agents open a connection per request; ours are kept for the next one. */
function keepAlive({ agent }: RequestOptions, agents: Set<HttpAgent>): void {
  if (!(agent instanceof HttpAgent) || agents.has(agent)) return;
  Object.assign(agent, { keepAlive: true, maxFreeSockets: 4 });
  agents.add(agent);
}

class StaleSocket extends Error {
  readonly unreachable: Unreachable;
  constructor(unreachable: Unreachable) {
    super(unreachable.message, { cause: unreachable });
    this.unreachable = unreachable;
  }
}

function send(
  url: URL,
  options: RequestOptions,
  body: string | undefined,
  question: Question,
): Promise<IncomingMessage> {
  const { signal, withinMs = ANSWER_WITHIN_MS } = question;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'http:' ? httpRequest : httpsRequest)({ ...options, ...(signal && { signal }) });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${withinMs / 1000} s`)), withinMs);
    request.once('response', (response) => {
      clearTimeout(timer);
      resolve(response);
    });
    request.once('error', (cause) => {
      clearTimeout(timer);
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const lost = new Unreachable(`${url.host} does not answer: ${cause.message || String(cause)}`, 0, 'Unreachable', {
        cause,
      });
      reject(request.reusedSocket ? new StaleSocket(lost) : lost);
    });
    request.end(body);
  });
}

async function statusIn(response: IncomingMessage): Promise<Record<string, unknown>> {
  const text = await collect(inflated(response), MOST_ERROR_BYTES).then(
    (bytes) => bytes.toString('utf8'),
    () => '',
  );
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}; // neither null nor scalar
  } catch {
    return { message: text.trim().slice(0, 500) || `HTTP ${response.statusCode}` };
  }
}

async function collect(body: Readable, most: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of body as AsyncIterable<Buffer>) {
      // no encoding is set
      length += part.length;
      if (length > most) throw new TooLarge(`an answer over ${most} bytes`, 0, 'TooLarge');
      parts.push(part);
    }
  } catch (cause) {
    body.destroy();
    if (cause instanceof TooLarge) throw cause;
    throw new Unreachable(`the answer broke off after ${length} bytes`, 0, 'Unreachable', { cause });
  }
  return Buffer.concat(parts);
}
