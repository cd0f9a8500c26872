// Who set each field: Kubernetes' own book, managedFields (structured-merge-diff's FieldsV1), read against the manifest.

import { instantOf, isRecord, recordsAt, textAt } from '@mosaic/kat';
import type { BlameAnswer } from '@mosaic/wire';
import { rfc3339 } from '../asking/instants.ts';
import { step } from './field-diff.ts';

type Line = BlameAnswer['items'][number];
const MOST_LINES = 5000;

/** A line per leaf, by path; of several managers of one field each has its own. */
export function blameOf(manifest: unknown): Line[] {
  const lines: Line[] = [];
  for (const entry of recordsAt(manifest, 'metadata', 'managedFields')) {
    const operation = textAt(entry, 'operation');
    const subresource = textAt(entry, 'subresource');
    const at = instantOf(entry.time);
    const by = {
      manager: textAt(entry, 'manager') ?? 'unknown',
      ...(operation !== undefined && { operation }),
      ...(subresource !== undefined && { subresource }),
      ...(at !== undefined && { at: rfc3339(at) }),
    };
    walk('', entry.fieldsV1, manifest, (path, value) => {
      if (lines.length < MOST_LINES) lines.push({ path, value, ...by });
    });
  }
  return lines.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.manager < b.manager ? -1 : 1));
}

function walk(path: string, fields: unknown, value: unknown, tell: (path: string, value: unknown) => void): void {
  const steps = isRecord(fields) ? Object.keys(fields).filter((key) => key !== '.') : [];
  if (steps.length === 0 && path !== '') {
    tell(path, value ?? null);
    return;
  }
  if (!isRecord(fields)) return;
  for (const key of steps) {
    const child = childOf(path, key, value);
    walk(child.path, fields[key], child.value, tell);
  }
}

/** `f:` a field, `k:` the list item with these keys, `v:` the set member of this value, `i:` by place. */
function childOf(path: string, key: string, value: unknown): { readonly path: string; readonly value: unknown } {
  const name = key.slice(2);
  if (key.startsWith('f:')) return { path: step(path, name), value: isRecord(value) ? value[name] : undefined };
  if (key.startsWith('i:'))
    return { path: `${path}[${name}]`, value: Array.isArray(value) ? value[Number(name)] : undefined };
  const wanted = parsed(name);
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  if (key.startsWith('v:'))
    return { path: `${path}[${String(wanted)}]`, value: items.includes(wanted) ? wanted : undefined };
  const keys = isRecord(wanted) ? wanted : {};
  const item = items.find((one) => isRecord(one) && Object.entries(keys).every(([field, want]) => one[field] === want));
  return { path: `${path}[${Object.values(keys).map(String).join(',')}]`, value: item };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
