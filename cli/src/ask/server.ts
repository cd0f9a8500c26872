// Asking a running Mosaic: its address, its answers, and its refusals in one line.

import { environment, integer, readSettings, setting, text } from '@mosaic/runtime';
import { problemSchema } from '@mosaic/wire';
import { EXIT, Unanswered } from '../exit.ts';
import { authorized } from '../people/token.ts';

const settings = {
  MOSAIC_URL: setting(text, 'address of the Mosaic that is asked; unset: this machine, at PORT'),
  PORT: setting(integer(1, 65_535), 'port of the Mosaic on this machine', 9000),
};

/** Of `--server`, else of the environment. Without a slash at the end. */
export function serverUrl(given: string | undefined): string {
  const { MOSAIC_URL, PORT } = readSettings(settings, environment());
  return (given ?? MOSAIC_URL ?? `http://127.0.0.1:${PORT}`).replace(/\/+$/, '');
}

export type Query = Readonly<Record<string, string | number | undefined>>;

/** A schema of `@mosaic/wire`. */
export interface Answer<T> {
  safeParse(body: unknown): { readonly success: true; readonly data: T } | { readonly success: false };
}

export interface Server {
  readonly url: string;
  /** A path below /api/v1. Throws `Unanswered`: for what is not known with code 3, for what is not kept any more with 4. */
  ask<T>(path: string, query: Query, answer: Answer<T>): Promise<T>;
  /** The same for what is no JSON, or more than is held: a body to be read as it comes. */
  open(path: string, query: Query): Promise<Response>;
  /** Makes, changes or removes something; `done` where nothing is answered. Throws as `ask` does. */
  send<T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, answer: Answer<T>): Promise<T>;
  done(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<void>;
}

const CODES: Readonly<Record<number, number>> = { 400: EXIT.usage, 404: EXIT.nothing, 410: EXIT.notCovered };

export function server(url: string, get: typeof fetch = authorized): Server {
  const answered = async (address: string, how?: RequestInit): Promise<Response> => {
    const response = await (how === undefined ? get(address) : get(address, how)).catch((cause: unknown) => {
      throw new Unanswered(
        `no Mosaic answers at ${url}; start one (mosaic start), or name it: --server URL, or MOSAIC_URL (${reasonOf(cause)})`,
      );
    });
    if (response.ok) return response;
    const body: unknown = await response.json().catch(() => undefined);
    throw refusal(response, body);
  };
  const open = async (path: string, query: Query): Promise<Response> => {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    return answered(`${url}/api/v1${path}?${search}`);
  };
  const sent = (method: string, path: string, body: unknown): Promise<Response> =>
    answered(`${url}/api/v1${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  const understood = async <T>(response: Response, path: string, answer: Answer<T>): Promise<T> => {
    const read = answer.safeParse(await response.json().catch(() => undefined));
    if (read.success) return read.data;
    throw new Unanswered(
      `${url} answers ${path} in a way this command does not know: is it a Mosaic of another version?`,
    );
  };
  return {
    url,
    open,
    ask: async (path, query, answer) => understood(await open(path, query), path, answer),
    send: async (method, path, body, answer) => understood(await sent(method, path, body), path, answer),
    async done(method, path, body) {
      await (await sent(method, path, body)).body?.cancel();
    },
  };
}

function refusal({ status, url }: Response, body: unknown): Unanswered {
  const problem = problemSchema.safeParse(body);
  const said = problem.success ? problem.data.detail : `${new URL(url).origin} answered ${status}`;
  return new Unanswered(said, CODES[status] ?? EXIT.error);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string };
  }; // what fetch throws
  return cause?.code ?? cause?.message ?? message;
}
