// `mosaic backup`: everything the store keeps, while it runs.

import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import { type StoreOptions, storeOf, withStore } from './asked.ts';
import { backupBundle } from './bundle.ts';
import { amounts, progressOn } from './progress.ts';

interface BackupOptions extends StoreOptions {
  readonly to: string;
}

export function backupCommand(): Command {
  const command = new Command('backup')
    .description('save everything the store keeps, while it runs')
    .requiredOption('--to <path>', 'a new folder, or a new file when the name ends in .tar')
    .addHelpText('after', EXAMPLES);
  return withStore(command).action((options: BackupOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Nothing has to stop. What is saved is read back and checked; only then does it get its name. An interrupted backup leaves none and is made anew.
It holds names, logs and hashes of credentials, so only its owner may read it. Keys and certificates are not in it: mosaic credentials lists those.

Examples
  mosaic backup --to mosaic-monday.tar                      the embedded store of this machine
  mosaic backup --to /backups/monday --data /var/lib/mosaic as a folder
  CASSANDRA_HOSTS=db-0,db-1 mosaic backup --store cassandra --to monday.tar`;

async function run({ to, ...options }: BackupOptions): Promise<number> {
  const store = storeOf(options);
  const { backup } = await backupBundle();
  const screen = progressOn(process.stderr);
  const outcome = await backup({ path: to, store, force: false, told: screen.told }).finally(screen.end);
  process.stdout.write(`saved to ${to} and checked: ${amounts(outcome)}\n`);
  for (const note of outcome.notes) process.stdout.write(`${note}\n`);
  return EXIT.found;
}
