// What an install made, kept in the cluster itself: a ConfigMap of names and uids, so that a later run removes exactly that and nothing else.

import { type Json, type LiveSource, type Manifest, type ResourceType, recordsAt, textAt } from '@mosaic/kat';
import { CONFIG_MAPS } from './kinds.ts';
import type { Step } from './plan.ts';
import type { TreeName } from './trees.ts';

export interface Made {
  readonly type: Pick<ResourceType, 'group' | 'version' | 'kind' | 'resource' | 'namespaced'>;
  readonly namespace?: string;
  readonly name: string;
  /** Absent while an install is on its way. */
  readonly uid?: string;
  /** It was there before us: its namespace-wide wishes of ours go, it stays. */
  readonly isAdopted?: boolean;
}

export interface Inventory {
  readonly tree: TreeName;
  readonly namespace: string;
  readonly version: string;
  /** `applying`: a run has begun and has not said that it ended. */
  readonly state: 'applying' | 'complete';
  /** What was wished otherwise than the product has it. */
  readonly wishes: Json;
  readonly made: readonly Made[];
}

export const inventoryName = (tree: TreeName): string => `mosaic-install-${tree}`;
export const INVENTORY_LABEL = 'mosaic.dev/installation';

export async function readInventory(
  source: Pick<LiveSource, 'get'>,
  tree: TreeName,
  namespace: string,
): Promise<Inventory | undefined> {
  const found = await source.get(CONFIG_MAPS, namespace, inventoryName(tree));
  return found === undefined ? undefined : inventoryIn(found);
}

/** Of a namespace, or of the whole cluster. */
export async function findInventories(
  source: Pick<LiveSource, 'list'>,
  namespace?: string,
): Promise<readonly Inventory[]> {
  const where = namespace === undefined ? {} : { namespace };
  const { items } = await source.list(CONFIG_MAPS, { labelSelector: INVENTORY_LABEL, ...where });
  return items.map(inventoryIn);
}

function inventoryIn(found: Manifest): Inventory {
  const label = found.metadata.labels?.[INVENTORY_LABEL];
  return {
    tree: label === 'servers' ? 'servers' : 'agents',
    namespace: found.metadata.namespace ?? '',
    version: textAt(found, 'data', 'version') ?? '',
    state: textAt(found, 'data', 'state') === 'complete' ? 'complete' : 'applying',
    wishes: parsed(textAt(found, 'data', 'values')) as Json, // as `writeInventory` wrote it
    made: recordsAt({ made: parsed(textAt(found, 'data', 'made')) }, 'made') as unknown as readonly Made[], // likewise
  };
}

const parsed = (text: string | undefined): unknown => (text === undefined ? {} : JSON.parse(text));

export async function writeInventory(source: Pick<LiveSource, 'apply'>, inventory: Inventory): Promise<void> {
  const { tree, namespace, version, state, wishes, made } = inventory;
  await source.apply(
    CONFIG_MAPS,
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: inventoryName(tree),
        namespace,
        labels: {
          'app.kubernetes.io/part-of': 'mosaic',
          'app.kubernetes.io/managed-by': 'mosaic',
          [INVENTORY_LABEL]: tree,
        },
      } as unknown as Manifest['metadata'], // the uid is the API server's to give
      data: { version, state, values: JSON.stringify(wishes), made: JSON.stringify(made) },
    },
    { force: true },
  );
}

export const keyOf = ({ type, namespace = '', name }: Pick<Made, 'type' | 'namespace' | 'name'>): string =>
  `${type.group}/${type.kind}/${namespace}/${name}`;

/** What is there already and what a plan adds; uids are kept where they are known. */
export function madeBy(steps: readonly Step[], before: readonly Made[]): readonly Made[] {
  const known = new Map(before.map((one) => [keyOf(one), one]));
  for (const step of steps) {
    const made = madeOf(step);
    const old = known.get(keyOf(made));
    known.set(keyOf(made), old ?? made);
  }
  return [...known.values()];
}

function madeOf({ piece: { object }, type, isAdopted }: Step): Made {
  const { group, version, kind, resource, namespaced } = type;
  const { namespace, name } = object.metadata;
  return {
    type: { group, version, kind, resource, namespaced },
    ...(namespace !== undefined && { namespace }),
    name,
    ...(isAdopted && { isAdopted }),
  };
}

/** Of an older install and no longer wished. */
export const leftOver = (made: readonly Made[], steps: readonly Step[]): readonly Made[] => {
  const wished = new Set(steps.map((step) => keyOf(madeOf(step))));
  return made.filter((one) => !wished.has(keyOf(one)));
};
