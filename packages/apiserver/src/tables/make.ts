// Small makers of columns and the cells several kinds share.
import { at, listAt, numberAt, recordOf, textAt, textOf } from '../json.ts';
import type { KubeObject } from '../port.ts';
import { ageOf } from './age.ts';
import type { Column } from './table.ts';

type Cell = Column['cell'];

export const text = (name: string, cell: Cell, description = ''): Column => ({
  name,
  type: 'string',
  description,
  priority: 0,
  cell,
});
export const count = (name: string, cell: Cell, description = ''): Column => ({
  ...text(name, cell, description),
  type: 'integer',
});
/** Yes or no; most tables say so as a boolean column, some as text. */
export const flag = (name: string, cell: Cell, type: 'boolean' | 'string' = 'boolean'): Column => ({
  ...text(name, cell),
  type,
});
export const wide = (column: Column): Column => ({ ...column, priority: 1 });

export const NAME: Column = {
  ...text('Name', (object) => object.metadata.name, 'Name must be unique within a namespace.'),
  format: 'name',
};
export const AGE = text('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now), 'Time since creation.');
export const CREATED_AT: Column = text(
  'Created At',
  (object) => object.metadata.creationTimestamp,
  'When it was created.',
);

export const path =
  (...names: string[]): Cell =>
  (object) =>
    textAt(object, ...names);
export const orNone = (value: string): string => (value === '' ? '<none>' : value);
export const pathOrNone =
  (...names: string[]): Cell =>
  (object) =>
    orNone(textAt(object, ...names));
export const number =
  (...names: string[]): Cell =>
  (object) =>
    numberAt(object, ...names);

export const sizeAt = (object: unknown, ...names: string[]): number => {
  const value = at(object, ...names);
  return Array.isArray(value) ? value.length : Object.keys(recordOf(value)).length;
};

/** `a=b,c=d`, or `<none>`. */
export const labelText = (labels: unknown): string =>
  orNone(
    Object.entries(recordOf(labels))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `${key}=${String(value)}`)
      .join(','),
  );

/** A label selector object in the words of `-l`, by key. */
export function selectorText(selector: unknown): string {
  const equal = Object.entries(recordOf(at(selector, 'matchLabels'))).map(([key, value]): readonly [string, string] => [
    key,
    `${key}=${String(value)}`,
  ]);
  const sets = listAt(selector, 'matchExpressions').map((each): readonly [string, string] => [
    textAt(each, 'key'),
    expressionText(each),
  ]);
  const sorted = [...equal, ...sets].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return orNone(sorted.map(([, text]) => text).join(','));
}

function expressionText(expression: unknown): string {
  const key = textAt(expression, 'key');
  const operator = textAt(expression, 'operator');
  const values = listAt(expression, 'values').map(textOf).sort().join(',');
  if (operator === 'Exists') return key;
  if (operator === 'DoesNotExist') return `!${key}`;
  return `${key} ${operator.toLowerCase()} (${values})`;
}

const templateContainers = (object: KubeObject): readonly unknown[] =>
  listAt(object, 'spec', 'template', 'spec', 'containers');

export const CONTAINERS = wide(
  text(
    'Containers',
    (object) =>
      templateContainers(object)
        .map((each) => textAt(each, 'name'))
        .join(','),
    'Names of each container in the template.',
  ),
);
export const IMAGES = wide(
  text(
    'Images',
    (object) =>
      templateContainers(object)
        .map((each) => textAt(each, 'image'))
        .join(','),
    'Images referenced by each container in the template.',
  ),
);
export const SELECTOR = wide(
  text('Selector', (object) => selectorText(at(object, 'spec', 'selector')), 'Which pods belong to it.'),
);
export const PLAIN_SELECTOR = wide(text('Selector', (object) => labelText(at(object, 'spec', 'selector'))));
