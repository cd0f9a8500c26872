// Label and field selectors as kubectl writes them.

import type { Slim } from '@mosaic/wire';
import { unreadable } from '../asking/problem.ts';

export type Test = (slim: Slim) => boolean;

const LABEL_EXPECTED = 'a label selector such as app=cart,tier!=db,env in (dev, test),!legacy';
const KEY = /^[A-Za-z0-9]([-A-Za-z0-9_./]*[A-Za-z0-9])?$/;

/** Throws a 400 naming the part that cannot be read. */
export function labelTest(selector: string | undefined): Test {
  if (selector === undefined) return () => true;
  const tests = partsOf(selector).map(labelPart);
  return (slim) => tests.every((test) => test(slim));
}

/** At commas outside parentheses. */
const partsOf = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function labelPart(part: string): Test {
  const among = /^(\S+)\s+(in|notin)\s+\(([^()]*)\)$/.exec(part);
  if (among !== null)
    return amongTest(
      keyOf(among[1], part),
      among[2] === 'in',
      (among[3] ?? '').split(',').map((value) => value.trim()),
    );
  const equal = /^([^=!\s]+)\s*(==?|!=)\s*(\S*)$/.exec(part);
  if (equal !== null) return amongTest(keyOf(equal[1], part), equal[2] !== '!=', [equal[3] ?? '']);
  if (part.startsWith('!')) {
    const absent = keyOf(part.slice(1).trim(), part);
    return ({ labels }) => !Object.hasOwn(labels, absent);
  }
  const present = keyOf(part, part);
  return ({ labels }) => Object.hasOwn(labels, present);
}

const amongTest =
  (key: string, isWanted: boolean, values: readonly string[]): Test =>
  ({ labels }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    return isWanted === (value !== undefined && values.includes(value));
  };

function keyOf(key: string | undefined, part: string): string {
  if (key !== undefined && KEY.test(key)) return key;
  throw unreadable([{ field: 'labelSelector', expected: LABEL_EXPECTED, got: JSON.stringify(part) }]);
}

const FIELDS: Readonly<Record<string, (slim: Slim) => string>> = {
  'metadata.name': ({ name }) => name,
  'metadata.namespace': ({ namespace }) => namespace,
  'metadata.uid': ({ uid }) => uid,
  'status.phase': ({ phase }) => phase ?? '',
  'status.podIP': ({ ip }) => ip ?? '',
  'spec.nodeName': ({ node }) => node ?? '',
};
const FIELD_EXPECTED = `field=value or field!=value with ${Object.keys(FIELDS).join(', ')}`;

/** Throws a 400 for a field that is not kept in the slim state. */
export function fieldTest(selector: string | undefined): Test {
  if (selector === undefined) return () => true;
  const tests = selector
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part): Test => {
      const match = /^\s*([A-Za-z.]+)\s*(==?|!=)\s*(\S*)\s*$/.exec(part);
      const field = match?.[1] ?? '';
      const read = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
      if (match === null || read === undefined)
        throw unreadable([{ field: 'fieldSelector', expected: FIELD_EXPECTED, got: JSON.stringify(part) }]);
      return (slim) => (read(slim) === match[3]) === (match[2] !== '!=');
    });
  return (slim) => tests.every((test) => test(slim));
}
