// A living cluster as the Kubernetes HTTP face asks for it: reading, watching, writing and logs over one world.

import {
  alreadyExists,
  conflict,
  type KubeObject,
  type Listing,
  notFound,
  type ObjectSource,
  type ResourceKind,
} from '@mosaic/apiserver';
import { admit, readmit } from './admission.ts';
import { VERSION } from './catalog/machines.ts';
import { remove } from './deleting.ts';
import { coreEvent, storedEvent } from './events.ts';
import { kindsServed, tableOfKind } from './kinds.ts';
import { logsOf } from './logs.ts';
import { type Engine, isLeaving } from './sim.ts';
import { keepOff } from './story/busy.ts';
import type { Draft } from './types.ts';
import { usageReader } from './usage/reader.ts';

export interface SourceOptions {
  /** Called after a write: controllers have something to do. */
  readonly wake: () => void;
  /** Resources answered with 403, by plural name. */
  readonly forbid?: readonly string[];
  /** The same, by user. */
  readonly forbidTo?: Readonly<Record<string, readonly string[]>>;
}

const STALE = 'the object has been modified; please apply your changes to the latest version and try again';

export function sourceOf(sim: Engine, { wake, forbid = [], forbidTo = {} }: SourceOptions): ObjectSource {
  const { world } = sim;
  const shown = (kind: ResourceKind) => (object: KubeObject) =>
    kind.kind === 'Event' && kind.group === '' ? coreEvent(object) : object;
  const found = (kind: ResourceKind, namespace: string, name: string): KubeObject => {
    const object = world.get(tableOfKind(kind), namespace, name);
    if (object === undefined) throw notFound(`${kind.resource} "${name}" not found`, { name, kind: kind.resource });
    return object;
  };
  return {
    now: () => sim.now(),
    version: () => VERSION,
    kinds: () => kindsServed(world),
    currentVersion: () => String(world.version),
    get(kind, namespace, name) {
      const object = world.get(tableOfKind(kind), namespace, name);
      return object && shown(kind)(object);
    },
    list: (kind, namespace, resourceVersion) =>
      listing(world.list(kind, namespace, numberOrNothing(resourceVersion)), shown(kind), kind),
    watch(kind, namespace, resourceVersion, onEvent, signal) {
      const table = tableOfKind(kind);
      const show = shown(kind);
      const tell = ({
        table: changed,
        type,
        object,
        before,
      }: Parameters<Parameters<typeof world.listen>[0]>[0]): void => {
        if (changed !== table || (namespace !== undefined && object.metadata.namespace !== namespace)) return;
        onEvent({ type, object: show(object), ...(before && { before: show(before) }) });
      };
      for (const change of world.changesAfter(Number(resourceVersion))) tell(change);
      signal.addEventListener('abort', world.listen(tell), { once: true });
    },
    logs: (namespace, name, query, signal) => {
      const pod = world.get('Pod', namespace, name);
      if (pod === undefined) throw notFound(`pods "${name}" not found`);
      return logsOf(sim, pod, query, signal);
    },
    usage: usageReader(sim),
    mayDo: (user, _verb, { resource }) => !forbid.includes(resource) && forbidTo[user]?.includes(resource) !== true,
    write: {
      create(kind, object, { dryRun }) {
        const draft = admit(sim, storedEvent(object) as unknown as Draft); // the face gives whole objects
        const namespace = draft.metadata.namespace ?? '';
        if (world.get(tableOfKind(kind), namespace, draft.metadata.name)) throw exists(kind, draft.metadata.name);
        const stored = dryRun ? atVersion(world.drafted(draft), '') : world.create(draft);
        if (!dryRun) wake();
        return shown(kind)(stored);
      },
      update(kind, object, { dryRun, expectVersion }) {
        const before = found(kind, object.metadata.namespace ?? '', object.metadata.name);
        if (expectVersion !== undefined && expectVersion !== before.metadata.resourceVersion) throw conflict(STALE);
        const next = readmit(sim, before, storedEvent(object));
        const { resourceVersion } = before.metadata;
        const stored = dryRun ? atVersion(world.revised(next), resourceVersion) : world.update(next);
        if (!dryRun && kind.kind === 'Deployment') keepOff(sim, object.metadata.name);
        if (!dryRun) wake();
        return shown(kind)(stored);
      },
      remove(kind, namespace, name, { dryRun, gracePeriodSeconds, propagationPolicy }) {
        const object = found(kind, namespace, name);
        if (dryRun) return shown(kind)(object);
        const propagation = propagationPolicy ?? (kind.kind === 'Job' ? 'Background' : undefined);
        const left = remove(sim, object, { graceSeconds: gracePeriodSeconds, propagation });
        if (kind.kind === 'CustomResourceDefinition' && !isLeaving(left)) dropInstances(sim, object);
        wake();
        return shown(kind)(left);
      },
    },
  };
}

/** What is only tried gets no version of its own. */
const atVersion = (object: KubeObject, resourceVersion: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion },
});

const exists = (kind: ResourceKind, name: string): Error => alreadyExists(`${kind.resource} "${name}" already exists`);

const numberOrNothing = (text: string | undefined): number | undefined =>
  text === undefined || text === '' || text === '0' ? undefined : Number(text);

function listing(found: Listing, show: (object: KubeObject) => KubeObject, kind: ResourceKind): Listing {
  return kind.kind === 'Event' && kind.group === '' ? { ...found, items: found.items.map(show) } : found;
}

/** Without its definition nothing can be served of a kind. */
function dropInstances(sim: Engine, definition: KubeObject): void {
  const { group, names } = definition.spec as { group: string; names: { kind: string } }; // a CustomResourceDefinition
  for (const object of [...sim.world.all(`${names.kind}.${group}`)]) sim.world.remove(object);
}
