// Whether a request was made for this server and by its own page.

import type { IncomingMessage } from 'node:http';
import { Refused } from '../asking/problem.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/**
 * Refuses DNS rebinding: a foreign name in `Host`. A loopback name with any port is ours: port forwards (ssh -L, kubectl port-forward) change it.
 * Without users whoever reaches us is the local administrator, so this is what stands between a foreign page and them.
 */
export function ownHost({ headers: { host } }: IncomingMessage): void {
  if (host === undefined || !isOurs(host)) throw refused('Host', host);
}

/** Refuses foreign pages: an `Origin` must equal the `Host` (a page from another port is another program), and what a browser calls cross-site is. */
export function ownPage(request: IncomingMessage): void {
  const { origin } = request.headers;
  if (origin !== undefined && !isSame(origin, request)) throw refused('Origin', origin);
  if (isForeignFetch(request)) throw refused('Sec-Fetch-Site', 'cross-site');
}

/** Of a change that a browser's cookie allows, it must be known that our page made it. Every browser since 2020 tells one or the other. */
export function surelyOwnPage(request: IncomingMessage): void {
  const { method = 'GET', headers } = request;
  if (READING.has(method) || headers.origin !== undefined || headers['sec-fetch-site'] === 'same-origin') return;
  throw new Refused(
    403,
    'a change by a session’s cookie needs Origin or Sec-Fetch-Site, which browsers send; a program signs in with an API token instead',
  );
}

/** A link followed from another page is a person's wish; a script's or image's request is not (W3C Fetch Metadata). */
const isForeignFetch = ({ headers, method }: IncomingMessage): boolean =>
  headers['sec-fetch-site'] === 'cross-site' && !(headers['sec-fetch-mode'] === 'navigate' && method === 'GET');

function isOurs(host: string): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host);
  const name = match?.[1]?.toLowerCase() ?? '';
  return LOOPBACK.has(name) || isLoopback(name);
}

/** A proxy in front may tell the name it was called by; no foreign page can send that header without asking first, which is never granted. */
function isSame(origin: string, { headers }: IncomingMessage): boolean {
  const named = /^https?:\/\/(.+)$/i.exec(origin)?.[1]?.toLowerCase();
  return [headers.host, headers['x-forwarded-host']].some((host) => named === String(host ?? '').toLowerCase());
}

const refused = (header: string, got: string | undefined): Refused =>
  new Refused(
    403,
    `${header} ${got ?? '(none)'} is not this server; open it by its own address, such as http://localhost with its port`,
  );
