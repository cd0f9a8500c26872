// `mosaic start`: everything in one process on an embedded store.

import { describeSettings, sharedSettings } from '@mosaic/runtime';
import { Command } from 'commander';
import { runBundle } from './bundle.ts';

interface StartOptions {
  readonly port?: string;
  readonly host?: string;
  readonly data?: string;
  readonly clusters?: string;
  readonly store?: string;
  readonly logLevel?: string;
  readonly reset?: boolean;
  readonly open?: boolean;
}

export function startCommand(): Command {
  return new Command('start')
    .description('start everything in one process and open the page on http://localhost:9000')
    .option('-p, --port <port>', 'port of the page and the API (PORT, default 9000)')
    .option('--host <address>', 'address to listen on (HOST, default 127.0.0.1)')
    .option(
      '-c, --clusters <list>',
      'playground, in-cluster, or contexts of your kubeconfig, comma separated (MOSAIC_CLUSTERS)',
    )
    .option('--data <folder>', 'where everything is kept (MOSAIC_DATA)')
    .option('--store <kind>', 'embedded or memory (STORE)')
    .option('--log-level <level>', 'debug, info, notice, warn, error, silent (LOG_LEVEL, default warn here)')
    .option('--reset', 'forget everything in the data folder first')
    .option('--open', 'open the page in the browser when it is ready')
    .addHelpText(
      'after',
      () => `${EXAMPLES}\n\nSettings, by environment or a .env file\n${describeSettings(sharedSettings)}`,
    )
    .action(async (options: StartOptions) => {
      const { reset = false, open = false } = options;
      await runBundle('all-in-one', { settings: settingsOf(options), flags: { reset, open } });
    });
}

const EXAMPLES = `
Examples
  mosaic start                             the current kubeconfig context when it answers, else the playground
  mosaic start -c playground --reset       two simulated clusters with a fresh 24 h of past
  mosaic start -c eu-1,us-1 -p 9100        two contexts of your kubeconfig, read-only

Every setting can also come from the environment or a .env file; mosaic never writes to a real cluster unless MOSAIC_ACTIONS names it.`;

function settingsOf({ port, host, data, clusters, store, logLevel }: StartOptions): Record<string, string> {
  const given = {
    PORT: port,
    HOST: host,
    MOSAIC_DATA: data,
    MOSAIC_CLUSTERS: clusters,
    STORE: store,
    LOG_LEVEL: logLevel,
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
