// What every process does around its work: `--help`, settings, log, telemetry, an orderly end, an exit code.

import type { Lifetime } from './lifetime.ts';
import { type Log, type LogLevel, logger } from './log.ts';
import {
  describeSettings,
  environment,
  readSettings,
  type SettingsCheck,
  SettingsError,
  type SettingsOf,
  type SettingsShape,
} from './settings.ts';
import { onShutdown } from './shutdown.ts';
import { type Telemetry, telemetry } from './telemetry.ts';

export interface ProcessAbout<S extends SettingsShape> {
  /** `receiver`: as it is called in logs, help and telemetry. */
  readonly name: string;
  readonly version: string;
  /** What it is for, in a few words. */
  readonly purpose: string;
  readonly settings: S;
  readonly checks?: readonly SettingsCheck[];
  /** Where else settings come from, for the help: `KUBECONFIG, as kubectl reads it`. */
  readonly also?: string;
  /** Resolves when it works; what it is told of itself goes into the log as ready. */
  readonly start: (
    settings: SettingsOf<S>,
    log: Log,
    traced: Telemetry,
  ) => Promise<Pick<Lifetime, 'stop'> & { readonly ready: Readonly<Record<string, unknown>> }>;
}

/** The whole of an entry: when it is over, the process is. */
export function runProcess<S extends SettingsShape>(about: ProcessAbout<S>): void {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    process.stdout.write(helpOf(about));
    return;
  }
  lifeOf(about).then(
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(`${error instanceof SettingsError ? error.message : told(error)}\n`);
      process.exit(1);
    },
  );
}

const helpOf = <S extends SettingsShape>({ name, version, purpose, settings, also }: ProcessAbout<S>): string =>
  `mosaic ${name} ${version}: ${purpose}

Settings, by environment or a .env file in the working folder${also === undefined ? '' : ` (and ${also})`}:

${describeSettings(settings)}
`;

async function lifeOf<S extends SettingsShape>(about: ProcessAbout<S>): Promise<void> {
  const settings = readSettings(about.settings, environment(), about.checks);
  const log = logger({ level: levelOf(settings) });
  const traced = await telemetry({ name: `mosaic-${about.name.replaceAll(' ', '-')}`, version: about.version });
  const running = await about.start(settings, log, traced);
  log.notice('ready', { ...running.ready, version: about.version });
  await onShutdown(running, log);
  await traced.stop();
}

/** Every process has the setting; the type of a shape in general does not say so. */
const levelOf = (settings: object): LogLevel => (settings as { readonly LOG_LEVEL?: LogLevel }).LOG_LEVEL ?? 'info';

const told = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
