// What a CustomResourceDefinition adds to the kinds served.
import { at, isRecord, listAt, recordOf, textAt, textOf } from '../json.ts';
import type { KubeObject, ResourceKind } from '../port.ts';
import { ALL_VERBS } from './kind.ts';

type Column = NonNullable<ResourceKind['printerColumns']>[number];

/** One kind per served version of a CustomResourceDefinition. For an `ObjectSource` that lets its users define kinds. */
export function kindsOfDefinition(definition: KubeObject): ResourceKind[] {
  return listAt(definition, 'spec', 'versions')
    .filter((version) => at(version, 'served') === true)
    .map((version) => kindOf(definition, version));
}

function kindOf(definition: KubeObject, version: unknown): ResourceKind {
  const spec = definition.spec;
  const below = recordOf(at(version, 'subresources'));
  const columns = listAt(version, 'additionalPrinterColumns').flatMap(columnOf);
  const categories = listAt(spec, 'names', 'categories').map(textOf);
  const selectable = listAt(version, 'selectableFields').map((field) => textAt(field, 'jsonPath'));
  const schema = at(version, 'schema', 'openAPIV3Schema');
  return {
    group: textAt(spec, 'group'),
    version: textAt(version, 'name'),
    kind: textAt(spec, 'names', 'kind'),
    resource: textAt(spec, 'names', 'plural'),
    singular: textAt(spec, 'names', 'singular') || textAt(spec, 'names', 'kind').toLowerCase(),
    shortNames: listAt(spec, 'names', 'shortNames').map(textOf),
    ...(categories.length === 0 ? {} : { categories }),
    namespaced: textAt(spec, 'scope') !== 'Cluster',
    verbs: ALL_VERBS,
    subresources: (['scale', 'status'] as const).filter((each) => Object.hasOwn(below, each)),
    ...(isRecord(schema) ? { schema } : {}),
    ...(selectable.length === 0 ? {} : { selectableFields: selectable }),
    ...(columns.length === 0 ? {} : { printerColumns: columns }),
  };
}

function columnOf(column: unknown): Column[] {
  const priority = at(column, 'priority');
  const name = textAt(column, 'name');
  const jsonPath = textAt(column, 'jsonPath');
  if (name === '' || jsonPath === '') return [];
  const type = textAt(column, 'type') || 'string';
  return [{ name, type, jsonPath, ...(typeof priority === 'number' ? { priority } : {}) }];
}
