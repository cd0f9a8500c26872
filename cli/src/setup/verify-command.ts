// `mosaic verify`: whether what is installed does what it should.

import { Command } from 'commander';
import { EXIT, ended, Unanswered } from '../exit.ts';
import { findInventories } from './inventory.ts';
import { openSource, out, type PlaceOptions, whereOf, withPlace } from './setting.ts';
import { verifyInstalled } from './verify.ts';

const DATA_WITHIN_MS = 15_000;

export const verifyCommand = (): Command =>
  withPlace(
    new Command('verify').description(
      'see whether what is installed in a cluster is whole: roll-outs, probes, versions, certificates, data',
    ),
  ).action((options: PlaceOptions) => ended(() => run(options)));

async function run(options: PlaceOptions): Promise<number> {
  const source = openSource(whereOf(options));
  try {
    const all = await findInventories(source, options.namespace);
    if (all.length === 0) {
      process.stderr.write('nothing was installed here by mosaic install\n');
      return EXIT.nothing;
    }
    const wrong: string[] = [];
    for (const inventory of all)
      await verifyInstalled(source, inventory, { told: out, now: Date.now, withinMs: DATA_WITHIN_MS }).catch(
        (error: unknown) => {
          if (!(error instanceof Unanswered)) throw error;
          wrong.push(error.message);
        },
      );
    if (wrong.length > 0) throw new Unanswered(wrong.join('; '));
    return EXIT.found;
  } finally {
    source.close();
  }
}
