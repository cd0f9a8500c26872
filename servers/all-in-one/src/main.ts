// The entry that `mosaic start` runs: dist/all-in-one.mjs.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { environment, logger, onShutdown, SettingsError, telemetry } from '@mosaic/runtime';
import { UnknownContext } from './choice.ts';
import { reset } from './reset.ts';
import { settingsFrom } from './settings.ts';
import { type AllInOne, startAllInOne } from './start.ts';
import { terminalTeller } from './told.ts';

export interface Run {
  readonly settings: Readonly<Record<string, string>>;
  readonly flags: { readonly reset?: boolean; readonly open?: boolean };
}

const VERSION = '0.1.0';
export async function main({ settings: given, flags }: Run): Promise<void> {
  const began = performance.now();
  const teller = terminalTeller();
  try {
    const settings = settingsFrom({ ...environment(), ...given });
    if (flags.reset) reset(settings.MOSAIC_DATA);
    const log = logger({ level: settings.LOG_LEVEL });
    const traced = await telemetry({ name: 'mosaic', version: VERSION });
    teller.line(`Mosaic ${VERSION}, data in ${settings.MOSAIC_DATA}`);
    const uiDir = join(import.meta.dirname, '../ui/dist');
    const running = await startAllInOne({
      settings,
      version: VERSION,
      log,
      teller,
      telemetry: traced,
      ...(existsSync(uiDir) && { uiDir }),
    });
    sayReady(running, performance.now() - began, teller.line);
    if (flags.open) openBrowser(running.url);
    await onShutdown(running, log);
    await traced.stop();
    process.exit(process.exitCode ?? 0);
  } catch (error) {
    process.stderr.write(`\n${whatToDo(error)}\n`);
    process.exit(1);
  }
}

function sayReady({ url, hints }: AllInOne, ms: number, line: (text: string) => void): void {
  line(`\n  Ready in ${(ms / 1000).toFixed(1)} s: ${url.replace('127.0.0.1', 'localhost')}\n`);
  for (const hint of hints) line(`  ${hint}`);
  line('  Ctrl-C stops it.');
}

function whatToDo(error: unknown): string {
  if (error instanceof SettingsError || error instanceof UnknownContext) return `mosaic: ${error.message}`;
  const { code, message, port, syscall } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (code === 'EADDRINUSE')
    return `mosaic: port ${port ?? ''} is taken. Use another one: npm start -- --port ${(port ?? 9000) + 1}, or stop what listens there (lsof -i :${port ?? 9000}).`;
  if (code === 'EACCES' || syscall === 'mkdir')
    return `mosaic: ${message}. Choose a folder you may write to: npm start -- --data FOLDER`;
  return `mosaic: ${told(error)}`;
}

function told(error: unknown): string {
  const causes: string[] = [];
  for (let at: unknown = error; at instanceof Error && causes.length < 5; at = at.cause) causes.push(at.message);
  return causes.join('\n  because ') || String(error);
}

/** Quietly nothing where there is no desktop. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(command as string, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref(); // the list always begins with a command
}
