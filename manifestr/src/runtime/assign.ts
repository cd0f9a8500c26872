// Puts a value into a name, several names, or an attribute of a namespace.

import { toArray } from '../python/iterate.ts';
import { PyError } from '../python/py-error.ts';
import { PyObject, type Value } from '../python/values.ts';
import type { Target } from '../template/nodes.ts';
import type { Frame } from './frame.ts';

/** Throws ValueError when the value has not as many entries as there are names. */
export function assign(target: Target, value: Value, frame: Frame): void {
  if (target.kind === 'name') {
    frame.scope.assign(target.name, value);
    return;
  }
  if (target.kind === 'member') {
    assignMember(target.name, target.attribute, value, frame);
    return;
  }
  const entries = toArray(value);
  if (entries.length > target.entries.length) {
    throw new PyError('ValueError', `too many values to unpack (expected ${target.entries.length})`);
  }
  if (entries.length < target.entries.length) {
    throw new PyError(
      'ValueError',
      `not enough values to unpack (expected ${target.entries.length}, got ${entries.length})`,
    );
  }
  target.entries.forEach((entry, at) => {
    assign(entry, entries[at] ?? null, frame);
  });
}

function assignMember(name: string, attribute: string, value: Value, { scope }: Frame): void {
  const owner = scope.lookUp(name);
  if (!(owner instanceof PyObject) || owner.behaviour.assign === undefined) {
    throw new PyError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
  }
  owner.behaviour.assign(attribute, value);
}
