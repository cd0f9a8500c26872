// `mosaic upgrade`: what is installed becomes what this command ships, with the values it was installed with; servers before agents.

import { type Json, recordAt } from '@mosaic/kat';
import { Command } from 'commander';
import { EXIT, ended, UsageError } from '../exit.ts';
import { install } from './install.ts';
import { findInventories, type Inventory } from './inventory.ts';
import {
  openSource,
  out,
  type PlaceOptions,
  type WishOptions,
  waitOf,
  whereOf,
  withDeed,
  withPlace,
  withWishes,
} from './setting.ts';
import { merged, TREES, wishesOf } from './trees.ts';

interface UpgradeOptions extends PlaceOptions, WishOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly waitFor?: string;
}

export const upgradeCommand = (): Command =>
  withDeed(withWishes(withPlace(new Command('upgrade'))))
    .argument('[what]', 'servers or agents (default: both, servers first)')
    .description(
      'bring what is installed to this version, in order and waiting for each part; an older version is refused',
    )
    .action((what: string | undefined, options: UpgradeOptions) => ended(() => run(what, options)));

async function run(what: string | undefined, options: UpgradeOptions): Promise<number> {
  if (what !== undefined && !TREES.some((tree) => tree === what))
    throw new UsageError(`${what}: expected servers or agents`);
  const where = whereOf(options);
  const given = await wishesOf({ files: options.values ?? [], sets: options.set ?? [] });
  const waitSeconds = waitOf(options.waitFor);
  const source = openSource(where);
  try {
    const all = await findInventories(source, options.namespace);
    const meant = all.filter(({ tree }) => what === undefined || tree === what);
    if (meant.length === 0) {
      process.stderr.write(`${what ?? 'nothing'} was installed here by mosaic install\n`);
      return EXIT.nothing;
    }
    for (const inventory of meant.toSorted((one, other) => TREES.indexOf(one.tree) - TREES.indexOf(other.tree)))
      await install(source, {
        ...{ tree: inventory.tree, where, waitSeconds, now: Date.now, told: out },
        wishes: merged(withoutImage(inventory), given),
        servers: { context: undefined, namespace: 'mosaic' },
        isDryRun: options.dryRun ?? false,
        isAgreed: options.yes ?? false,
        reaches: false, // they run and send already
        makesKnown: false,
        looksForCustomResources: true,
      });
    return EXIT.found;
  } finally {
    source.close();
  }
}

/** The version is what an upgrade is about: only the one given now counts. */
function withoutImage({ wishes }: Inventory): Json {
  const { tag: _tag, digest: _digest, ...image } = recordAt(wishes, 'image');
  return { ...wishes, image };
}
