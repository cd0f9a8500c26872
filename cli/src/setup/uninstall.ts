// Removing what an install made, and nothing else: by the inventory it kept, object by object and only while it is the same one.

import { type LiveSource, type Manifest, NAMESPACES, type ResourceType } from '@mosaic/kat';
import { EXIT } from '../exit.ts';
import { isTheSame, removeMade, shownMade } from './apply.ts';
import { type Inventory, inventoryName, type Made } from './inventory.ts';
import { CLAIMS, CONFIG_MAPS, PODS, SECRETS } from './kinds.ts';
import { isOurs, isWrittenByUs } from './plan.ts';

export interface Uninstalling {
  readonly told: (line: string) => void;
  /** Asks, or knows the answer. */
  readonly agrees: (question: string) => Promise<boolean>;
  /** Undefined: ask. */
  readonly data: Readonly<Record<'volumes' | 'secrets' | 'namespaces', boolean | undefined>>;
}

const GONE_WITHIN_MS = 120_000;
const LEASES: ResourceType = {
  ...{ group: 'coordination.k8s.io', version: 'v1', kind: 'Lease', resource: 'leases', namespaced: true },
  verbs: [],
};

/** Exit code. */
export async function uninstall(source: LiveSource, inventory: Inventory, uninstalling: Uninstalling): Promise<number> {
  const { told, agrees } = uninstalling;
  const made = [...inventory.made, ...madeByAgents(inventory)].filter(({ type }) => type.kind !== NAMESPACES.kind);
  for (const one of made) {
    const said = await whatOf(source, one);
    if (said !== undefined) told(said);
  }
  if (!(await agrees(`remove ${inventory.tree} ${inventory.version} from namespace ${inventory.namespace}`))) {
    told('nothing was removed');
    return EXIT.nothing;
  }
  for (const one of made.toReversed()) if (await removeMade(source, one)) told(`removed  ${shownMade(one)}`);
  await podsGone(source, inventory);
  const namespaces = inventory.made.filter(
    ({ type, isAdopted }) => type.kind === NAMESPACES.kind && isAdopted !== true,
  );
  const kept = await removeData(source, inventory, uninstalling);
  await source.remove(CONFIG_MAPS, inventory.namespace, inventoryName(inventory.tree)).catch(ignoreMissing);
  for (const one of inventory.made) if (one.isAdopted === true) await giveBack(source, one, told);
  await removeNamespaces(source, namespaces, kept, uninstalling);
  if (inventory.tree === 'agents')
    told('kept     what node agents wrote on their machines: nodeAgent.dataPath (/var/lib/mosaic)');
  return EXIT.found;
}

/** The Lease by which replicas choose who watches is made by them. */
const madeByAgents = ({ tree, namespace }: Inventory): readonly Made[] =>
  tree === 'agents' ? [{ type: LEASES, namespace, name: 'mosaic-agent' }] : [];

async function whatOf(source: LiveSource, one: Made): Promise<string | undefined> {
  const found = await source.get({ ...one.type, verbs: [] }, one.namespace, one.name);
  if (found === undefined) return undefined;
  return isTheSame(found, one)
    ? `remove   ${shownMade(one)}`
    : `leave    ${shownMade(one)}: another object has its name now`;
}

const namespacesIn = ({ namespace, made }: Inventory): readonly string[] => [
  ...new Set([namespace, ...made.filter(({ type }) => type.kind === NAMESPACES.kind).map(({ name }) => name)]),
];

/** Volumes cannot go while a pod has them. */
async function podsGone(source: LiveSource, inventory: Inventory): Promise<void> {
  const labelSelector = 'app.kubernetes.io/part-of=mosaic';
  for (const namespace of namespacesIn(inventory))
    await untilGone(async () => (await source.list(PODS, { namespace, labelSelector })).items.length === 0);
}

/** False when it takes too long. */
async function untilGone(isGone: () => Promise<boolean>): Promise<boolean> {
  for (const until = Date.now() + GONE_WITHIN_MS; Date.now() < until; ) {
    if (await isGone()) return true;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}

/** What is kept, for people. */
async function removeData(
  source: LiveSource,
  inventory: Inventory,
  uninstalling: Uninstalling,
): Promise<readonly string[]> {
  const kept: string[] = [];
  const each = async (
    what: 'volumes' | 'secrets',
    type: ResourceType,
    isIt: (one: Manifest) => boolean,
  ): Promise<void> => {
    const pages = await Promise.all(namespacesIn(inventory).map((namespace) => source.list(type, { namespace })));
    const found = pages.flatMap(({ items }) => items).filter(isIt);
    if (found.length === 0) return;
    const names = found.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`).join(', ');
    const wished = uninstalling.data[what] ?? (await uninstalling.agrees(`remove ${what} too, for good: ${names}`));
    if (wished)
      for (const { metadata } of found)
        await source.remove(type, metadata.namespace, metadata.name, { uid: metadata.uid });
    else kept.push(names);
    uninstalling.told(`${wished ? 'removed ' : 'kept    '} ${what}: ${names}`);
  };
  await each('volumes', CLAIMS, isOurs);
  await each('secrets', SECRETS, (one) => isOurs(one) && isWrittenByUs(one));
  return kept;
}

/** A namespace that was there before us loses what we said about it. */
async function giveBack(source: LiveSource, one: Made, told: (line: string) => void): Promise<void> {
  const metadata = { name: one.name } as unknown as Manifest['metadata']; // the uid is the API server's to give
  await source.apply(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata }, { force: true });
  told(`left     ${shownMade(one)}, which was there before; our labels are taken off`);
}

async function removeNamespaces(
  source: LiveSource,
  namespaces: readonly Made[],
  kept: readonly string[],
  { data, told, agrees }: Uninstalling,
): Promise<void> {
  const going: string[] = [];
  for (const one of namespaces) {
    const found = await source.get(NAMESPACES, undefined, one.name);
    if (found === undefined || !isTheSame(found, one)) continue;
    const others = await foreignIn(source, one.name);
    const hasKept = kept.some((names) => names.split(', ').some((name) => name.startsWith(`${one.name}/`)));
    if (others.length > 0 || hasKept) {
      told(`kept     namespace ${one.name}: ${hasKept ? 'it holds what was kept' : `it holds ${others.join(', ')}`}`);
      continue;
    }
    if (data.namespaces ?? (await agrees(`remove namespace ${one.name}, which is empty now`))) {
      await source.remove(NAMESPACES, undefined, one.name, { uid: found.metadata.uid });
      going.push(one.name);
    } else told(`kept     namespace ${one.name}`);
  }
  // Kubernetes takes seconds for each: all go at the same time.
  for (const name of going) {
    const isGone = await untilGone(async () => (await source.get(NAMESPACES, undefined, name)) === undefined);
    told(
      isGone
        ? `removed  namespace ${name}`
        : `going    namespace ${name}: kubectl describe namespace ${name} says why it takes long`,
    );
  }
}

/** Made for every namespace, or telling of what is gone. */
const EVERYWHERE = new Set(['ConfigMap/kube-root-ca.crt', 'ServiceAccount/default']);
const FLEETING = new Set(['Event', 'Endpoints', 'EndpointSlice', 'Pod', 'Lease', 'PodMetrics']);
const MOST_NAMED = 5;

/** Somebody else's in a namespace: it must not go with it. */
async function foreignIn(source: LiveSource, namespace: string): Promise<readonly string[]> {
  const { types } = await source.resources();
  const listed = types.filter((type) => type.namespaced && type.verbs.includes('list') && !FLEETING.has(type.kind));
  const pages = await Promise.all(listed.map((type) => source.list(type, { namespace, limit: 50 })));
  const names = pages
    .flatMap(({ items }) => items)
    .filter(
      (one) => !EVERYWHERE.has(`${one.kind}/${one.metadata.name}`) && one.metadata.deletionTimestamp === undefined,
    )
    .map((one) => `${one.kind} ${one.metadata.name}`);
  return names.length > MOST_NAMED ? [...names.slice(0, MOST_NAMED), `and ${names.length - MOST_NAMED} more`] : names;
}

function ignoreMissing(error: unknown): void {
  if ((error as { status?: number }).status !== 404) throw error;
}
