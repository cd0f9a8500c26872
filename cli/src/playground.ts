// `mosaic playground`: the simulated clusters alone, for kubectl and for tests.

import { Command } from 'commander';
import { runBundle } from './bundle.ts';

interface PlaygroundOptions {
  readonly objects?: string;
  readonly changes?: string;
  readonly seed?: string;
  readonly history?: string;
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
}

export function playgroundCommand(): Command {
  return new Command('playground')
    .description('run only the simulated clusters; prints a kubeconfig that kubectl understands')
    .option('--objects <n>', 'size of the load cluster (PLAYGROUND_OBJECTS)')
    .option('--changes <n>', 'changes per second in it (PLAYGROUND_CHANGES_PER_S)')
    .option('--seed <n>', 'the same seed tells the same story (PLAYGROUND_SEED)')
    .option('--history <hours>', 'hours of past (PLAYGROUND_HISTORY_H)')
    .option('--host <address>', 'address to listen on (HOST)')
    .option('-p, --port <port>', 'port of the first cluster; the next ones follow (PORT)')
    .option('--data <folder>', 'where its state and kubeconfig are kept (MOSAIC_DATA)')
    .action(async ({ objects, changes, seed, history, host, port, data }: PlaygroundOptions) => {
      const given = {
        PLAYGROUND_OBJECTS: objects,
        PLAYGROUND_CHANGES_PER_S: changes,
        PLAYGROUND_SEED: seed,
        PLAYGROUND_HISTORY_H: history,
        HOST: host,
        PORT: port,
        MOSAIC_DATA: data,
      };
      const settings = Object.fromEntries(
        Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      );
      await runBundle('playground', { settings, flags: {} });
    });
}
