// Asks whether to replace a directory; the answer may be piped.

import type { Io } from './io.ts';

/** True for y or yes; `undefined` when standard input ends without an answer. */
export async function askOverwrite(directory: string, io: Io): Promise<boolean | undefined> {
  io.out(`overwrite ${directory} (y/n)?${io.stdin.isTTY === true ? ' ' : '\n'}`);
  const line = await firstLine(io.stdin);
  return line === undefined ? undefined : /^(?:y|yes)$/i.test(line.trim());
}

async function firstLine(stdin: Io['stdin']): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let read = '';
  for await (const chunk of stdin) {
    read += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
    if (read.includes('\n')) return read.slice(0, read.indexOf('\n'));
  }
  return read === '' ? undefined : read;
}
