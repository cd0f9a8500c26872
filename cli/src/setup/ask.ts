// A question to whoever runs the command; the answer may be piped.

import { createInterface } from 'node:readline/promises';
import { UsageError } from '../exit.ts';

/** True for y or yes. Throws `UsageError` when standard input ends without an answer: nobody agreed. */
export async function agreed(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)));
  try {
    const answer = await Promise.race([lines.question(`${question} (y/n)? `), ended]);
    if (answer === undefined) throw new UsageError(`${question}: nobody answered; --yes agrees beforehand`);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
