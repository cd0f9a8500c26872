// A set of field paths, and its form in managedFields (fieldsV1).
import { isRecord, type Json, put, recordOf } from '../json.ts';
import { badRequest } from '../port.ts';

/** Path elements joined: `f:name` a field, `k:{"name":"x"}` a keyed item, `v:"x"` a value of a set. */
export type FieldPath = string;
export type FieldSet = ReadonlySet<FieldPath>;

const SEPARATOR = '\u0000';
const MOST_DEPTH = 200;

export const join = (prefix: FieldPath, element: string): FieldPath =>
  prefix === '' ? element : `${prefix}${SEPARATOR}${element}`;
export const elementsOf = (path: FieldPath): readonly string[] => path.split(SEPARATOR);

/** Every path that leads to a member, members included. */
export function withAncestors(set: Iterable<FieldPath>): Set<FieldPath> {
  const all = new Set<FieldPath>();
  for (const path of set) {
    let end = path.length;
    while (end > 0 && !all.has(path.slice(0, end))) {
      all.add(path.slice(0, end));
      end = path.lastIndexOf(SEPARATOR, end - 1);
    }
  }
  return all;
}

export function toFieldsV1(set: FieldSet): Json {
  const root: Json = {};
  for (const path of [...set].sort()) {
    const end = elementsOf(path).reduce<Json>(descend, root);
    end['.'] = {};
  }
  return withoutLoneDots(root);
}

function descend(node: Json, element: string): Json {
  const known = node[element];
  if (isRecord(known)) return known;
  const made: Json = {};
  put(node, element, made);
  return made;
}

/** A member with nothing below it is written `{}`, one with members below keeps its dot. */
function withoutLoneDots(node: Json): Json {
  const names = Object.keys(node);
  if (names.length === 1 && names[0] === '.') return {};
  return Object.fromEntries(names.map((name) => [name, name === '.' ? {} : withoutLoneDots(recordOf(node[name]))]));
}

export function fromFieldsV1(fields: unknown): FieldSet {
  const set = new Set<FieldPath>();
  collect(fields, '', set, MOST_DEPTH);
  return set;
}

function collect(node: unknown, prefix: FieldPath, into: Set<FieldPath>, left: number): void {
  if (!isRecord(node)) return;
  if (left === 0) throw badRequest('metadata.managedFields nests too deeply');
  const names = Object.keys(node);
  if (names.length === 0 && prefix !== '') into.add(prefix);
  for (const name of names) {
    if (name === '.') into.add(prefix);
    else collect(node[name], join(prefix, name), into, left - 1);
  }
}

/** `.spec.template.spec.containers[name="web"].image`, as Kubernetes names a field in a conflict. */
export const readable = (path: FieldPath): string =>
  elementsOf(path)
    .map((element) => {
      const rest = element.slice(2);
      if (element.startsWith('f:')) return `.${rest}`;
      if (element.startsWith('v:')) return `[=${rest}]`;
      const keys: unknown = JSON.parse(rest);
      const pairs = isRecord(keys)
        ? Object.entries(keys).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        : [];
      return `[${pairs.join(',')}]`;
    })
    .join('');
