// How values and fields are said: short, never a secret.

import type { FieldDiff } from '@mosaic/wire';

const MOST_VALUE_CHARS = 60;
/** What the agent puts where a secret stood (agents/cluster, patterns.ts). */
const HIDDEN = 'redacted-hmac-';

/** A value as a person would read it; undefined when it is hidden, long or has parts: then only *that* it changed is said. */
export function sayable(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string' || value.length > MOST_VALUE_CHARS) return undefined;
  return value.includes(HIDDEN) || value.includes('\n') ? undefined : value || '""';
}

/** `replicas 3 → 0`, `env PORT 8081 added`, `key app.properties changed`. */
export function moved(what: string, { op, before, after }: Pick<FieldDiff, 'op' | 'before' | 'after'>): string {
  const [old, now] = [sayable(before), sayable(after)];
  if (op === 'add') return now === undefined ? `${what} added` : `${what} ${now} added`;
  if (op === 'remove') return old === undefined ? `${what} removed` : `${what} ${old} removed`;
  return old === undefined || now === undefined ? `${what} changed` : `${what} ${old} → ${now}`;
}

/** The same for what is always there, set or not: `paused true`, `ready 3 → 0`. */
export function turned(what: string, { before, after }: Pick<FieldDiff, 'before' | 'after'>, unset: string): string {
  return moved(what, { op: 'replace', before: before ?? unset, after: after ?? unset });
}

/** `image shop/checkout:1.8.2 → 1.9.0`: the name is said once when only the tag differs. */
export function movedImage({ op, before, after }: FieldDiff): string {
  if (op !== 'replace' || typeof before !== 'string' || typeof after !== 'string')
    return moved('image', { op, before, after });
  const [old, now] = [partsOf(before), partsOf(after)];
  return `image ${before} → ${old.name === now.name && now.version !== '' ? now.version : after}`;
}

/** A registry's port is no tag: the last colon counts only after the last slash. */
function partsOf(image: string): { name: string; version: string } {
  const [named = '', digest] = image.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : '';
  return { name: hasTag ? named.slice(0, colon) : named, version: digest === undefined ? tag : `${tag}@${digest}` };
}

/** A field of a record that a diff carries whole: `reason` of an added `state.waiting`. */
export function textIn(value: unknown, field: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as Record<string, unknown>)[field]; // an object: checked on the line above
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined;
}
