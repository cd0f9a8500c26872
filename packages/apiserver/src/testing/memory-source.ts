// An ObjectSource in memory: an honest small adapter with versions, a window of changes, dry run and finalizers.

import { builtInKinds } from '../kinds/built-in.ts';
import { kindsOfDefinition } from '../kinds/definition.ts';
import {
  alreadyExists,
  conflict,
  gone,
  type KubeObject,
  type Listing,
  notFound,
  type ObjectSource,
  type ResourceKind,
  type WatchEvent,
} from '../port.ts';
import { byPlace } from '../read/listing-order.ts';

interface Logged {
  readonly version: number;
  readonly kind: string;
  readonly event: WatchEvent;
}

interface Watcher {
  readonly kind: string;
  readonly namespace: string | undefined;
  readonly tell: (event: WatchEvent) => void;
}

export interface MemorySourceOptions {
  readonly now?: () => number;
  /** Changes kept for watches and old snapshots. */
  readonly window?: number;
  readonly kinds?: readonly ResourceKind[];
  readonly logs?: ObjectSource['logs'];
  readonly mayDo?: ObjectSource['mayDo'];
  readonly warning?: ObjectSource['warning'];
  readonly usage?: ObjectSource['usage'];
}

export interface MemorySource extends ObjectSource {
  readonly write: NonNullable<ObjectSource['write']>;
  /** As a controller would: no defaults, no checks. */
  put(kind: ResourceKind, object: KubeObject): KubeObject;
  /** Forgets all changes so far: older versions are `Gone`. */
  compact(): void;
  kind(name: string): ResourceKind;
}

const nameOf = (kind: ResourceKind): string => `${kind.resource}.${kind.group}`;
const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

export function memorySource(options: MemorySourceOptions = {}): MemorySource {
  const { now = Date.now, window = 10_000, kinds = builtInKinds(), logs, mayDo, warning, usage } = options;
  const objects = new Map<string, Map<string, KubeObject>>();
  const watchers = new Set<Watcher>();
  let log: Logged[] = [];
  let version = 1;
  let oldest = 0;

  const tableOf = (kind: ResourceKind) => {
    const found = objects.get(nameOf(kind)) ?? new Map<string, KubeObject>();
    objects.set(nameOf(kind), found);
    return found;
  };
  const custom = () =>
    [...(objects.get('customresourcedefinitions.apiextensions.k8s.io')?.values() ?? [])].flatMap(kindsOfDefinition);

  const record = (kind: ResourceKind, event: WatchEvent) => {
    log.push({ version, kind: nameOf(kind), event });
    if (log.length > window) oldest = log.shift()?.version ?? oldest;
    for (const watcher of watchers) if (isSeenBy(watcher, nameOf(kind), event)) watcher.tell(event);
  };
  const stamped = (object: KubeObject): KubeObject => ({
    ...object,
    metadata: { ...object.metadata, resourceVersion: String(++version) },
  });
  const put = (kind: ResourceKind, object: KubeObject): KubeObject => {
    const table = tableOf(kind);
    const key = keyOf(object.metadata.namespace ?? '', object.metadata.name);
    const before = table.get(key);
    const next = stamped(object);
    table.set(key, next);
    record(kind, before === undefined ? { type: 'ADDED', object: next } : { type: 'MODIFIED', object: next, before });
    return next;
  };
  const drop = (kind: ResourceKind, object: KubeObject): KubeObject => {
    tableOf(kind).delete(keyOf(object.metadata.namespace ?? '', object.metadata.name));
    const last = stamped(object);
    record(kind, { type: 'DELETED', object: last, before: object });
    return last;
  };
  const find = (kind: ResourceKind, namespace: string, name: string) => tableOf(kind).get(keyOf(namespace, name));
  const known = (kind: ResourceKind, namespace: string, name: string) => {
    const object = find(kind, namespace, name);
    if (object === undefined) throw notFound(`${nameOf(kind)} "${name}" not found`);
    return object;
  };
  const refuseGone = (asked: string) => {
    if (Number(asked) < oldest) throw gone(`too old resource version: ${asked} (${oldest})`);
  };
  /** The present with later changes undone. */
  const tableAt = (kind: ResourceKind, asked: string): ReadonlyMap<string, KubeObject> => {
    refuseGone(asked);
    const table = new Map(tableOf(kind));
    for (const { version: at, kind: name, event } of log.toReversed()) {
      if (at <= Number(asked) || name !== nameOf(kind)) continue;
      const key = keyOf(event.object.metadata.namespace ?? '', event.object.metadata.name);
      if (event.before === undefined) table.delete(key);
      else table.set(key, event.before);
    }
    return table;
  };

  return {
    now,
    version: () => ({ major: '1', minor: '32', gitVersion: 'v1.32.0' }),
    kinds: () => [...kinds, ...custom()],
    kind(name) {
      const found = [...kinds, ...custom()].find((each) => each.kind === name);
      if (found === undefined) throw new Error(`no kind ${name}`);
      return found;
    },
    get: find,
    list(kind, namespace, resourceVersion): Listing {
      const table = resourceVersion === undefined ? tableOf(kind) : tableAt(kind, resourceVersion);
      const items = [...table.values()]
        .filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace)
        .sort((a, b) => byPlace(a.metadata, b.metadata));
      return { items, resourceVersion: resourceVersion ?? String(version) };
    },
    watch(kind, namespace, resourceVersion, tell, signal) {
      refuseGone(resourceVersion);
      const watcher = { kind: nameOf(kind), namespace, tell };
      for (const { version: at, kind: name, event } of log) {
        if (at > Number(resourceVersion) && isSeenBy(watcher, name, event)) tell(event);
      }
      watchers.add(watcher);
      signal.addEventListener('abort', () => watchers.delete(watcher));
    },
    currentVersion: () => String(version),
    put,
    compact() {
      log = [];
      oldest = version;
    },
    write: {
      create(kind, object, { dryRun }) {
        const { namespace = '', name } = object.metadata;
        if (find(kind, namespace, name) !== undefined) throw alreadyExists(`${nameOf(kind)} "${name}" already exists`);
        return dryRun ? object : put(kind, object);
      },
      update(kind, object, { dryRun, expectVersion }) {
        const current = known(kind, object.metadata.namespace ?? '', object.metadata.name);
        if (expectVersion !== undefined && expectVersion !== current.metadata.resourceVersion) {
          throw conflict('the object has been modified; please apply your changes to the latest version and try again');
        }
        return dryRun ? object : put(kind, object);
      },
      remove(kind, namespace, name, { dryRun }) {
        const current = known(kind, namespace, name);
        if (dryRun) return current;
        const isHeld = (current.metadata.finalizers?.length ?? 0) > 0;
        if (!isHeld) return drop(kind, current);
        const deletionTimestamp = current.metadata.deletionTimestamp ?? new Date(now()).toISOString();
        return put(kind, { ...current, metadata: { ...current.metadata, deletionTimestamp } });
      },
    },
    ...(logs === undefined ? {} : { logs }),
    ...(mayDo === undefined ? {} : { mayDo }),
    ...(warning === undefined ? {} : { warning }),
    ...(usage === undefined ? {} : { usage }),
  };
}

const isSeenBy = (watcher: Watcher, kind: string, { object }: WatchEvent): boolean =>
  watcher.kind === kind && (watcher.namespace === undefined || watcher.namespace === object.metadata.namespace);
