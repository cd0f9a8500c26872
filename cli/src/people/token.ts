// The API token that questions are asked with: of a file that is named, or what `mosaic login` kept for the server. It goes to nobody else.

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { environment, file, readSettings, setting } from '@mosaic/runtime';
import { UsageError } from '../exit.ts';

const settings = { MOSAIC_TOKEN_FILE: setting(file, 'file with an API token to ask with') };
let named: string | undefined;

/** Of `--token-file`: for the rest of this process. */
export function useTokenFile(path: string | undefined): void {
  named = path;
}

/** By the XDG base directory specification. */
export function configFolder(
  env: Readonly<Record<string, string | undefined>> = environment(),
  home = homedir(),
): string {
  if (env.XDG_CONFIG_HOME?.startsWith('/')) return join(env.XDG_CONFIG_HOME, 'mosaic');
  if (process.platform === 'win32' && env.APPDATA) return join(env.APPDATA, 'mosaic');
  return join(home, '.config', 'mosaic');
}

/** Where the token of a server is kept: one server, one file. */
export const keptPath = (url: string): string =>
  join(configFolder(), 'tokens', new URL(url).origin.replaceAll(/[^\w.-]+/g, '_'));

/** A file only its owner may read. */
export function keep(url: string, token: string): string {
  const path = keptPath(url);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${token}\n`, { mode: 0o600 });
  chmodSync(path, 0o600); // it may have been there with other rights
  return path;
}

export const forget = (url: string): void => rmSync(keptPath(url), { force: true });

export interface Token {
  readonly text: string;
  readonly file: string;
}

/** Undefined where none is kept. Throws `UsageError` for a named file that cannot be read. */
export function tokenFor(url: string): Token | undefined {
  const wished = named ?? readSettings(settings, environment()).MOSAIC_TOKEN_FILE;
  const path = wished ?? keptPath(url);
  try {
    const text = readFileSync(path, 'utf8').trim();
    if (text === '') throw new UsageError(`${path} is empty; an API token was expected`);
    return { text, file: path };
  } catch (error) {
    if (wished === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error instanceof UsageError ? error : new UsageError(`${path} cannot be read: ${String(error)}`);
  }
}

/** fetch, with the token where there is one. A redirect to another origin does not take it along (WHATWG fetch). */
export const authorized: typeof fetch = (input, init) => {
  const url = input instanceof Request ? input.url : String(input);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  const token = headers.has('authorization') ? undefined : tokenFor(url);
  if (token !== undefined) headers.set('authorization', `Bearer ${token.text}`);
  return fetch(input, { ...init, headers });
};
