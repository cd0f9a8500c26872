// What the Job of the one file runs: it makes the agents' Secrets, makes their key known to the servers, and at the end gives up its own rights.

import { Forbidden, type LiveSource, type Manifest, NAMESPACES, type ResourceType } from '@mosaic/kat';
import { Command } from 'commander';
import { EXIT, ended } from '../exit.ts';
import { makeCredentials } from './credentials.ts';
import { makeKnown } from './making-known.ts';
import { openSource, out, type PlaceOptions, type WishOptions, whereOf, withPlace, withWishes } from './setting.ts';
import { render, wishesOf } from './trees.ts';

const NAME = 'mosaic-init';

const rbac = (kind: string, resource: string): ResourceType => ({
  ...{ group: 'rbac.authorization.k8s.io', version: 'v1', kind, resource, namespaced: true },
  verbs: [],
});
const core = (kind: string, resource: string): ResourceType => ({ ...NAMESPACES, kind, resource, namespaced: true });
const BINDINGS = rbac('RoleBinding', 'rolebindings');
/** In each namespace; and where the Job itself is, these too. */
const ROLES = rbac('Role', 'roles');
const AT_HOME: readonly ResourceType[] = [
  { ...rbac('NetworkPolicy', 'networkpolicies'), group: 'networking.k8s.io' },
  core('ConfigMap', 'configmaps'),
  core('ServiceAccount', 'serviceaccounts'),
];

interface SecretsOptions extends PlaceOptions, WishOptions {
  readonly serversContext?: string;
  readonly serversNamespace?: string;
}

export function secretsCommand(): Command {
  const command = new Command('secrets').description(
    'make the agents’ Secrets and their key known to the servers, and nothing else; what is there is kept',
  );
  return withWishes(withPlace(command))
    .option('--servers-context <context>', 'where the servers are, when not in the same cluster')
    .option('--servers-namespace <name>', 'of the servers there', 'mosaic')
    .action((options: SecretsOptions) => ended(() => makeSecrets(options)));
}

/** In a Job the servers' api may come later: then it fails, and is tried again. */
async function makeSecrets(options: SecretsOptions): Promise<number> {
  const wishes = await wishesOf({ files: options.values ?? [], sets: options.set ?? [] });
  const servers = { context: options.serversContext, namespace: options.serversNamespace ?? 'mosaic' };
  const rendered = await render('agents', wishes);
  const at = whereOf(options);
  await makeCredentials({ rendered, at, servers, now: Date.now, told: out });
  const source = openSource(at);
  const asked = servers.context === undefined ? source : openSource({ context: servers.context, inCluster: false });
  try {
    const { values } = rendered;
    const insists = at.inCluster;
    await makeKnown({ source, servers: asked, namespace: servers.namespace, values, insists, told: out });
    return EXIT.found;
  } finally {
    for (const one of new Set([source, asked])) one.close();
  }
}

/** Not shown: it is of use to that Job alone. */
export const giveUpCommand = (): Command =>
  withPlace(new Command('give-up').description('of the init Job: it gives up its rights')).action(
    (options: PlaceOptions) =>
      ended(async () => {
        const source = openSource(whereOf(options));
        try {
          await giveUp(source, (options.namespace ?? '').split(','));
          return EXIT.found;
        } finally {
          source.close();
        }
      }),
  );

/** Its own namespace last: with each binding the rights there go. What is theirs is collected with them. */
async function giveUp(source: LiveSource, namespaces: readonly string[]): Promise<void> {
  for (const [index, namespace] of namespaces.entries()) {
    const isHome = index === namespaces.length - 1;
    try {
      const binding = await source.get(BINDINGS, namespace, NAME);
      if (binding === undefined) continue;
      for (const type of [...(isHome ? AT_HOME : []), ROLES]) await own(source, type, namespace, binding);
      await source.remove(BINDINGS, namespace, NAME);
      out(`gave up  ${namespace}`);
    } catch (error) {
      if (!(error instanceof Forbidden)) throw error; // given up by a run that was interrupted
    }
  }
}

async function own(source: LiveSource, type: ResourceType, namespace: string, { metadata }: Manifest): Promise<void> {
  const owner = {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    name: metadata.name,
    uid: metadata.uid,
  };
  try {
    await source.patch(type, namespace, NAME, { metadata: { ownerReferences: [owner] } });
  } catch (error) {
    const isNot = error instanceof Forbidden || (error as { status?: number }).status === 404;
    if (!isNot) throw error; // without network policies there is none, nor a right to it
  }
}
