// Asking a running Mosaic: its address, its answers, and its refusals in one line.

import { environment, integer, readSettings, setting, text } from '@mosaic/runtime';
import { problemSchema } from '@mosaic/wire';
import { EXIT, Unanswered } from '../exit.ts';

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
}

const CODES: Readonly<Record<number, number>> = { 400: EXIT.usage, 404: EXIT.nothing, 410: EXIT.notCovered };

export function server(url: string, get: typeof fetch = fetch): Server {
  const open = async (path: string, query: Query): Promise<Response> => {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    );
    const response = await get(`${url}/api/v1${path}?${search}`).catch((cause: unknown) => {
      throw new Unanswered(
        `no Mosaic answers at ${url}; start one (mosaic start), or name it: --server URL, or MOSAIC_URL (${reasonOf(cause)})`,
      );
    });
    if (response.ok) return response;
    const body: unknown = await response.json().catch(() => undefined);
    throw refusal(response, body);
  };
  return {
    url,
    open,
    async ask(path, query, answer) {
      const body: unknown = await (await open(path, query)).json().catch(() => undefined);
      const read = answer.safeParse(body);
      if (!read.success)
        throw new Unanswered(
          `${url} answers ${path} in a way this command does not know: is it a Mosaic of another version?`,
        );
      return read.data;
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
