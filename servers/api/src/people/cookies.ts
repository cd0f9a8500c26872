// The session's cookie: out of reach of scripts, sent by our own pages and by links to them, over TLS where the page came over TLS.

import type { IncomingMessage } from 'node:http';

const PLAIN = 'mosaic_session';
/** Browsers refuse a cookie of this name that is not Secure and of this very host. */
const OVER_TLS = '__Host-mosaic_session';

/** TLS ends here, or at a proxy that says so. */
export const isOverTls = ({ socket, headers }: IncomingMessage): boolean =>
  ('encrypted' in socket && socket.encrypted === true) ||
  String(headers['x-forwarded-proto'] ?? '')
    .split(',')[0]
    ?.trim() === 'https';

export function sessionCookie(request: IncomingMessage, secret: string, seconds: number): string {
  const isSecure = isOverTls(request);
  const about = `Path=/; Max-Age=${Math.floor(seconds)}; HttpOnly; SameSite=Lax`;
  return `${isSecure ? OVER_TLS : PLAIN}=${secret}; ${about}${isSecure ? '; Secure' : ''}`;
}

export const goneCookie = (request: IncomingMessage): string => sessionCookie(request, '', 0);

export function sessionIn(request: IncomingMessage): string | undefined {
  const wanted = isOverTls(request) ? OVER_TLS : PLAIN;
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = part.trim().split('=', 2);
    if (name === wanted && value !== '') return value;
  }
  return undefined;
}
