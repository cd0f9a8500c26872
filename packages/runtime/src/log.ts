// One line per event with facts, as JSON on stderr, or as text on a terminal. No secrets, no prose glued from fragments.

export const LOG_LEVELS = ['debug', 'info', 'notice', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
type Facts = Readonly<Record<string, unknown>>;

export interface Log {
  debug(event: string, facts?: Facts): void;
  info(event: string, facts?: Facts): void;
  notice(event: string, facts?: Facts): void;
  warn(event: string, facts?: Facts): void;
  error(event: string, facts?: Facts): void;
  /** The same log with `facts` on every line. */
  with(facts: Facts): Log;
}

export interface LogOptions {
  readonly level?: LogLevel;
  readonly pretty?: boolean;
  readonly write?: (line: string) => void;
  readonly now?: () => number;
}

/** Errors are told by message and causes; stacks only at `debug`. */
export function logger(options: LogOptions = {}, bound: Facts = {}): Log {
  const {
    level = 'info',
    pretty = process.stderr.isTTY ?? false,
    write = (line) => process.stderr.write(line),
    now = Date.now,
  } = options;
  const least = LOG_LEVELS.indexOf(level);
  const at =
    (name: LogLevel) =>
    (event: string, facts: Facts = {}) => {
      if (LOG_LEVELS.indexOf(name) < least) return;
      const all = Object.fromEntries(
        Object.entries({ ...bound, ...facts }).map(([key, value]) => [key, tell(value, least === 0)]),
      );
      const instant = new Date(now()).toISOString();
      write(
        pretty
          ? `${instant.slice(11, 23)} ${name.padEnd(6)} ${event} ${Object.entries(all)
              .map(([k, v]) => `${k}=${typeof v === 'string' ? v : JSON.stringify(v)}`)
              .join(' ')}\n`
          : `${JSON.stringify({ at: instant, level: name, event, ...all })}\n`,
      );
    };
  return {
    debug: at('debug'),
    info: at('info'),
    notice: at('notice'),
    warn: at('warn'),
    error: at('error'),
    with: (facts) => logger(options, { ...bound, ...facts }),
  };
}

function tell(value: unknown, stacks: boolean): unknown {
  if (!(value instanceof Error)) return typeof value === 'bigint' ? String(value) : value;
  if (stacks) return value.stack;
  const causes: string[] = [];
  for (let error: unknown = value; error instanceof Error && causes.length < 5; error = error.cause)
    causes.push(error.message);
  return causes.join(': ');
}

export const silentLog: Log = logger({ level: 'silent' });
