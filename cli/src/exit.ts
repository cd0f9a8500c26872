// How a question ends: what a script may rely on.

import type { Command } from 'commander';

export const EXIT = { found: 0, error: 1, usage: 2, nothing: 3, notCovered: 4 } as const;

/** What was asked cannot be understood; the message says what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Understood, but it cannot be meant: it never was, has not been yet, or could be another. */
export class RefusedInstant extends UsageError {}

/** An answer that is none. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly code: number;
  constructor(message: string, code: number = EXIT.error) {
    super(message);
    this.code = code;
  }
}

export const codeOf = (error: unknown): number =>
  error instanceof UsageError ? EXIT.usage : error instanceof Unanswered ? error.code : EXIT.error;

/** A command and all below it. */
export const everyCommand = (command: Command): readonly Command[] => [
  command,
  ...command.commands.flatMap(everyCommand),
];

/** Runs a question and ends the process with its code; what goes wrong is one line on stderr. */
export async function ended(question: () => Promise<number>): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.found); // whoever read has seen enough
    throw error;
  });
  try {
    process.exitCode = await question();
  } catch (error) {
    process.stderr.write(`mosaic: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = codeOf(error);
  }
}
