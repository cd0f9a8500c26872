// Applying a plan in the order of its files: each workload is whole before the next file follows, but that stores which are new start beside each other.

import { type KubeError, type LiveSource, type Manifest, NAMESPACES } from '@mosaic/kat';
import { type Inventory, keyOf, leftOver, type Made, madeBy, writeInventory } from './inventory.ts';
import { shownName } from './kinds.ts';
import { isWrittenByUs, type Step } from './plan.ts';
import { isWaitedFor, type Patience, untilWhole } from './waiting.ts';

export interface Applying {
  readonly source: LiveSource;
  readonly steps: readonly Step[];
  readonly inventory: Inventory;
  /** Until it is whole the inventory names the version before: back to that one is no way backwards. */
  readonly versionBefore: string;
  readonly patience: Patience;
  /** False: workloads are applied and left to themselves. */
  readonly waits: boolean;
  /** After namespaces, before all else. */
  readonly afterNamespaces: () => Promise<void>;
  /** Before the first workload. */
  readonly beforeWorkloads: () => Promise<void>;
}

/** Throws when it cannot go on; what was applied stays, and is in the inventory. */
export async function applyAll(applying: Applying): Promise<Inventory> {
  const { source, steps, inventory, patience, versionBefore: version } = applying;
  const { told } = patience;
  const uids = new Map<string, string>();
  const made = madeBy(steps, inventory.made);
  // The home of the inventory first, when it is new: then no other thing is made that the inventory does not know.
  const home = steps.find(({ type, piece }) => isNamespace(type) && piece.object.metadata.name === inventory.namespace);
  if (home?.deed === 'create') await applyStep(source, home, uids, told);
  await writeInventory(source, { ...inventory, version, state: 'applying', made });
  const namespaces = steps.filter(({ type }) => isNamespace(type));
  for (const step of namespaces) if (step !== home || home.deed !== 'create') await applyStep(source, step, uids, told);
  await applying.afterNamespaces();
  await applyRest(applying, uids);
  const gone = await removeLeftOver(source, leftOver(made, steps), told);
  const kept = made.filter((one) => !gone.has(keyOf(one)));
  const whole = { ...inventory, state: 'complete' as const, made: kept.map((one) => withUid(one, uids)) };
  await writeInventory(source, whole);
  return whole;
}

const isNamespace = ({ kind }: Step['type']): boolean => kind === NAMESPACES.kind;
const withUid = (one: Made, uids: ReadonlyMap<string, string>): Made => {
  const uid = uids.get(keyOf(one));
  return uid === undefined ? one : { ...one, uid };
};

async function applyRest(
  { source, steps, patience, waits, beforeWorkloads }: Applying,
  uids: Map<string, string>,
): Promise<void> {
  const byFile = Map.groupBy(
    steps.filter(({ type }) => !isNamespace(type)),
    ({ piece }) => piece.file,
  );
  let isAhead = true;
  const starting: Step[] = [];
  const untilAllWhole = async (): Promise<void> => {
    for (const { type, piece } of starting.splice(0)) await untilWhole(source, type, piece.object, patience);
  };
  for (const same of byFile.values()) {
    const workloads = same.filter(isWaitedFor);
    if (isAhead && workloads.length > 0) await beforeWorkloads();
    isAhead &&= workloads.length === 0;
    if (!workloads.every(startsBesideOthers)) await untilAllWhole();
    for (const step of same) await applyStep(source, step, uids, patience.told);
    if (waits) starting.push(...workloads);
    if (!workloads.every(startsBesideOthers)) await untilAllWhole();
  }
  await untilAllWhole();
}

/** A new store takes a minute to start, and nobody needs it meanwhile; its Job tries again until it is there. What runs already is changed one by one. */
const startsBesideOthers = ({ type, deed }: Step): boolean =>
  deed === 'create' && (type.kind === 'StatefulSet' || type.kind === 'Job');

const DONE = { create: 'created', change: 'changed', keep: 'unchanged', replace: 'replaced' } as const;

async function applyStep(
  source: LiveSource,
  step: Step,
  uids: Map<string, string>,
  told: (line: string) => void,
): Promise<void> {
  const { piece, type, deed } = step;
  if (deed === 'foreign' || deed === 'refused') throw new Error(`${shownName(piece.object)} is not to be applied`); // the plan was refused
  const { namespace, name } = piece.object.metadata;
  if (deed === 'replace') await removeWhole(source, step);
  const found = deed === 'keep' ? await source.get(type, namespace, name) : undefined;
  const applied = found ?? (await source.apply(type, piece.object, { force: true }));
  uids.set(keyOf({ type, name, ...(namespace !== undefined && { namespace }) }), applied.metadata.uid);
  if (deed !== 'keep') told(`${DONE[deed]}  ${shownName(piece.object)}`);
}

async function removeWhole(source: LiveSource, { type, piece: { object } }: Step): Promise<void> {
  const { namespace, name } = object.metadata;
  await source.remove(type, namespace, name, { propagation: 'Background' });
  while ((await source.get(type, namespace, name)) !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 200));
}

async function removeLeftOver(
  source: LiveSource,
  made: readonly Made[],
  told: (line: string) => void,
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  for (const one of made.toReversed()) {
    if (one.isAdopted || one.type.kind === NAMESPACES.kind) continue;
    if (await removeMade(source, one)) told(`removed  ${shownMade(one)}`);
    gone.add(keyOf(one));
  }
  return gone;
}

/** Only what we made: by its uid, or, when a run was interrupted before it was known, by who applied it. False when it is not there. */
export async function removeMade(source: LiveSource, one: Made): Promise<boolean> {
  const type = { ...one.type, verbs: [] };
  const found = await source.get(type, one.namespace, one.name);
  if (found === undefined) return false;
  if (!isTheSame(found, one)) return false;
  try {
    await source.remove(type, one.namespace, one.name, { uid: found.metadata.uid, propagation: 'Background' });
    return true;
  } catch (error) {
    if ((error as KubeError).status === 404) return false; // it went by itself
    throw error;
  }
}

export const isTheSame = (found: Manifest, { uid }: Made): boolean =>
  uid === undefined ? isWrittenByUs(found) : found.metadata.uid === uid;

export const shownMade = ({ type, namespace, name }: Made): string =>
  `${type.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
