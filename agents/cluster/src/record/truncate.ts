// A record too big even to travel alone is cut, and says so.

import type { Manifest } from '@mosaic/kat';
import { MOST_RECORD_BYTES } from '@mosaic/wire';

export const TRUNCATED = 'mosaic.dev/truncated';
/** Left for the row's other fields. */
const ROOM_BYTES = 16 * 1024;
const MOST_FIELD_CHARS = 64 * 1024;

/** The object and its JSON, fields over 64 KiB replaced by a mark when the whole is over the bound. */
export function bounded(cleaned: Manifest): { readonly object: Manifest; readonly json: Uint8Array } {
  const json = Buffer.from(JSON.stringify(cleaned));
  if (json.length <= MOST_RECORD_BYTES - ROOM_BYTES) return { object: cleaned, json };
  const { managedFields: _, ...metadata } = cleaned.metadata;
  const fields = Object.entries({ ...cleaned, metadata }).map(([name, value]) => [name, cutField(value, json.length)]);
  const object = { ...Object.fromEntries(fields), kind: cleaned.kind, apiVersion: cleaned.apiVersion } as Manifest; // small fields are as they were
  return { object, json: Buffer.from(JSON.stringify(object)) };
}

function cutField(value: unknown, whole: number): unknown {
  const length = JSON.stringify(value)?.length ?? 0;
  if (length <= MOST_FIELD_CHARS) return value;
  return { [TRUNCATED]: `${length} of ${whole} bytes left out: an object may be ${MOST_RECORD_BYTES} bytes` };
}
