// One program under our care: its own process group, its output in a file, stopped with us, found again after a crash.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { atExit } from './at-exit.ts';
import { killGroup, note } from './pid-files.ts';

/** SIGTERM first; SIGKILL after this, unless told otherwise. */
const PATIENCE_MS = 10_000;
const PROBE_EVERY_MS = 100;
const TOLD_LINES = 15;

export interface ProgramOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logPath: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Removed by the next start should we crash. */
  readonly temporaryFolder?: string | undefined;
  /** How long `stop` waits before SIGKILL. */
  readonly patienceMs?: number;
  /** Hears each line it writes, as well as the file. */
  readonly told?: (line: string) => void;
}

export interface Program {
  readonly name: string;
  readonly pid: number;
  readonly logPath: string;
  hasEnded(): boolean;
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<void>;
  /** Everything it has written. */
  output(): string;
  /** SIGTERM, then SIGKILL. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Polls `probe` until it is true. Throws with the end of its output when the program ends first or the time is over. */
  readyWhen(probe: () => Promise<boolean> | boolean, withinMs: number): Promise<void>;
}

export function startProgram(options: ProgramOptions): Program {
  const { command, args, logPath, env, cwd, told } = options;
  mkdirSync(dirname(logPath), { recursive: true });
  const log = openSync(logPath, 'w');
  const out = told ? 'pipe' : log;
  const child = spawn(command, args, {
    detached: true, // a group of its own: children go with it, and a Ctrl-C on our terminal is ours to handle
    stdio: ['ignore', out, out],
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  });
  if (told) tee(child, log, told);
  else closeSync(log);
  return caredFor(child, options);
}

function tee(child: ChildProcess, log: number, told: (line: string) => void): void {
  const lines = [child.stdout, child.stderr].map((input) => input && createInterface({ input }));
  for (const one of lines)
    one?.on('line', (line) => {
      writeSync(log, `${line}\n`);
      told(line);
    });
  child.once('close', () => closeSync(log));
}

function caredFor(child: ChildProcess, options: ProgramOptions): Program {
  const { name, command, logPath, temporaryFolder, patienceMs = PATIENCE_MS } = options;
  const { pid } = child;
  let over = pid === undefined;
  let failure: Error | undefined;
  const forget = pid === undefined ? () => {} : note(name, pid, temporaryFolder);
  const endWithUs = () => {
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
    forget();
    // A program that is just dying may still write: the removal is tried again.
    if (temporaryFolder) rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 5 });
  };
  const neverMind = atExit(endWithUs);
  const ended = new Promise<void>((resolve) => {
    const end = (error?: Error) => {
      over = true;
      failure = error;
      forget();
      neverMind();
      resolve();
    };
    child.once('exit', () => end());
    child.once('error', (cause) => end(new Error(`${command} could not be started: ${cause.message}`, { cause })));
  });
  const signal = (what: NodeJS.Signals) => {
    if (!over && pid !== undefined) killGroup(pid, what);
  };
  const kill = () => {
    signal('SIGKILL');
    return ended;
  };
  return {
    name,
    pid: pid ?? -1,
    logPath,
    ended,
    kill,
    hasEnded: () => over,
    output: () => outputOf(logPath),
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    async stop() {
      signal('SIGCONT'); // a paused one would not hear SIGTERM
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), patienceMs);
      await ended;
      clearTimeout(timer);
    },
    async readyWhen(probe, withinMs) {
      const until = performance.now() + withinMs;
      while (!over && performance.now() < until) {
        if (await probe()) return;
        await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
      }
      const tail = outputOf(logPath).trimEnd().split('\n').slice(-TOLD_LINES).join('\n');
      const what = over ? 'ended before it was ready' : `was not ready after ${withinMs / 1000} s`;
      await kill();
      throw failure ?? new Error(`${name} ${what}; the end of ${logPath}:\n${tail}`);
    },
  };
}

function outputOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
