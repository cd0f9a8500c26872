// What the command touches of its surroundings, so that tests can stand in for a terminal.

export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean };
  out(text: string): void;
  err(text: string): void;
}

const LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'silent'];

/** Tells an event on standard error when LOG_LEVEL lets it through. */
export function tell({ env, err }: Io, level: 'debug' | 'info' | 'error', event: string): void {
  const least = LEVELS.indexOf(env.LOG_LEVEL ?? 'info');
  if (LEVELS.indexOf(level) >= least) err(`${event}\n`);
}
