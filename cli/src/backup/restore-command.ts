// `mosaic restore`: a store made from a backup, all of it or nothing.

import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import { type StoreOptions, storeOf, withStore } from './asked.ts';
import { backupBundle } from './bundle.ts';
import { amounts, progressOn } from './progress.ts';

interface RestoreOptions extends StoreOptions {
  readonly from: string;
  readonly force?: boolean;
  readonly check?: boolean;
}

export function restoreCommand(): Command {
  const command = new Command('restore')
    .description('make the store from a backup')
    .requiredOption('--from <path>', 'folder or file that mosaic backup made')
    .option('--force', 'replace what is there')
    .option('--check', 'read the backup, compare every checksum, restore nothing')
    .addHelpText('after', EXAMPLES);
  return withStore(command).action((options: RestoreOptions) => ended(() => run(options)));
}

const EXAMPLES = `
Stop Mosaic first. A folder or keyspace that holds something is refused without --force; what is there is given up only when the backup was read whole.
An interrupted restore goes on when it is run again. In Cassandra every row keeps what was left of its lifetime.

Examples
  mosaic restore --from mosaic-monday.tar --check
  mosaic restore --from mosaic-monday.tar --data /var/lib/mosaic
  CASSANDRA_HOSTS=db-0,db-1 mosaic restore --store cassandra --from monday.tar`;

async function run({ from, force = false, check = false, ...options }: RestoreOptions): Promise<number> {
  const store = storeOf(options);
  const { restore } = await backupBundle();
  const screen = progressOn(process.stderr);
  const outcome = await restore({ path: from, store, force, check, told: screen.told }).finally(screen.end);
  const where = store.kind === 'embedded' ? store.folder : `the keyspace ${store.keyspace}`;
  process.stdout.write(
    check ? `${from} is whole: ${amounts(outcome)}\n` : `restored into ${where}: ${amounts(outcome)}\n`,
  );
  for (const note of outcome.notes) process.stdout.write(`${note}\n`);
  return EXIT.found;
}
