// Bound to loopback without users the visitor is the local administrator: so a request must have been made for this server, by its own page.

import type { NextFunction, Request, Response } from 'express';
import { Refused } from '../asking/problem.ts';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** Throws when the address asks for users that do not exist. */
export function refuseOpenDoors(host: string): void {
  if (isLoopback(host)) return;
  throw new Error(
    `HOST=${host} is not a loopback address and no user is configured: everybody who reaches it would be administrator. Set HOST=127.0.0.1 and forward the port, or put a signing-in proxy in front of it.`,
  );
}

/**
 * Refuses DNS rebinding (a foreign name in `Host`) and foreign pages (a foreign `Origin`). A loopback name with any port is ours: port forwards
 * (ssh -L, kubectl port-forward) change it; but a page from another local port is another program, so an `Origin` must equal the `Host`.
 */
export function hostGuard(request: Request, _: Response, next: NextFunction): void {
  const { host, origin } = request.headers;
  if (host === undefined || !isOurs(host)) throw refused('Host', host);
  if (origin !== undefined && !isSame(origin, host)) throw refused('Origin', origin);
  if (isForeignFetch(request)) throw refused('Sec-Fetch-Site', 'cross-site');
  next();
}

/** A link followed from another page is a person's wish; a script's or image's request is not (W3C Fetch Metadata). */
const isForeignFetch = ({ headers, method }: Request): boolean =>
  headers['sec-fetch-site'] === 'cross-site' && !(headers['sec-fetch-mode'] === 'navigate' && method === 'GET');

function isOurs(host: string): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:]+)(?::\d{1,5})?$/i.exec(host);
  const name = match?.[1]?.toLowerCase() ?? '';
  return LOOPBACK.has(name) || isLoopback(name);
}

function isSame(origin: string, host: string): boolean {
  const match = /^https?:\/\/(.+)$/i.exec(origin);
  return match?.[1]?.toLowerCase() === host.toLowerCase() && isOurs(host);
}

const refused = (header: string, got: string | undefined): Refused =>
  new Refused(403, `${header} ${got ?? '(none)'} is not this server; open it as http://localhost with its port`);
