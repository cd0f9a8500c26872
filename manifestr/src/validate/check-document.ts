// One YAML document against the schema of its kind: unknown fields, missing fields, wrong types.

import { isAlias, isMap, isPair, isScalar, isSeq, type Node, type YAMLMap } from 'yaml';
import { nearest } from '../runtime/nearest.ts';
import type { Schema, Schemas } from './schemas.ts';

export interface Finding {
  readonly offset: number | undefined;
  readonly message: string;
}

/** A mapping without `apiVersion` and `kind` is no Kubernetes object and passes. */
export function checkDocument(document: YAMLMap, schemas: Schemas): readonly Finding[] {
  const apiVersion = document.get('apiVersion');
  const kind = document.get('kind');
  if (apiVersion === undefined && kind === undefined) return [];
  const offset = document.range?.[0];
  if (typeof apiVersion !== 'string' || typeof kind !== 'string')
    return [{ offset, message: 'apiVersion and kind must both be text' }];
  if (kind === 'List' && apiVersion === 'v1') return checkList(document, schemas);
  const schema = schemas.kind(apiVersion, kind);
  if (schema !== undefined) return checkNode(document, schema, kind, schemas);
  if (!schemas.hasGroup(apiVersion)) return [];
  return [{ offset, message: `Kubernetes ${schemas.version} has no ${apiVersion} ${kind}` }];
}

function checkList(document: YAMLMap, schemas: Schemas): readonly Finding[] {
  const entries = document.get('items');
  if (!isSeq(entries)) return [{ offset: document.range?.[0], message: 'a List has items' }];
  return entries.items.flatMap((entry) => (isMap(entry) ? checkDocument(entry, schemas) : []));
}

function checkNode(node: unknown, reference: Schema, path: string, schemas: Schemas): readonly Finding[] {
  const schema = schemas.follow(reference);
  // Text in the schema, but the API server also takes a number.
  if (reference.$ref?.endsWith('.resource.Quantity') === true && isScalar(node) && typeof node.value === 'number')
    return [];
  const offset = (node as Node | null)?.range?.[0];
  if (isAlias(node) || node === null || node === undefined) return [];
  if (isScalar(node)) {
    const wrong = wrongScalar(node.value, schema);
    return wrong === undefined ? [] : [{ offset, message: `${path} must be ${wrong}, not ${shown(node.value)}` }];
  }
  if (isMap(node)) {
    const isOpen = schema.type === undefined || (schema.type === 'object' && schema.properties === undefined);
    if (schema.type !== undefined && schema.type !== 'object')
      return [{ offset, message: `${path} must be ${named(schema)}, not a mapping` }];
    return isOpen ? checkMembers(node, schema, path, schemas) : checkObject(node, schema, path, schemas);
  }
  if (!isSeq(node) || schema.type === undefined) return [];
  if (schema.type !== 'array') return [{ offset, message: `${path} must be ${named(schema)}, not a list` }];
  return node.items.flatMap((entry, index) => checkNode(entry, schema.items ?? {}, `${path}[${index}]`, schemas));
}

/** A mapping with names of its own, such as labels. */
function checkMembers(
  node: YAMLMap,
  { additionalProperties }: Schema,
  path: string,
  schemas: Schemas,
): readonly Finding[] {
  if (additionalProperties === undefined) return [];
  return node.items.flatMap(({ key, value }) =>
    checkNode(value, additionalProperties, `${path}.${String(key)}`, schemas),
  );
}

function checkObject(node: YAMLMap, schema: Schema, path: string, schemas: Schemas): readonly Finding[] {
  const properties = schema.properties ?? {};
  const names = Object.keys(properties);
  const findings: Finding[] = [];
  for (const pair of node.items) {
    if (!isPair(pair)) continue;
    const name = String(pair.key);
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (property !== undefined) findings.push(...checkNode(pair.value, property, `${path}.${name}`, schemas));
    else {
      const close = nearest(name, names);
      const hint = close === undefined ? '' : `; did you mean '${close}'?`;
      findings.push({ offset: (pair.key as Node | null)?.range?.[0], message: `unknown field ${path}.${name}${hint}` });
    }
  }
  for (const name of schema.required ?? []) {
    if (!node.has(name)) findings.push({ offset: node.range?.[0], message: `${path}.${name} is missing` });
  }
  return findings;
}

/** What it should be instead; `undefined` when it fits. Null stands for a field left out. */
function wrongScalar(value: unknown, schema: Schema): string | undefined {
  const { type, format } = schema;
  if (value === null || type === undefined) return undefined;
  if (format === 'int-or-string')
    return typeof value === 'string' || Number.isInteger(value) ? undefined : 'a whole number or text';
  return fitsType(value, type) ? undefined : named(schema);
}

function fitsType(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return (type === 'string' || type === 'number' || type === 'boolean') && typeof value === type;
}

function named({ type }: Schema): string {
  const names: Readonly<Record<string, string>> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    object: 'a mapping',
    array: 'a list',
  };
  return names[type ?? ''] ?? 'something else';
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
