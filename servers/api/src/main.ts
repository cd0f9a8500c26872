// The entry of the API in the distributed shape: dist/api.mjs.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  kafkaConnection,
  type Log,
  lifetime,
  nodeCompression,
  runProcess,
  type Telemetry,
  untilThere,
} from '@mosaic/runtime';
import { kafkaAcls } from '@mosaic/transport';
import { createApi } from './create-api.ts';
import { kafkaAgentRules } from './enrolment/agent-rules.ts';
import { lateStore } from './late-store.ts';
import { openStore, openTransport } from './open.ts';
import { type ApiProcessSettings, apiSettings } from './settings.ts';

const VERSION = '0.1.0';

async function start(settings: ApiProcessSettings, log: Log, traced: Telemetry) {
  const life = lifetime(({ name, ms }) => log.info('started', { name, ms }));
  const late = lateStore();
  const transport = await life.start(
    'transport',
    () => openTransport(settings, log),
    (opened) => opened.close(),
  );
  const rules = await life.start(
    'rules',
    async () => kafkaAgentRules(kafkaAcls({ ...kafkaConnection(settings), clientId: 'mosaic-api-rules' }), log),
    (opened) => opened.close(),
  );
  const api = await life.start(
    'api',
    () =>
      createApi({
        store: late.store,
        transport,
        agentRules: rules,
        compression: nodeCompression,
        log,
        telemetry: traced,
        version: VERSION,
        settings: {
          host: settings.HOST,
          port: settings.PORT,
          adapter: settings.STORE,
          reportKey: settings.MOSAIC_REPORT_KEY ?? join(settings.MOSAIC_DATA, 'report-key.pem'),
          ...(settings.MOSAIC_ADMIN_PASSWORD_FILE && { adminPasswordFile: settings.MOSAIC_ADMIN_PASSWORD_FILE }),
          agentBrokers: settings.MOSAIC_AGENT_BROKERS,
          ...(settings.MOSAIC_AGENT_AUTHORITY && { agentAuthority: settings.MOSAIC_AGENT_AUTHORITY }),
          ...uiOf(settings),
        },
      }),
    (made) => made.close(),
  );
  const url = await api.listen();
  log.notice('listening', { url });
  const open = () => untilThere('store', () => openStore(settings, log), { log });
  late.arrive(await life.start('store', open, (opened) => opened.close()));
  await untilThere('users', () => api.found(), { log });
  return { stop: () => life.stop(), ready: { url, store: settings.STORE } };
}

function uiOf({ MOSAIC_UI }: ApiProcessSettings): { uiDir?: string } {
  const uiDir = MOSAIC_UI ?? join(import.meta.dirname, '../ui/dist');
  return existsSync(join(uiDir, 'index.html')) ? { uiDir } : {};
}

runProcess({
  name: 'api',
  version: VERSION,
  purpose: 'answers about now and any past moment, and serves the page',
  settings: apiSettings,
  start,
});
