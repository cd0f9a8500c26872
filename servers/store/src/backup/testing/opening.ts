// Several processes that open one store at the same moment.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { CassandraPlace } from '../keyspace.ts';

const CHILD = new URL('./opening-child.ts', import.meta.url).pathname;

/** What each says first: `open`, or its error. None ends before all have spoken. */
export async function opening(where: string | CassandraPlace, count: number): Promise<string[]> {
  const children = Array.from({ length: count }, () =>
    spawn(
      process.execPath,
      [
        ...['--conditions=@mosaic/source', '--no-warnings', CHILD],
        typeof where === 'string' ? where : JSON.stringify(where),
      ],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_OPTIONS: '' } },
    ),
  );
  const first = async ({ stdout }: (typeof children)[number]): Promise<string> => {
    for await (const line of createInterface(stdout)) return line;
    return 'ended without a word';
  };
  const ended = children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
  const said = await Promise.all(children.map(first));
  for (const { stdin } of children) stdin.end();
  await Promise.all(ended);
  return said;
}
