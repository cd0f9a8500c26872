// The entry of the deriver: dist/deriver.mjs.

import {
  describeSettings,
  environment,
  logger,
  onShutdown,
  readSettings,
  SettingsError,
  telemetry,
} from '@mosaic/runtime';
import { deriverSettings } from './settings.ts';
import { startDeriver } from './start.ts';

const VERSION = '0.1.0';
const HELP = `mosaic deriver ${VERSION}: what follows from what was seen

Settings, by environment or a .env file in the working folder:

${describeSettings(deriverSettings)}
`;

async function main(): Promise<void> {
  const settings = readSettings(deriverSettings, environment());
  const log = logger({ level: settings.LOG_LEVEL });
  const traced = await telemetry({ name: 'mosaic-deriver', version: VERSION });
  const running = await startDeriver(settings, log, traced);
  log.notice('ready', { url: running.url, store: settings.STORE, version: VERSION });
  await onShutdown(running, log);
  await traced.stop();
}

if (process.argv.includes('--help') || process.argv.includes('-h')) {
  process.stdout.write(HELP);
} else {
  main().then(
    () => process.exit(),
    (error: unknown) => {
      process.stderr.write(`${error instanceof SettingsError ? error.message : told(error)}\n`);
      process.exit(1);
    },
  );
}

function told(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
