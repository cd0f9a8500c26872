// What people did, so that nobody can change it unseen: each process writes a chain of hashes, and each entry names the ends of the other chains.
// Who removes or edits an entry would have to write anew everything that came after it in every chain.

import { dayOf } from '@mosaic/wire';
import { cursorOf, limitOf, placeOf } from '../paging.ts';
import type { Page, Paged } from '../port.ts';
import type { Audit, AuditQuery, AuditRecord, Deed } from '../port-people.ts';
import type { AuditRows } from '../rows-people.ts';
import { hashOf, verdictOver } from './audit/chain.ts';

/** An entry names at most so many other chains; the rest are named by the next ones. */
const MOST_HEADS = 64;

export function audit(rows: AuditRows, now: () => number, writer: string = crypto.randomUUID()): Audit {
  const named = new Map<string, number>();
  let last = { n: 0, hash: '' };
  let tail: Promise<unknown> = Promise.resolve();

  const append = async (deed: Deed): Promise<AuditRecord> => {
    const others = (await rows.heads()).filter(
      (head) => head.writer !== writer && (named.get(head.writer) ?? 0) < head.n,
    );
    const heads = others.slice(0, MOST_HEADS);
    const place = { writer, n: last.n + 1, at: now(), id: crypto.randomUUID() };
    const unsealed = { ...deed, ...place, heads, previous: last.hash };
    const record = { ...unsealed, hash: hashOf(unsealed) };
    await rows.put(record);
    last = record;
    for (const head of heads) named.set(head.writer, head.n);
    return record;
  };

  return {
    record(deed) {
      const appended = tail.then(() => append(deed));
      tail = appended.catch(() => {}); // told to who asked; the chain goes on from its last entry that is kept
      return appended;
    },
    list: (query, page) => listed(rows, query, page),
    verify: () => verdictOver(rows),
  };
}

interface AuditPlace {
  readonly at: number;
  readonly writer: string;
  readonly n: number;
}

/** Newest first. */
const byPlace = (a: AuditPlace, b: AuditPlace): number =>
  b.at - a.at || (a.writer < b.writer ? -1 : a.writer > b.writer ? 1 : 0) || b.n - a.n;

async function listed(rows: AuditRows, query: AuditQuery, page: Page | undefined): Promise<Paged<AuditRecord>> {
  const wanted = limitOf(page);
  const after = placeOf<AuditPlace>(page?.cursor);
  const to = Math.min(query.to, after?.at ?? query.to);
  const days = (await rows.days()).filter((day) => day >= dayOf(query.from) && day <= dayOf(to)).toReversed();
  const items: AuditRecord[] = [];
  for (const day of days) {
    const found = (await rows.of(day)).filter(
      (record) => isMeant(record, query) && (after === undefined || byPlace(after, record) < 0),
    );
    items.push(...found.sort(byPlace));
    const last = items[wanted - 1];
    if (items.length > wanted && last !== undefined)
      return { items: items.slice(0, wanted), next: cursorOf({ at: last.at, writer: last.writer, n: last.n }) };
  }
  return { items };
}

const isMeant = (record: AuditRecord, { from, to, actor, action, target }: AuditQuery): boolean =>
  record.at >= from &&
  record.at <= to &&
  (actor === undefined || record.actor === actor) &&
  (action === undefined || record.action === action || record.action.startsWith(`${action}.`)) &&
  (target === undefined || record.target.includes(target));
