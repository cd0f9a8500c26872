// Strategic merge patch: a merge patch that knows which lists are keyed, with Kubernetes' `$` directives.
import { equal, isRecord, type Json, listOf, put } from '../json.ts';
import { badRequest } from '../port.ts';
import { below, itemShape, type Shape } from './shape.ts';

const ORDER = '$setElementOrder/';
const REMOVE = '$deleteFromPrimitiveList/';

/** A patched copy of `target`. Throws 400 for directives that make no sense. */
export function strategicMerge(target: Json, patch: Json, shape: Shape): Json {
  return mergeMaps(target, patch, shape) ?? {};
}

/** `undefined` when the patch deletes the whole map. */
function mergeMaps(target: Json, patch: Json, shape: Shape): Json | undefined {
  if (patch.$patch === 'delete') return undefined;
  if (patch.$patch === 'replace') return withoutDirectives(patch);
  if (patch.$patch !== undefined && patch.$patch !== 'merge') {
    throw badRequest(`unknown $patch directive ${JSON.stringify(patch.$patch)}`);
  }
  const made: Json = { ...retained(target, patch.$retainKeys) };
  for (const [name, value] of Object.entries(patch)) {
    if (isDirective(name)) continue;
    const merged = mergeValue(Object.hasOwn(made, name) ? made[name] : undefined, value, below(shape, name));
    if (merged === undefined) delete made[name];
    else put(made, name, merged);
  }
  return reordered(shrunk(made, patch), patch, shape);
}

const isDirective = (name: string): boolean =>
  name === '$patch' || name === '$retainKeys' || name.startsWith(ORDER) || name.startsWith(REMOVE);

function retained(target: Json, keys: unknown): Json {
  if (keys === undefined) return target;
  if (!Array.isArray(keys)) throw badRequest('$retainKeys is a list of field names');
  return Object.fromEntries(Object.entries(target).filter(([name]) => keys.includes(name)));
}

function mergeValue(target: unknown, patch: unknown, shape: Shape): unknown {
  if (patch === null) return undefined;
  if (isRecord(patch)) return mergeMaps(isRecord(target) ? target : {}, patch, shape);
  if (!Array.isArray(patch)) return patch;
  if (shape.isSet)
    return [...listOf(target), ...patch.filter((each) => !listOf(target).some((old) => equal(old, each)))];
  if (shape.patchKey === undefined) return patch.map((each) => (isRecord(each) ? withoutDirectives(each) : each));
  return mergeKeyed(listOf(target), patch, shape.patchKey, itemShape(shape));
}

function mergeKeyed(target: readonly unknown[], patch: readonly unknown[], key: string, shape: Shape): unknown[] {
  const isReplaced = patch.some((each) => isRecord(each) && each.$patch === 'replace');
  if (isReplaced) return patch.filter((each) => !isRecord(each) || each.$patch === undefined).map(clean);
  const made = [...target];
  for (const each of patch) {
    if (!isRecord(each) || each[key] === undefined) {
      throw badRequest(`map: ${JSON.stringify(each)} does not contain declared merge key: ${key}`);
    }
    const place = made.findIndex((old) => isRecord(old) && equal(old[key], each[key]));
    const old = made[place];
    const merged = mergeMaps(isRecord(old) ? old : {}, each, shape);
    if (merged === undefined) made.splice(place < 0 ? made.length : place, 1);
    else if (place < 0) made.push(merged);
    else made[place] = merged;
  }
  return made;
}

const clean = (value: unknown): unknown => (isRecord(value) ? withoutDirectives(value) : value);

/** What a patch says where there was nothing to merge with: nulls and directives are not values. */
function withoutDirectives(patch: Json): Json {
  const made: Json = {};
  for (const [name, value] of Object.entries(patch)) {
    if (isDirective(name) || value === null) continue;
    put(made, name, Array.isArray(value) ? value.map(clean) : clean(value));
  }
  return made;
}

function shrunk(made: Json, patch: Json): Json {
  for (const [name, gone] of Object.entries(patch)) {
    if (!name.startsWith(REMOVE)) continue;
    const field = name.slice(REMOVE.length);
    const left = listOf(made[field]).filter((each) => !listOf(gone).some((removed) => equal(removed, each)));
    if (Array.isArray(made[field])) made[field] = left;
  }
  return made;
}

function reordered(made: Json, patch: Json, shape: Shape): Json {
  for (const [name, order] of Object.entries(patch)) {
    if (!name.startsWith(ORDER) || !Array.isArray(order)) continue;
    const field = name.slice(ORDER.length);
    const list = made[field];
    const key = below(shape, field).patchKey;
    if (Array.isArray(list)) made[field] = inOrder(list, order, key);
  }
  return made;
}

/** Named items in the given order; items it does not name keep their places. */
function inOrder(list: readonly unknown[], order: readonly unknown[], key: string | undefined): unknown[] {
  const id = (each: unknown): string => JSON.stringify(key !== undefined && isRecord(each) ? each[key] : each) ?? '';
  const wanted = order.map(id);
  const ordered = list
    .filter((each) => wanted.includes(id(each)))
    .sort((a, b) => wanted.indexOf(id(a)) - wanted.indexOf(id(b)));
  return list.map((each) => (wanted.includes(id(each)) ? ordered.shift() : each));
}
