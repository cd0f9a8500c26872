// The entry of the node agent: dist/agent-node.mjs.

import {
  describeSettings,
  environment,
  logger,
  onShutdown,
  readSettings,
  SettingsError,
  telemetry,
} from '@mosaic/runtime';
import { nodeChecks, nodeSettings } from './settings.ts';
import { startNodeAgent } from './start.ts';

const VERSION = '0.1.0';
const HELP = `mosaic node agent ${VERSION}: reads one machine’s container logs, connections and usage, and sends them

Settings, by environment or a .env file in the working folder (and KUBECONFIG, as kubectl reads it):

${describeSettings(nodeSettings)}
`;

async function main(): Promise<void> {
  const settings = readSettings(nodeSettings, environment(), nodeChecks);
  const log = logger({ level: settings.LOG_LEVEL });
  const traced = await telemetry({ name: 'mosaic-agent-node', version: VERSION });
  const running = await startNodeAgent(settings, log, VERSION);
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
