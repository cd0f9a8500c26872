// The entry of the cluster agent: dist/agent-cluster.mjs.

import {
  describeSettings,
  environment,
  logger,
  onShutdown,
  readSettings,
  SettingsError,
  telemetry,
} from '@mosaic/runtime';
import { agentChecks, agentSettings } from './settings.ts';
import { startAgent } from './start.ts';

const VERSION = '0.1.0';
const HELP = `mosaic agent ${VERSION}: watches one cluster and sends what it sees

Settings, by environment or a .env file in the working folder (and KUBECONFIG, as kubectl reads it):

${describeSettings(agentSettings)}
`;

async function main(): Promise<void> {
  const settings = readSettings(agentSettings, environment(), agentChecks);
  const log = logger({ level: settings.LOG_LEVEL });
  const traced = await telemetry({ name: 'mosaic-agent-cluster', version: VERSION });
  const running = await startAgent(settings, log, VERSION);
  log.notice('started', { url: running.url, version: VERSION });
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
