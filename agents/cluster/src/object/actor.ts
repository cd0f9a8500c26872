// Who wrote last, by the object's own managedFields.

import { isRecord, type Manifest } from '@mosaic/kat';
import type { FieldDiff } from '@mosaic/wire';

export interface Write {
  readonly manager: string;
  readonly operation: string;
  /** RFC 3339, to the second. */
  readonly time: string;
  readonly subresource: string;
}

export function writesOf({ metadata }: Manifest): Write[] {
  return (Array.isArray(metadata.managedFields) ? metadata.managedFields : []).filter(isRecord).flatMap((entry) =>
    typeof entry.manager === 'string'
      ? {
          manager: entry.manager,
          operation: String(entry.operation ?? ''),
          time: typeof entry.time === 'string' ? entry.time : '',
          subresource: typeof entry.subresource === 'string' ? entry.subresource : '',
        }
      : [],
  );
}

/** The manager of the newest write; among writes of the half (status or the rest) that `diff` touches when there is one. */
export function actorOf(object: Manifest, diff: readonly FieldDiff[] = []): string | undefined {
  const writes = writesOf(object);
  const onlyStatus = diff.length > 0 && diff.every(({ path }) => path.startsWith('status'));
  const fitting =
    diff.length === 0 ? [] : writes.filter(({ subresource }) => (subresource === 'status') === onlyStatus);
  return newest(fitting.length > 0 ? fitting : writes)?.manager;
}

const newest = (writes: readonly Write[]): Write | undefined =>
  writes.reduce<Write | undefined>(
    (best, write) => (best === undefined || write.time >= best.time ? write : best),
    undefined,
  );
