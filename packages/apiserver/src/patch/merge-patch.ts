// JSON merge patch (RFC 7396): null removes, objects merge, everything else replaces.
import { isRecord, type Json, put } from '../json.ts';

export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const made: Json = isRecord(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete made[name];
    else put(made, name, mergePatch(Object.hasOwn(made, name) ? made[name] : undefined, value));
  }
  return made;
}
