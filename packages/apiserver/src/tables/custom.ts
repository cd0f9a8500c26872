// Columns of kinds users define: name, what their definition lists, and age when it lists nothing.
import type { KubeObject, ResourceKind } from '../port.ts';
import { ageOf } from './age.ts';
import { jsonPath } from './json-path.ts';
import { AGE, NAME } from './make.ts';
import type { Column } from './table.ts';

type Printed = NonNullable<ResourceKind['printerColumns']>[number];

export const customColumns = ({ printerColumns }: ResourceKind): readonly Column[] =>
  printerColumns === undefined ? [NAME, AGE] : [NAME, ...printerColumns.map(customColumn)];

function customColumn({ name, type, jsonPath: path, priority = 0 }: Printed): Column {
  const find = jsonPath(path) ?? (() => []);
  return { name, type: typeOf(type), description: '', priority, cell: cellOf(find, type) };
}

const TYPES = new Set(['string', 'integer', 'number', 'boolean', 'date']);
// The set holds exactly the names of the type.
const typeOf = (type: string): Column['type'] => (TYPES.has(type) ? (type as Column['type']) : 'string');

const cellOf = (find: (value: unknown) => readonly unknown[], type: string) => (object: KubeObject, now: number) => {
  const [value, ...more] = find(object);
  if (value === undefined || value === null) return null;
  if (type === 'date') return ageOf(value, now);
  if (type === 'integer') return typeof value === 'number' ? Math.trunc(value) : null;
  if (type === 'number') return typeof value === 'number' ? value : null;
  if (type === 'boolean') return typeof value === 'boolean' ? value : null;
  return [value, ...more].map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(' ');
};
