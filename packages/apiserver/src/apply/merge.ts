// Laying an applied configuration over the living object, and taking out what is no longer applied.
import { equal, isRecord, type Json, listOf, put } from '../json.ts';
import { below, itemShape, type Shape } from '../patch/shape.ts';
import { type FieldPath, type FieldSet, join } from './field-set.ts';
import { itemKey } from './leaves.ts';

export function mergeApplied(live: Json, applied: Json, shape: Shape): Json {
  const made: Json = { ...live };
  for (const [name, value] of Object.entries(applied)) {
    put(made, name, mergeValue(Object.hasOwn(made, name) ? made[name] : undefined, value, below(shape, name)));
  }
  return made;
}

function mergeValue(live: unknown, applied: unknown, shape: Shape): unknown {
  if (shape.isAtomic || live === undefined || live === null) return applied;
  if (isRecord(applied) && isRecord(live)) return mergeApplied(live, applied, shape);
  if (!Array.isArray(applied) || !Array.isArray(live)) return applied;
  if (shape.isSet) return [...live, ...applied.filter((each) => !live.some((old) => equal(old, each)))];
  return shape.keys === undefined ? applied : mergeItems(live, applied, shape);
}

function mergeItems(live: readonly unknown[], applied: readonly unknown[], shape: Shape): unknown[] {
  const made = [...live];
  for (const item of applied) {
    const key = itemKey(item, shape);
    const place = made.findIndex((old) => key !== undefined && itemKey(old, shape) === key);
    if (place < 0) made.push(item);
    else made[place] = mergeValue(made[place], item, itemShape(shape));
  }
  return inAppliedOrder(made, applied, shape);
}

/** Applied items stand in the order their owner gave them, in the places such items have. */
function inAppliedOrder(items: unknown[], applied: readonly unknown[], shape: Shape): unknown[] {
  const order = applied.map((item) => itemKey(item, shape));
  const rank = (item: unknown): number => order.indexOf(itemKey(item, shape));
  const ordered = items.filter((item) => rank(item) >= 0).sort((a, b) => rank(a) - rank(b));
  return items.map((item) => (rank(item) >= 0 ? ordered.shift() : item));
}

/** A copy without the fields in `gone`; maps and lists that this empties go too. */
export function withoutFields(object: Json, gone: FieldSet, shape: Shape): Json {
  return (gone.size === 0 ? object : pruneMap(object, gone, shape, '')) ?? {};
}

function prune(value: unknown, gone: FieldSet, shape: Shape, path: FieldPath): unknown {
  if (gone.has(path)) return undefined;
  if (shape.isAtomic) return value;
  if (isRecord(value)) return pruneMap(value, gone, shape, path);
  if (!Array.isArray(value) || (shape.keys === undefined && !shape.isSet)) return value;
  const left = listOf(value).flatMap((item) => {
    const element = shape.isSet ? `v:${JSON.stringify(item)}` : itemKey(item, shape);
    const kept = element === undefined ? item : prune(item, gone, itemShape(shape), join(path, element));
    return kept === undefined ? [] : [kept];
  });
  return left.length === 0 && value.length > 0 ? undefined : left;
}

function pruneMap(value: Json, gone: FieldSet, shape: Shape, path: FieldPath): Json | undefined {
  const made: Json = {};
  for (const [name, each] of Object.entries(value)) {
    const kept = prune(each, gone, below(shape, name), join(path, `f:${name}`));
    if (kept !== undefined) put(made, name, kept);
  }
  return Object.keys(made).length === 0 && Object.keys(value).length > 0 ? undefined : made;
}
