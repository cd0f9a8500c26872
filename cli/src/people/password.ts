// A password from a file, from what is piped in, or typed without being shown.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { UsageError } from '../exit.ts';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** A password never crosses a network in plain text. Throws `UsageError`. */
export function sureUrl(url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`${url}: expected a URL such as http://localhost:9000`);
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || LOOPBACK.has(hostname)) return url;
  throw new UsageError(`${url}: a password goes over https only, or to a port forwarded to this machine`);
}

/** Without the line's end. Throws `UsageError` when there is none. */
export async function passwordFrom(file: string | undefined, prompt: string): Promise<string> {
  const password = file === undefined ? await asked(prompt) : readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  if (password === '') throw new UsageError('the password is empty');
  return password;
}

async function asked(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  process.stderr.write(prompt);
  const nowhere = new Writable({ write: (_, __, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new UsageError('nothing was changed')));
      lines.once('close', () => reject(new UsageError('no password was given')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
