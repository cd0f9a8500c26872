// Server-side apply: a manager states the fields it wants; others' fields stay, conflicts are named, what it no longer states goes.
import { equal, type Json } from '../json.ts';
import type { Shape } from '../patch/shape.ts';
import { badRequest, StatusError } from '../port.ts';
import { type FieldPath, readable, withAncestors } from './field-set.ts';
import { leavesOf } from './leaves.ts';
import { isSame, keep, type Manager, managersOf, type Who } from './managers.ts';
import { mergeApplied, withoutFields } from './merge.ts';

export interface Applied {
  readonly object: Json;
  readonly managers: readonly Manager[];
}

/** `live` is absent when the object is created by this. Throws 409 naming managers and fields unless `force`. */
export function applyTo(live: Json | undefined, applied: Json, shape: Shape, who: Who, force: boolean): Applied {
  if (Object.hasOwn(metadataOf(applied), 'managedFields')) throw badRequest('metadata.managedFields must be nil');
  const wanted = leavesOf(applied, shape);
  if (live === undefined) return { object: applied, managers: [{ ...who, fields: new Set(wanted.keys()) }] };
  const managers = managersBefore(live, shape, who);
  const others = managers.filter((each) => !isSame(each, who));
  const conflicts = conflictsOf(wanted, leavesOf(live, shape), others);
  if (conflicts.length > 0 && !force) throw conflictStatus(conflicts);
  const lost = new Set(conflicts.map(({ path }) => path));
  const left = others.map((each) => ({ ...each, fields: keep(each.fields, (path) => !lost.has(path)) }));
  const before = managers.find((each) => isSame(each, who));
  const gone = abandoned(before, wanted, left);
  const object = mergeApplied(withoutFields(live, gone, shape), applied, shape);
  const fields = new Set(wanted.keys());
  const time = before !== undefined && sameSet(before.fields, fields) ? before.time : who.time;
  return { object, managers: [...left, { ...who, time, fields }] };
}

const metadataOf = (object: Json): Json =>
  typeof object.metadata === 'object' && object.metadata !== null ? (object.metadata as Json) : {};

const sameSet = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean =>
  a.size === b.size && [...a].every((each) => b.has(each));

/** An object nobody is recorded for belongs, as a whole, to whoever made it. */
function managersBefore(live: Json, shape: Shape, who: Who): readonly Manager[] {
  const recorded = managersOf(live);
  if (recorded.length > 0) return recorded;
  const fields = new Set(leavesOf(live, shape).keys());
  return [{ ...who, manager: 'before-first-apply', operation: 'Update', subresource: '', fields }];
}

interface Conflict {
  readonly path: FieldPath;
  readonly with: Manager;
}

function conflictsOf(
  wanted: ReadonlyMap<FieldPath, unknown>,
  live: ReadonlyMap<FieldPath, unknown>,
  others: readonly Manager[],
): readonly Conflict[] {
  const differing = [...wanted]
    .filter(([path, value]) => live.has(path) && !equal(live.get(path), value))
    .map(([path]) => path);
  return others.flatMap((manager) =>
    differing.filter((path) => manager.fields.has(path)).map((path) => ({ path, with: manager })),
  );
}

/** What this manager owned and states no more, unless somebody else owns it or something in it. */
function abandoned(
  before: Manager | undefined,
  wanted: ReadonlyMap<FieldPath, unknown>,
  others: readonly Manager[],
): Set<FieldPath> {
  const held = withAncestors([...others.flatMap(({ fields }) => [...fields]), ...wanted.keys()]);
  return new Set([...(before?.fields ?? [])].filter((path) => !held.has(path)));
}

function conflictStatus(conflicts: readonly Conflict[]): StatusError {
  const by = Map.groupBy(conflicts, (each) => describe(each.with));
  const causes = conflicts.map((each) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(each.with)}`,
    field: readable(each.path),
  }));
  const count = `${conflicts.length} conflict${conflicts.length === 1 ? '' : 's'}`;
  const [only] = conflicts;
  const text =
    conflicts.length === 1 && only !== undefined
      ? `conflict with ${describe(only.with)}: ${readable(only.path)}`
      : [...by]
          .map(([who, each]) => `conflicts with ${who}:\n${each.map(({ path }) => `- ${readable(path)}`).join('\n')}`)
          .join('\n');
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${text}`, { causes });
}

/** Those who applied are known by their name; those who updated also by the version they wrote in. */
const describe = ({ manager, operation, subresource, apiVersion }: Manager): string =>
  [
    JSON.stringify(manager),
    ...(subresource === '' ? [] : [`with subresource ${JSON.stringify(subresource)}`]),
    ...(operation === 'Apply' ? [] : [`using ${apiVersion}`]),
  ].join(' ');
