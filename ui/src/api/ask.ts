// One way to ask the server: JSON, problem details, Retry-After.

import type { Problem } from '@mosaic/wire';
import { signedOut } from '../sign-in/signed-out.ts';
import { Unanswered } from './problem.ts';

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;
export type Fetch = typeof fetch;

export function address(path: string, query: Query = {}): string {
  const said = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [`${key}=${encodeURIComponent(String(value))}`],
  );
  return said.length === 0 ? path : `${path}?${said.join('&')}`;
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}

async function refusal(response: Response): Promise<Unanswered> {
  let problem: Problem | undefined;
  try {
    const body: unknown = await response.json();
    // the API's own errors have this shape; a proxy's may not, then the status alone speaks
    if (typeof body === 'object' && body !== null && 'detail' in body && 'title' in body) problem = body as Problem;
  } catch {
    problem = undefined;
  }
  return new Unanswered(response.status, problem, retryAfter(response));
}

/** The answer, parsed. Throws Unanswered; an aborted question throws the AbortError. What hangs longer than `patienceMs` counts as unanswered. The shape is
 * the server's promise (`@mosaic/wire`). */
export const ask = <T>(
  fetcher: Fetch,
  path: string,
  query: Query,
  signal?: AbortSignal,
  patienceMs?: number,
): Promise<T> =>
  answered(fetcher, address(path, query), { headers: { accept: 'application/json' } }, signal, patienceMs);

/** Sets something; the answer is its new state. Throws as `ask` does. */
export const put = <T>(fetcher: Fetch, path: string, body: unknown): Promise<T> => {
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return answered(fetcher, path, { method: 'PUT', headers, body: JSON.stringify(body) });
};

/** Makes, changes or removes something. Throws as `ask` does. */
export const send = <T>(
  fetcher: Fetch,
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<T> => {
  const headers = { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) };
  return answered(fetcher, path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
};

async function answered<T>(
  fetcher: Fetch,
  url: string,
  how: RequestInit,
  signal?: AbortSignal,
  patienceMs?: number,
): Promise<T> {
  const hung = new AbortController();
  const patience = patienceMs === undefined ? undefined : setTimeout(() => hung.abort(), patienceMs);
  try {
    const response = await fetcher(url, { ...how, signal: either(signal, hung.signal) });
    if (response.status === 401) signedOut();
    if (!response.ok) throw await refusal(response);
    if (response.status === 204) return undefined as T; // who asks for nothing expects nothing
    return (await response.json()) as T;
  } catch (error) {
    if (error instanceof Unanswered || signal?.aborted) throw error;
    // no server, one that fell silent, or a body that was cut off on its way
    throw new Unanswered(0, undefined, undefined, error);
  } finally {
    clearTimeout(patience);
  }
}

const either = (asked: AbortSignal | undefined, hung: AbortSignal): AbortSignal =>
  asked === undefined ? hung : AbortSignal.any([asked, hung]);
