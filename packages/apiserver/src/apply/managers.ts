// Who set which fields: reading, changing and writing metadata.managedFields.
import { at, equal, type Json, listOf, textAt } from '../json.ts';
import type { Shape } from '../patch/shape.ts';
import { type FieldPath, type FieldSet, fromFieldsV1, toFieldsV1 } from './field-set.ts';
import { leavesOf } from './leaves.ts';

export interface Manager {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string;
  readonly fields: FieldSet;
}

/** As kube-apiserver: more `Update` entries than this and the oldest become one. */
const MOST_UPDATERS = 10;

export const managersOf = (object: unknown): readonly Manager[] =>
  listOf(at(object, 'metadata', 'managedFields')).map(managerOf);

const managerOf = (entry: unknown): Manager => ({
  manager: textAt(entry, 'manager'),
  operation: textAt(entry, 'operation') === 'Apply' ? 'Apply' : 'Update',
  apiVersion: textAt(entry, 'apiVersion'),
  subresource: textAt(entry, 'subresource'),
  time: textAt(entry, 'time'),
  fields: fromFieldsV1(at(entry, 'fieldsV1')),
});

export const entriesOf = (managers: readonly Manager[]): readonly Json[] =>
  merged(managers.filter(({ fields }) => fields.size > 0)).map(
    ({ manager, operation, apiVersion, subresource, time, fields }) => ({
      manager,
      operation,
      apiVersion,
      time,
      fieldsType: 'FieldsV1',
      fieldsV1: toFieldsV1(fields),
      ...(subresource === '' ? {} : { subresource }),
    }),
  );

function merged(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers
    .filter(({ operation }) => operation === 'Update')
    .sort((a, b) => (a.time < b.time ? -1 : 1));
  const tooMany = new Set(updaters.slice(0, Math.max(0, updaters.length - MOST_UPDATERS + 1)));
  const [oldest] = tooMany;
  if (oldest === undefined || tooMany.size < 2) return managers;
  const fields = new Set([...tooMany].flatMap((each) => [...each.fields]));
  return [{ ...oldest, manager: 'ancient-changes', fields }, ...managers.filter((each) => !tooMany.has(each))];
}

export type Who = Pick<Manager, 'manager' | 'operation' | 'apiVersion' | 'subresource' | 'time'>;

export const isSame = (a: Who, b: Who): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  a.apiVersion === b.apiVersion;

/** Ownership after `who` changed `before` into `after` without applying: what changed is theirs alone, what is gone is nobody's. */
export function afterUpdate(
  managers: readonly Manager[],
  before: Json,
  after: Json,
  shape: Shape,
  who: Who,
): readonly Manager[] {
  const was = leavesOf(before, shape);
  const is = leavesOf(after, shape);
  const changed = new Set(
    [...is].filter(([path, value]) => !was.has(path) || !equal(was.get(path), value)).map(([path]) => path),
  );
  const kept = managers.map((each) => ({
    ...each,
    fields: keep(each.fields, (path) => is.has(path) || !was.has(path)),
  }));
  if (changed.size === 0) return kept;
  const others = kept
    .filter((each) => !isSame(each, who))
    .map((each) => ({ ...each, fields: keep(each.fields, (path) => !changed.has(path)) }));
  const own = kept.find((each) => isSame(each, who));
  return [...others, { ...who, fields: new Set([...(own?.fields ?? []), ...changed]) }];
}

export const keep = (fields: FieldSet, test: (path: FieldPath) => boolean): FieldSet =>
  new Set([...fields].filter(test));
