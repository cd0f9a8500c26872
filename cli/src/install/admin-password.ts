// The administrator's password: the servers keep a hash of it, so a new one is set there and written to its place as one deed.

import { randomBytes } from 'node:crypto';
import { UsageError } from '../exit.ts';
import type { Credential } from './catalogue.ts';
import type { Files, Home } from './home.ts';

const PASSWORD_BYTES = 32;
const ANSWER_WITHIN_MS = 15_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

export const newPassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');

/**
 * `server`: where it answers; https, or an address of this machine such as a forwarded port. Both passwords are kept while it is being told, so
 * an interruption locks nobody out: the next run signs in with whichever holds. Throws what the server says.
 */
export async function renewAdministrator(
  { places, user, name }: Credential,
  home: Home,
  server: string,
): Promise<void> {
  const url = sureUrl(server);
  const [place] = places;
  const kept = await home.read(place);
  const { username = 'admin', password, 'previous.password': before } = kept?.files ?? {};
  if (kept === undefined || password === undefined) throw new UsageError(`there is no ${name} to rotate: mosaic init`);
  const { token, current } = await signIn(url, username, before === undefined ? [password] : [password, before]);
  const next = newPassword();
  const write = async (files: Files): Promise<void> => {
    const now = await home.read(place);
    if (now !== undefined) await home.replace(place, files, { isCertificate: false, user }, now);
  };
  await write({ username, password: next, 'previous.password': current });
  const asked = { password: next, current };
  await ask(url, 'PUT', `/users/${encodeURIComponent(username)}/password`, asked, token);
  await write({ username, password: next });
  await ask(url, 'DELETE', '/sessions/current', undefined, token);
}

async function signIn(
  url: string,
  name: string,
  passwords: readonly string[],
): Promise<{ readonly token: string; readonly current: string }> {
  let refusal: unknown;
  for (const password of passwords) {
    try {
      const answer = await ask(url, 'POST', '/sessions', { name, password, bearer: true });
      const { token } = answer as { readonly token?: unknown }; // read without trust
      if (typeof token === 'string') return { token, current: password };
      refusal = new Error(`${url} answers in a way this command does not know`);
    } catch (error) {
      refusal = error;
    }
  }
  throw refusal;
}

export async function ask(url: string, method: string, path: string, body: unknown, token?: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw new Error(`no Mosaic answers at ${url}`, { cause });
  });
  const text = await response.text();
  const answer: unknown = text === '' ? undefined : JSON.parse(text);
  if (response.ok) return answer;
  const { detail } = (answer ?? {}) as { readonly detail?: unknown }; // problem details (RFC 9457)
  throw new Error(`${url} refuses ${method} ${path}: ${response.status} ${String(detail ?? '')}`.trim());
}

/** A password never crosses a network in plain text. */
export function sureUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw new UsageError(`--server ${text}: expected a URL such as http://localhost:9000`);
  if (url.protocol !== 'https:' && !LOOPBACK.has(url.hostname))
    throw new UsageError(
      `--server ${text}: what proves who somebody is goes over https only, or to a port forwarded to this machine`,
    );
  return url.origin;
}
