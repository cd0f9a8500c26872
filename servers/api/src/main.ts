// The entry of the API in the distributed shape: dist/api.mjs.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeSettings,
  environment,
  lifetime,
  logger,
  nodeCompression,
  onShutdown,
  readSettings,
  SettingsError,
  telemetry,
  untilThere,
} from '@mosaic/runtime';
import { createApi } from './create-api.ts';
import { lateStore } from './late-store.ts';
import { openStore, openTransport } from './open.ts';
import { type ApiProcessSettings, apiSettings } from './settings.ts';

const VERSION = '0.1.0';
const HELP = `mosaic api ${VERSION}: answers about now and any past moment, and serves the page

Settings, by environment or a .env file in the working folder:

${describeSettings(apiSettings)}
`;

async function main(): Promise<void> {
  const settings = readSettings(apiSettings, environment());
  const log = logger({ level: settings.LOG_LEVEL });
  const traced = await telemetry({ name: 'mosaic-api', version: VERSION });
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  const late = lateStore();
  const transport = await life.start(
    'transport',
    () => openTransport(settings, log),
    (opened) => opened.close(),
  );
  const api = await life.start(
    'api',
    () =>
      createApi({
        store: late.store,
        transport,
        compression: nodeCompression,
        log,
        telemetry: traced,
        version: VERSION,
        settings: { host: settings.HOST, port: settings.PORT, adapter: settings.STORE, ...uiOf(settings) },
      }),
    (made) => made.close(),
  );
  const url = await api.listen();
  log.notice('listening', { url });
  const open = () => untilThere('store', () => openStore(settings, log), { log });
  late.arrive(await life.start('store', open, (opened) => opened.close()));
  log.notice('ready', { url, store: settings.STORE, version: VERSION });
  await onShutdown(life, log);
  await traced.stop();
}

function uiOf({ MOSAIC_UI }: ApiProcessSettings): { uiDir?: string } {
  const uiDir = MOSAIC_UI ?? join(import.meta.dirname, '../ui/dist');
  return existsSync(join(uiDir, 'index.html')) ? { uiDir } : {};
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
