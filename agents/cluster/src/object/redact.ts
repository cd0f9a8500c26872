// Secrets never leave the cluster: what is or looks like one is replaced by a keyed hash, so that "it changed" is still seen.
// The key stays here; without it a hash of a weak password cannot be tried out.

import { createHmac } from 'node:crypto';
import { isRecord, type Json, type Manifest, textAt } from '@mosaic/kat';
import { certificatesIn } from './certificates.ts';
import { hideIn, MARK, namesCredential } from './patterns.ts';

/** 96 bits: enough that two values do not look equal, too few to be worth storing. */
const HASH_CHARS = 24;
export const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
export const CERTIFICATES = 'mosaic.dev/certificates';

export interface Redactor {
  /** The manifest without anything secret. Parts that hold nothing secret are shared with the one given. */
  manifest(object: Manifest): Manifest;
  /** A text (an event's message) without anything that looks like a credential. */
  text(text: string): string;
}

export function redactor(key: Uint8Array | string): Redactor {
  const hash = (secret: string): string =>
    secret.includes(MARK) ? secret : MARK + createHmac('sha256', key).update(secret).digest('hex').slice(0, HASH_CHARS);
  const walk = walker(hash);
  const manifest = (object: Manifest): Manifest => {
    if (object.kind === 'Secret' && object.apiVersion === 'v1') return secret(object, hash, walk);
    if (object.kind === 'CustomResourceDefinition') return withAnnotations(object, hash, walk);
    const hidden = walk(object, '') as Manifest; // the walk keeps shapes
    const body = isHelmTwo(object) ? { ...hidden, data: hashed(object.data, hash) } : hidden;
    return withAnnotations(body, hash, walk);
  };
  return { manifest, text: (text) => hideIn(text, hash) };
}

type Hash = (secret: string) => string;
type Walk = (value: unknown, name: string) => unknown;

/** Secret payloads are hashed whole, key by key; of certificates their names and last day are kept. */
function secret(object: Manifest, hash: Hash, walk: Walk): Manifest {
  const certificates = certificatesIn(object.data);
  const { data, stringData, metadata, ...rest } = object;
  const described =
    certificates.length === 0
      ? metadata
      : { ...metadata, annotations: { ...metadata.annotations, [CERTIFICATES]: JSON.stringify(certificates) } };
  return withAnnotations(
    {
      ...(rest as Pick<Manifest, 'apiVersion' | 'kind'>), // data, stringData and metadata are all that was taken out
      metadata: described,
      ...(data !== undefined && { data: hashed(data, hash) }),
      ...(stringData !== undefined && { stringData: hashed(stringData, hash) }),
    },
    hash,
    walk,
  );
}

const hashed = (values: unknown, hash: Hash): Json =>
  isRecord(values)
    ? Object.fromEntries(
        Object.entries(values).map(([key, value]) => [
          key,
          hash(typeof value === 'string' ? value : (JSON.stringify(value) ?? '')),
        ]),
      )
    : {};

/** Helm 2 kept releases, values included, in ConfigMaps. */
const isHelmTwo = (object: Manifest): boolean =>
  object.kind === 'ConfigMap' && textAt(object, 'metadata', 'labels', 'OWNER') === 'TILLER';

function withAnnotations(object: Manifest, hash: Hash, walk: Walk): Manifest {
  const { annotations } = object.metadata;
  if (!isRecord(annotations)) return object;
  let kept = annotations;
  for (const [name, value] of Object.entries(annotations)) {
    const hidden = name === CERTIFICATES ? value : annotation(name, String(value), object, hash, walk);
    if (hidden !== value) kept = { ...kept, [name]: hidden };
  }
  return kept === annotations ? object : { ...object, metadata: { ...object.metadata, annotations: kept } };
}

function annotation(name: string, value: string, object: Manifest, hash: Hash, walk: Walk): string {
  if (name === LAST_APPLIED) return lastApplied(value, object, hash, walk);
  if (namesCredential(name)) return hash(value);
  return hideIn(value, hash);
}

/** The same object once more, as JSON: redacted alike, to the letter as it was where nothing is hidden; hashed whole when it cannot be read. */
function lastApplied(value: string, object: Manifest, hash: Hash, walk: Walk): string {
  let applied: unknown;
  try {
    applied = JSON.parse(value);
  } catch {
    return hash(value);
  }
  if (!isRecord(applied) || !isRecord(applied.metadata)) return hash(value);
  const { kind, apiVersion } = object;
  const inner = { ...applied, kind, apiVersion: applied.apiVersion ?? apiVersion } as unknown as Manifest; // metadata was checked above
  const end = value.endsWith('\n') ? '\n' : '';
  return `${asGoWrites(redacted(inner, hash, walk))}${end}`;
}

function redacted(inner: Manifest, hash: Hash, walk: Walk): Manifest {
  if (inner.kind === 'Secret') return secret(inner, hash, walk);
  const hidden = inner.kind === 'CustomResourceDefinition' ? inner : (walk(inner, '') as Manifest); // the walk keeps shapes
  return withAnnotations(hidden, hash, walk);
}

/** kubectl's JSON escapes what HTML would take for its own. */
const asGoWrites = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

const DEEPEST = 64;

/** Every text of a manifest, by its own shape and by the name it stands under. */
function walker(hash: Hash): Walk {
  const text = (value: string, name: string): string =>
    name !== '' && value !== '' && namesCredential(name) && !isReference(value) ? hash(value) : hideIn(value, hash);

  const items = (list: readonly unknown[], name: string, depth: number): readonly unknown[] => {
    let kept: unknown[] | undefined;
    for (let i = 0; i < list.length; i++) {
      const before = list[i];
      const after = isArgument(list, i) ? hash(String(before)) : visit(before, isText(before) ? '' : name, depth);
      if (after !== before) kept ??= [...list];
      if (kept) kept[i] = after;
    }
    return kept ?? list;
  };

  const fields = (record: Json, depth: number): Json => {
    if (isNamedValue(record) && namesCredential(record.name) && !isReference(record.value)) {
      return { ...record, value: hash(record.value) };
    }
    let kept: Record<string, unknown> | undefined;
    for (const key in record) {
      const before = record[key];
      const after = visit(before, key, depth + 1);
      if (after === before) continue;
      kept ??= { ...record };
      kept[key] = after;
    }
    return kept ?? record;
  };

  const visit = (value: unknown, name: string, depth: number): unknown => {
    if (typeof value === 'string') return text(value, name);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return hash(JSON.stringify(value));
    if (Array.isArray(value)) return items(value, name, depth + 1);
    return fields(value as Json, depth); // neither null nor a list
  };

  // A source that shares unchanged parts between versions (the playground) has each part walked once.
  const walked = new WeakMap<object, unknown>();
  return (value, name) => {
    if (!isRecord(value)) return visit(value, name, 0);
    let kept: Record<string, unknown> | undefined;
    for (const key in value) {
      const before = value[key];
      if (key === 'metadata' || typeof before !== 'object' || before === null) continue;
      let after = walked.get(before);
      if (after === undefined) {
        after = visit(before, key, 1);
        walked.set(before, after);
      }
      if (after === before) continue;
      kept ??= { ...value };
      kept[key] = after;
    }
    return kept ?? value;
  };
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isNamedValue = (record: Json): record is Json & { readonly name: string; readonly value: string } =>
  typeof record.name === 'string' && typeof record.value === 'string' && record.value !== '';

/** `--password` `THIS`: the argument after a flag that names a credential. */
function isArgument(list: readonly unknown[], i: number): boolean {
  const flag = i > 0 ? list[i - 1] : undefined;
  const value = list[i];
  if (typeof flag !== 'string' || typeof value !== 'string') return false;
  return /^--?[\w.-]+$/.test(flag) && namesCredential(flag) && !value.startsWith('-') && !isReference(value);
}

/** `$(DB_PASSWORD)` stands for a value that is kept elsewhere. */
const isReference = (value: string): boolean => /^\$\(\w+\)$/.test(value);
