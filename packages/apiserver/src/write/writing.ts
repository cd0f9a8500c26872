// What every write shares: who may, under which manager's name, and how an object is settled before it is stored.

import { afterUpdate, entriesOf, type Manager, managersOf, type Who } from '../apply/managers.ts';
import type { Asked } from '../http/asked.ts';
import { isTrue } from '../http/asked.ts';
import { asHeader } from '../http/respond.ts';
import { equal, isRecord, type Json, recordOf, textAt, withField } from '../json.ts';
import { findKind } from '../kinds/find.ts';
import { apiVersionOf } from '../kinds/kind.ts';
import { shapeOf } from '../patch/shapes.ts';
import { badRequest, type KubeObject, type ObjectSource, type WriteOptions } from '../port.ts';
import { conflicting, methodNotAllowed, noSuchObject, STALE } from '../status.ts';
import { checkFields, knownOnly } from '../types/strict.ts';
import { withDefaults } from './defaults.ts';
import { validate } from './validate.ts';

export type Write = NonNullable<ObjectSource['write']>;

const MOST_MANAGER_CHARS = 128;

/** The source's write side, or 405 saying why there is none. */
export function writeSide({ source, readOnlyBecause }: Asked): Write {
  if (source.write === undefined) throw methodNotAllowed(readOnlyBecause);
  return source.write;
}

export function writeOptions({ query, user, req }: Asked): WriteOptions {
  const named = query.get('fieldManager') ?? '';
  if (named.length > MOST_MANAGER_CHARS) throw badRequest(`fieldManager may have ${MOST_MANAGER_CHARS} characters`);
  const agent = (req.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown';
  const dryRun = query.getAll('dryRun').filter((each) => each !== '');
  if (dryRun.some((each) => each !== 'All'))
    throw badRequest(`dryRun: ${JSON.stringify(dryRun[0])} is not supported; use "All"`);
  return { dryRun: dryRun.length > 0, user, fieldManager: named === '' ? agent.slice(0, MOST_MANAGER_CHARS) : named };
}

export const who = (asked: Asked, operation: Who['operation'], manager: string): Who => ({
  manager,
  operation,
  apiVersion: apiVersionOf(asked.kind),
  subresource: asked.subresource ?? '',
  time: instant(asked.source.now()),
});

export const instant = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** Throws 400 when the body is of another kind, name or namespace than the path says. */
export function checkIdentity({ kind, namespace, name }: Asked, body: Json): void {
  const expected = apiVersionOf(kind);
  if (body.apiVersion !== undefined && body.apiVersion !== expected) {
    throw badRequest(
      `the API version in the data (${String(body.apiVersion)}) does not match the expected API version (${expected})`,
    );
  }
  if (body.kind !== undefined && body.kind !== kind.kind) {
    throw badRequest(`the object provided is unrecognized: kind ${JSON.stringify(body.kind)} is not ${kind.kind}`);
  }
  if (body.metadata !== undefined && !isRecord(body.metadata)) throw badRequest('metadata is not an object');
  const own = { namespace: textAt(body, 'metadata', 'namespace'), name: textAt(body, 'metadata', 'name') };
  if (kind.namespaced && own.namespace !== '' && own.namespace !== namespace) {
    throw badRequest(
      `the namespace of the provided object does not match the namespace sent on the request (${own.namespace} is not ${namespace})`,
    );
  }
  if (name !== undefined && own.name !== '' && own.name !== name) {
    throw badRequest(`the name of the object (${own.name}) does not match the name on the URL (${name})`);
  }
}

/** The body without unknown fields, which are refused or warned of as the client wishes. */
export function checkedBody({ kind, query, res }: Asked, body: Json): Json {
  const warnings = checkFields(kind, body, query.get('fieldValidation'));
  if (warnings.length > 0) {
    res.setHeader(
      'Warning',
      warnings.map((text) => `299 - ${asHeader(JSON.stringify(text))}`),
    );
  }
  return knownOnly(kind, body);
}

export async function needsNamespace({ source, kind, namespace }: Asked): Promise<void> {
  const namespaces = findKind(source, '', 'Namespace');
  if (!kind.namespaced || namespace === undefined || namespaces === undefined) return;
  if ((await source.get(namespaces, '', namespace)) === undefined) throw noSuchObject(namespaces, namespace);
}

/** A new object as it will be stored: named, stamped, defaulted, checked. */
export function settleNew(asked: Asked, body: Json, name: string): Json {
  const { kind, stored, namespace, source } = asked;
  const {
    resourceVersion: _rv,
    uid: _uid,
    deletionTimestamp: _gone,
    deletionGracePeriodSeconds: _grace,
    managedFields: _managers,
    selfLink: _link,
    namespace: _namespace,
    ...metadata
  } = recordOf(body.metadata);
  const stamped = {
    ...body,
    apiVersion: apiVersionOf(stored),
    kind: stored.kind,
    metadata: {
      ...metadata,
      name,
      ...(kind.namespaced && namespace !== undefined ? { namespace } : {}),
      uid: crypto.randomUUID(),
      resourceVersion: '',
      creationTimestamp: instant(source.now()),
      ...(countsGenerations(kind) ? { generation: 1 } : {}),
    },
  };
  const settled = withDefaults(stored, withoutStatus(kind, stamped));
  validate(stored, settled);
  return settled;
}

/** Kinds with a spec somebody reconciles; Kubernetes does not count for plain data. */
const countsGenerations = (kind: KindTraits): boolean =>
  kind.schema !== undefined || (kind.group !== '' && kind.subresources.includes('status')) || kind.kind === 'Pod';
type KindTraits = Pick<Asked['kind'], 'group' | 'kind' | 'subresources' | 'schema'>;

/** Status is written below `/status` only, where there is such a place. */
const withoutStatus = (kind: KindTraits, object: Json): Json =>
  kind.subresources.includes('status') ? withField(object, 'status', undefined) : object;

/** `desired` as the successor of `current`: identity kept, status kept apart, generation counted. */
function settleNext(asked: Asked, current: KubeObject, desired: Json): Json {
  const { kind, stored, subresource } = asked;
  const base = recordOf(desired.metadata);
  const { uid, name, namespace, creationTimestamp, resourceVersion, deletionTimestamp } = current.metadata;
  const fixed = {
    name,
    namespace,
    uid,
    creationTimestamp,
    resourceVersion,
    deletionTimestamp,
    deletionGracePeriodSeconds: recordOf(current.metadata).deletionGracePeriodSeconds,
  };
  if (subresource === 'status') return { ...current, status: desired.status };
  const next = {
    ...desired,
    apiVersion: current.apiVersion,
    kind: current.kind,
    metadata: compact({
      ...base,
      ...fixed,
      managedFields: undefined,
      selfLink: undefined,
      generation: current.metadata.generation,
    }),
  };
  const kept = kind.subresources.includes('status') ? withField(next, 'status', current.status) : next;
  const settled = untouched(withDefaults(stored, kept), kept, current);
  validate(stored, settled);
  return countsGenerations(kind) && !equal(specOf(settled), specOf(current))
    ? nextGeneration(settled, current)
    : settled;
}

/** Defaults fill what a write changes; what it leaves alone stays as it is, or a label would roll out a template. */
function untouched(filled: Json, desired: Json, current: KubeObject): Json {
  if (!isRecord(filled.spec)) return filled;
  const [was, wanted] = [recordOf(current.spec), recordOf(desired.spec)];
  const spec = Object.entries(filled.spec).flatMap(([name, value]) => {
    if (!equal(wanted[name], was[name])) return [[name, value]];
    return was[name] === undefined ? [] : [[name, was[name]]];
  });
  return { ...filled, spec: Object.fromEntries(spec) };
}

const compact = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));

const specOf = (object: Json): Json => {
  const { metadata: _metadata, status: _status, ...rest } = object;
  return rest;
};

const nextGeneration = (object: Json, current: KubeObject): Json => ({
  ...object,
  metadata: { ...recordOf(object.metadata), generation: (current.metadata.generation ?? 0) + 1 },
});

export function withManagers(object: Json, managers: readonly Manager[]): Json {
  const entries = entriesOf(managers);
  return {
    ...object,
    metadata: withField(recordOf(object.metadata), 'managedFields', entries.length === 0 ? undefined : entries),
  };
}

const withoutManagers = (object: Json): Json => ({
  ...object,
  metadata: withField(recordOf(object.metadata), 'managedFields', undefined),
});

/** Throws 409 when the client worked on another version than the living one. */
export function checkVersion({ kind }: Asked, current: KubeObject, metadata: Json): void {
  const { uid, resourceVersion } = metadata;
  if (
    typeof resourceVersion === 'string' &&
    resourceVersion !== '' &&
    resourceVersion !== current.metadata.resourceVersion
  ) {
    throw conflicting(kind, current.metadata.name, STALE);
  }
  if (typeof uid === 'string' && uid !== '' && uid !== current.metadata.uid) {
    throw conflicting(
      kind,
      current.metadata.name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
}

/** Stores `desired` over `current` unless it says nothing new; who changed what is recorded when `managers` is not given. */
export function store(asked: Asked, current: KubeObject, desired: Json, managers?: readonly Manager[]): KubeObject {
  const { stored, subresource } = asked;
  const write = writeSide(asked);
  const options = writeOptions(asked);
  const next = settleNext(asked, current, desired);
  const isSame = equal(withoutManagers(next), withoutManagers(current));
  if (isSame && (managers === undefined || equal(entriesOf(managers), entriesOf(managersOf(current))))) return current;
  const owners =
    managers ??
    afterUpdate(managersOf(current), current, next, shapeOf(stored), who(asked, 'Update', options.fieldManager));
  const updated = write.update(
    stored,
    // Settled from the current object: apiVersion, kind and metadata are complete.
    withManagers(next, owners) as KubeObject,
    {
      ...options,
      expectVersion: current.metadata.resourceVersion,
      ...(subresource === 'status' || subresource === 'scale' ? { subresource } : {}),
    },
  );
  return finished(asked, current, updated);
}

/** The last finalizer of a deleted object is gone: so is the object. */
function finished(asked: Asked, current: KubeObject, updated: KubeObject): KubeObject {
  const { metadata } = updated;
  const wasHeld = (current.metadata.finalizers?.length ?? 0) > 0;
  const isFree = metadata.deletionTimestamp !== undefined && (metadata.finalizers?.length ?? 0) === 0;
  if (!wasHeld || !isFree) return updated;
  return writeSide(asked).remove(asked.stored, metadata.namespace ?? '', metadata.name, {
    ...writeOptions(asked),
    gracePeriodSeconds: 0,
  });
}

export const isForced = ({ query }: Asked): boolean => isTrue(query.get('force'));
