// `mosaic uninstall servers|agents`: what the install made goes; about data it asks.

import type { Json } from '@mosaic/kat';
import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import { agreed } from './ask.ts';
import { readInventory } from './inventory.ts';
import { openSource, out, type PlaceOptions, whereOf, withPlace } from './setting.ts';
import { namespacesOf, render, type TreeName } from './trees.ts';
import { uninstall } from './uninstall.ts';

interface UninstallOptions extends PlaceOptions {
  readonly yes?: boolean;
  readonly deleteVolumes?: boolean;
  readonly deleteSecrets?: boolean;
  readonly deleteNamespaces?: boolean;
  readonly deleteAll?: boolean;
}

export function uninstallCommand(): Command {
  const common = (name: TreeName, about: string): Command =>
    withPlace(new Command(name).description(about))
      .option('-y, --yes', 'do not ask: remove what was installed, keep data that no flag names')
      .option('--delete-volumes', 'volumes of Kafka and Cassandra too: everything that was remembered')
      .option('--delete-secrets', 'credentials too, the authorities among them')
      .option('--delete-namespaces', 'namespaces that the install made too, when nothing of anybody else is in them')
      .option('--delete-all', 'all three')
      .action((options: UninstallOptions) => ended(() => run(name, options)));
  return new Command('uninstall')
    .description('remove exactly what an install made; it asks about volumes, credentials and namespaces')
    .addCommand(common('servers', 'Kafka, Cassandra, receiver, deriver and api'))
    .addCommand(common('agents', 'the cluster agent and the node agents'));
}

async function run(tree: TreeName, options: UninstallOptions): Promise<number> {
  const source = openSource(whereOf(options));
  try {
    const namespace = options.namespace ?? namespacesOf(await render(tree, {} as Json))[0];
    const inventory = await readInventory(source, tree, namespace);
    if (inventory === undefined) {
      process.stderr.write(
        `no ${tree} were installed in namespace ${namespace} by mosaic install; --namespace names another\n`,
      );
      return EXIT.nothing;
    }
    const wish = (given: boolean | undefined): boolean | undefined =>
      given ?? options.deleteAll ?? (options.yes === true ? false : undefined);
    return await uninstall(source, inventory, {
      told: out,
      agrees: (question) => (options.yes === true ? Promise.resolve(true) : agreed(question)),
      data: {
        volumes: wish(options.deleteVolumes),
        secrets: wish(options.deleteSecrets),
        namespaces: wish(options.deleteNamespaces),
      },
    });
  } finally {
    source.close();
  }
}
