// Deep merge of values: mappings join, everything else is replaced by the later one.

import { PyDict, type Value } from '../python/values.ts';

export function mergeDeep(earlier: PyDict, later: PyDict): PyDict {
  const merged = PyDict.from(earlier.entries());
  for (const [key, value] of later.entries()) merged.set(key, mergedValue(merged.get(key), value));
  return merged;
}

function mergedValue(earlier: Value | undefined, later: Value): Value {
  return earlier instanceof PyDict && later instanceof PyDict ? mergeDeep(earlier, later) : later;
}
