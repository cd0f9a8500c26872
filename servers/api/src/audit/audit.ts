// What was done by whom, and whether the record of it is whole.

import type { AuditRecord } from '@mosaic/store';
import {
  type AuditEntry,
  type AuditVerdictAnswer,
  auditEntrySchema,
  auditVerdictSchema,
  type ListAnswer,
  listOf,
} from '@mosaic/wire';
import type { Request } from 'express';
import type { Asking } from '../asking/asking.ts';
import { rfc3339 } from '../asking/instants.ts';
import { unreadable } from '../asking/problem.ts';
import { checkSpan, type RawQuery, readQuery, shared, words } from '../asking/query.ts';
import type { Endpoint } from '../openapi/endpoint.ts';
import { mustBeAdmin } from '../people/visitor.ts';

const shape = {
  from: shared.from,
  to: shared.to,
  actor: words('Only what this user did'),
  action: words('Only this action, `user.create`, or all of a kind, `user`'),
  target: words('A part of what it was about'),
  limit: shared.limit,
  cursor: shared.cursor,
};

export const auditEndpoints: readonly Endpoint[] = [
  {
    path: '/audit',
    about: 'Every sign-in, refusal, change and export, newest first; chained by hashes',
    query: shape,
    answer: listOf(auditEntrySchema),
  },
  {
    path: '/audit/verify',
    about: 'Reads the whole audit: whether an entry was changed or is missing',
    query: {},
    answer: auditVerdictSchema,
  },
];

export interface AuditDesk {
  list(query: RawQuery, request: Request): Promise<ListAnswer<AuditEntry>>;
  verify(query: RawQuery, request: Request): Promise<AuditVerdictAnswer>;
}

export const auditDesk = ({ store, now }: Pick<Asking, 'store' | 'now'>): AuditDesk => ({
  async list(query, request) {
    mustBeAdmin(request);
    const { limit, cursor, from, to, actor, action, target } = readQuery(shape, query, now());
    checkSpan({ from, to });
    const wish = {
      ...{ from, to },
      ...(actor !== undefined && { actor }),
      ...(action !== undefined && { action }),
      ...(target !== undefined && { target }),
    };
    const page = { limit, ...(cursor !== undefined && { cursor }) };
    const { items, next } = await store.audit.list(wish, page).catch((error: unknown) => {
      if (!(error instanceof RangeError)) throw error;
      throw unreadable([{ field: 'cursor', expected: '`next` of the page before', got: 'another text' }]);
    });
    return {
      items: items.map(entryOf),
      ...(next !== undefined && { next }),
      coverage: { complete: true, gaps: [] },
    };
  },
  async verify(query, request) {
    mustBeAdmin(request);
    readQuery({}, query, now());
    const { isWhole, entries, writers, faults } = await store.audit.verify();
    return { isWhole, entries, writers, faults: [...faults] };
  },
});

const entryOf = ({ at, heads: _, id: __, ...entry }: AuditRecord): AuditEntry => ({ ...entry, at: rfc3339(at) });
