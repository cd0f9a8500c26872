// The garbage collector: what an object owned goes with it, or is let go. Namespaces empty themselves before they end.

import type { KubeObject } from '@mosaic/apiserver';
import { remove } from '../deleting.ts';
import { type Controller, isLeaving, type React, type Sim } from '../sim.ts';
import { withMeta, withoutMeta } from '../writing.ts';

/** Reacts to every change of every kind: what an object owned, and who owned it. */
export const onEveryChange: React = (sim, { type, object, before }) => {
  const { uid, finalizers = [], name } = object.metadata;
  if (type === 'DELETED') {
    for (const owned of sim.world.ownedBy(uid)) sim.touch('collect', key(owned), owned.metadata.name);
    askOwners(sim, object);
  } else if (isLeaving(object) && (before === undefined || !isLeaving(before)) && finalizers.length > 0)
    sim.touch('finalize', key(object), name);
  else if (isLeaving(object) && finalizers.length === 0 && object.kind !== 'Pod' && object.kind !== 'Namespace')
    sim.touch('finalize', key(object), name);
};

/** Table and namespace in one word. */
const key = ({ apiVersion, kind, metadata }: KubeObject): string => `${apiVersion}#${kind}#${metadata.namespace ?? ''}`;

function find(sim: Sim, at: string, name: string): KubeObject | undefined {
  const [apiVersion = '', kind = '', namespace = ''] = at.split('#');
  return sim.world.get(sim.tableOf(apiVersion, kind), namespace, name);
}

function askOwners(sim: Sim, object: KubeObject) {
  for (const { apiVersion, kind, name } of object.metadata.ownerReferences ?? [])
    sim.touch('finalize', `${apiVersion}#${kind}#${object.metadata.namespace ?? ''}`, name);
}

/** Its owner is gone. */
function collect(sim: Sim, at: string, name: string) {
  const object = find(sim, at, name);
  if (object === undefined || isLeaving(object)) return;
  const owners = (object.metadata.ownerReferences ?? []).filter((owner) => isAlive(sim, object, owner));
  if (owners.length > 0) sim.world.update(withMeta(object, { ownerReferences: owners }));
  else if (object.metadata.ownerReferences !== undefined) remove(sim, object);
}

type Owner = NonNullable<KubeObject['metadata']['ownerReferences']>[number];
function isAlive(sim: Sim, object: KubeObject, { apiVersion, kind, name, uid }: Owner): boolean {
  const table = sim.tableOf(apiVersion, kind);
  const owner = sim.world.get(table, object.metadata.namespace ?? '', name) ?? sim.world.get(table, '', name);
  return owner?.metadata.uid === uid;
}

/** It is being deleted: its dependents are dealt with as its finalizers say. */
function finalize(sim: Sim, at: string, name: string) {
  const object = find(sim, at, name);
  if (object === undefined || !isLeaving(object)) return;
  const { finalizers = [], uid } = object.metadata;
  const owned = sim.world.ownedBy(uid);
  if (finalizers.includes('orphan')) {
    for (const one of owned) sim.world.update(withoutMeta(one, 'ownerReferences'));
    return drop(sim, object, 'orphan');
  }
  if (!finalizers.includes('foregroundDeletion')) return endIfFree(sim, object);
  if (owned.length === 0) return drop(sim, object, 'foregroundDeletion');
  for (const one of owned) if (!isLeaving(one)) remove(sim, one);
  if (sim.world.ownedBy(uid).length === 0) drop(sim, object, 'foregroundDeletion');
}

function drop(sim: Sim, object: KubeObject, finalizer: string): void {
  const finalizers = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  endIfFree(
    sim,
    finalizers.length > 0 ? sim.world.update(withMeta(object, { finalizers })) : withoutMeta(object, 'finalizers'),
  );
}

function endIfFree(sim: Sim, object: KubeObject): void {
  const waitsForKubelet =
    object.kind === 'Pod' && (object as { spec?: { nodeName?: string } }).spec?.nodeName !== undefined;
  if ((object.metadata.finalizers ?? []).length === 0 && !waitsForKubelet) sim.world.remove(object);
}

function emptyNamespace(sim: Sim, _at: string, name: string) {
  const namespace = sim.world.get('Namespace', '', name);
  if (namespace === undefined || !isLeaving(namespace)) return;
  sim.world.update({ ...namespace, status: { phase: 'Terminating' } });
  let left = 0;
  for (const table of [...sim.world.tables()])
    for (const object of [...sim.world.inNamespace(table, name)]) {
      if (!isLeaving(object)) remove(sim, object);
      left += sim.world.get(table, name, object.metadata.name) === undefined ? 0 : 1;
    }
  if (left > 0) return sim.after(1_000, 'namespace-empty', { name });
  sim.world.remove(namespace);
}

export const garbage: Controller = {
  reconcile: { collect, finalize, namespace: emptyNamespace },
  handle: {
    'namespace-empty': (sim, about) => sim.touch('namespace', '', typeof about.name === 'string' ? about.name : ''),
  },
};
