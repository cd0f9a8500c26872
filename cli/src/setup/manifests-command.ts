// `mosaic manifests servers|agents`: one file for `kubectl apply -f`, its init Job included; and the table of rights that the manifests grant.

import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import { rulesFor, withRules } from './custom-resources.ts';
import { rightsTable } from './rights-table.ts';
import { openSource, type WishOptions, whereOf, withWishes } from './setting.ts';
import { merged, render, type TreeName, wishesOf } from './trees.ts';

interface ManifestsOptions extends WishOptions {
  readonly context?: string;
  readonly initJob?: boolean;
}

export function manifestsCommand(): Command {
  const common = (name: TreeName, about: string): Command =>
    withWishes(new Command(name).description(about))
      .option('--no-init-job', 'without the Job that makes the Secrets')
      .option(
        '--context <context>',
        'of agents: with rules for the custom resources of the cluster that this context names',
      )
      .action((options: ManifestsOptions) => ended(() => run(name, options)));
  const rights = new Command('rights')
    .description('the table of what the agents’ manifests grant, as Markdown')
    .action(() => ended(async () => printed(await rightsTable())));
  return new Command('manifests')
    .description('print what an install applies, as one file that `kubectl apply -f` suffices for')
    .addCommand(common('servers', 'Kafka, Cassandra, receiver, deriver and api'))
    .addCommand(common('agents', 'the cluster agent and the node agents, for the cluster the servers are in'))
    .addCommand(rights)
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Examples
  mosaic manifests servers > mosaic.yaml && kubectl apply -f mosaic.yaml
  kubectl -n mosaic get secret mosaic-admin -o jsonpath='{.data.password}' | base64 -d
  mosaic manifests agents --set cluster.name=prod > agents.yaml && kubectl apply -f agents.yaml`;

async function run(tree: TreeName, options: ManifestsOptions): Promise<number> {
  const given = await wishesOf({ files: options.values ?? [], sets: options.set ?? [] });
  const wishes = options.initJob === false ? given : merged({ init: { job: true } }, given);
  const plain = await render(tree, wishes);
  const { context } = options;
  const rendered =
    context === undefined || tree === 'servers'
      ? plain
      : await render(tree, withRules(wishes, await rulesIn(context, plain)));
  const filled = rendered.files.filter(({ text }) => text.trim() !== '');
  return printed(filled.map(({ path, text }) => `# ${path}\n${text.trim()}\n`).join('---\n'));
}

async function rulesIn(context: string, rendered: Parameters<typeof rulesFor>[1]) {
  const source = openSource(whereOf({ context }));
  try {
    return rulesFor(await source.resources(), rendered);
  } finally {
    source.close();
  }
}

function printed(text: string): number {
  process.stdout.write(text);
  return EXIT.found;
}
