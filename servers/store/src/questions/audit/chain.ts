// The hash of an entry, and whether all chains are whole.

import { createHash } from 'node:crypto';
import type { AuditFault, AuditRecord, AuditVerdict } from '../../port-people.ts';
import type { AuditRows } from '../../rows-people.ts';

const MOST_FAULTS = 100;

/** SHA-256 over all of it as a JSON array in this order. */
export function hashOf(record: Omit<AuditRecord, 'hash'>): string {
  const { writer, n, at, id, actor, action, target, cluster = null, request = null, result, heads, previous } = record;
  const named = heads.map((head) => [head.writer, head.n, head.hash]);
  const all = [writer, n, at, id, actor, action, target, cluster, request, result, named, previous];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex');
}

/** A day at a time; about 150 bytes are held per entry. */
export async function verdictOver(rows: AuditRows): Promise<AuditVerdict> {
  const ends = new Map<string, { readonly n: number; readonly hash: string }>();
  const hashes = new Map<string, string>();
  const named: (AuditFault & { readonly of: string; readonly hash: string })[] = [];
  const faults: AuditFault[] = [];
  for (const day of await rows.days()) {
    const records = await rows.of(day);
    for (const record of records.toSorted((a, b) =>
      a.writer === b.writer ? a.n - b.n : a.writer < b.writer ? -1 : 1,
    )) {
      const { writer, n, hash } = record;
      for (const reason of faultsOf(record, ends.get(writer))) faults.push({ writer, n, reason });
      for (const head of record.heads)
        named.push({ writer, n, of: `${head.writer} ${head.n}`, hash: head.hash, reason: missing(head) });
      ends.set(writer, { n, hash });
      hashes.set(`${writer} ${n}`, hash);
    }
  }
  for (const { of, hash, writer, n, reason } of named) if (hashes.get(of) !== hash) faults.push({ writer, n, reason });
  for (const head of await rows.heads())
    if ((ends.get(head.writer)?.n ?? 0) < head.n)
      faults.push({ writer: head.writer, n: head.n, reason: 'the last entries of this process are missing' });
  return {
    isWhole: faults.length === 0,
    entries: hashes.size,
    writers: ends.size,
    faults: faults.slice(0, MOST_FAULTS),
  };
}

const missing = ({ writer, n }: { readonly writer: string; readonly n: number }): string =>
  `it names entry ${n} of process ${writer}, which is missing or was changed`;

function* faultsOf(record: AuditRecord, before: { readonly n: number; readonly hash: string } = { n: 0, hash: '' }) {
  if (hashOf(record) !== record.hash) yield 'it was changed after it was written';
  if (record.n !== before.n + 1) yield `entries ${before.n + 1}–${record.n - 1} before it are missing`;
  else if (record.previous !== before.hash) yield 'the entry before it was changed';
}
