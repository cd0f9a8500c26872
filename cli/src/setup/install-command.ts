// `mosaic install servers|agents`: into a cluster of your kubeconfig, with everything looked at before and seen to afterwards.

import { Forbidden, type Json, type LiveSource } from '@mosaic/kat';
import { Command } from 'commander';
import { ended } from '../exit.ts';
import { giveUpCommand, secretsCommand } from './init-job.ts';
import { install } from './install.ts';
import { readInventory } from './inventory.ts';
import {
  flagOf,
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
import { merged, namespacesOf, render, type TreeName, wishesOf } from './trees.ts';

interface InstallOptions extends PlaceOptions, WishOptions {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly waitFor?: string;
  readonly serversContext?: string;
  readonly serversNamespace?: string;
  readonly reach?: boolean;
  readonly customResources?: boolean;
  readonly resetValues?: boolean;
}

export function installCommand(): Command {
  const common = (name: TreeName, about: string): Command =>
    withDeed(withWishes(withPlace(new Command(name).description(about)))).option(
      '--reset-values',
      'forget the values given to an earlier run; otherwise they are kept below those given now',
    );
  const servers = common('servers', 'Kafka, Cassandra, receiver, deriver and the api with its page').action(
    (options: InstallOptions) => ended(() => run('servers', options)),
  );
  const agents = common('agents', 'the cluster agent, and a node agent on each machine')
    .option(
      '--servers-context <context>',
      'where the servers are, when not in the same cluster: their authority signs the agents’ certificate',
    )
    .option('--servers-namespace <name>', 'of the servers there', 'mosaic')
    .option('--no-reach', 'do not try the brokers from inside the cluster first')
    .option('--no-custom-resources', 'no rules for this cluster’s custom resources (rbac.extra)')
    .action((options: InstallOptions) => ended(() => run('agents', options)));
  return new Command('install')
    .description('install servers or agents into a cluster: checks, plan, apply, wait, verify; safe to run again')
    .addCommand(servers)
    .addCommand(agents)
    .addCommand(secretsCommand())
    .addCommand(giveUpCommand(), { hidden: true })
    .addHelpText('after', EXAMPLES);
}

const EXAMPLES = `
Run again it changes only what differs; after an interruption it goes on. What it made is kept in ConfigMap
mosaic-install-servers or mosaic-install-agents, so that \`mosaic uninstall\` removes exactly that.

Examples
  mosaic install servers --context prod                      as the values have it
  mosaic install agents --context prod --set cluster.name=prod
  mosaic install agents --context edge --servers-context prod --values edge.yaml --set cluster.id=2 --set cluster.name=edge
  mosaic install agents --context prod --dry-run             the checks and the plan alone
  mosaic verify --context prod`;

async function run(tree: TreeName, options: InstallOptions): Promise<number> {
  const where = whereOf(options);
  const sets = [...setsOfNamespace(tree, options.namespace), ...(options.set ?? [])];
  const given = await wishesOf({ files: options.values ?? [], sets });
  const waitSeconds = waitOf(options.waitFor);
  const source = openSource(where);
  try {
    const wishes = options.resetValues === true ? given : merged(await keptWishes(source, tree, given), given);
    const code = await install(source, {
      ...{ tree, where, wishes, waitSeconds, now: Date.now, told: out },
      servers: { context: options.serversContext, namespace: options.serversNamespace ?? 'mosaic' },
      isDryRun: options.dryRun ?? false,
      isAgreed: options.yes ?? false,
      reaches: options.reach ?? true,
      makesKnown: true,
      looksForCustomResources: options.customResources ?? true,
    });
    if (options.dryRun !== true) for (const line of await next(tree, wishes, flagOf(where))) out(line);
    return code;
  } finally {
    source.close();
  }
}

/** Of an earlier run in the same namespace; nothing where there was none, or where we may not see it. */
async function keptWishes(source: LiveSource, tree: TreeName, given: Json): Promise<Json> {
  const [namespace] = namespacesOf(await render(tree, given));
  try {
    return (await readInventory(source, tree, namespace))?.wishes ?? {};
  } catch (error) {
    if (error instanceof Forbidden) return {}; // the checks say so, with the rule that is missing
    throw error;
  }
}

/** Node agents have a namespace of their own beside that of the cluster agent. */
const setsOfNamespace = (tree: TreeName, namespace: string | undefined): readonly string[] => {
  if (namespace === undefined) return [];
  return tree === 'servers'
    ? [`namespace=${namespace}`]
    : [`namespaces.clusterAgent=${namespace}`, `namespaces.nodeAgent=${namespace}-node`];
};

/** What to type now. */
async function next(tree: TreeName, wishes: Json, flags: string): Promise<readonly string[]> {
  const [namespace] = namespacesOf(await render(tree, wishes));
  if (tree === 'agents') return [`look again at any time: mosaic verify ${flags}`.trimEnd()];
  const kubectl = `kubectl ${flags}-n ${namespace}`;
  return [
    'the page, at http://localhost:9000 while this runs:',
    `  ${kubectl} port-forward svc/mosaic 9000:80`,
    'the administrator’s password (user admin):',
    `  ${kubectl} get secret mosaic-admin -o jsonpath='{.data.password}' | base64 -d`,
  ];
}
