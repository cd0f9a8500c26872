// The audit, in Cassandra: a partition a day, and the newest entry of each writer beside it.

import { dayOf, decodeUtf8, encodeUtf8 } from '@mosaic/wire';
import type { AuditHead, AuditRecord } from '../../port-people.ts';
import type { AuditRows } from '../../rows-people.ts';
import { bytesOf, maybeNumber, numberOf, type Row, type Session, textOf } from './session.ts';

/** One installation so far. */
const TENANT = 0;
/** Processes of long ago are named by entries; nobody needs to name them again. */
const HEAD_TTL_S = 90 * 86_400;
const COLUMNS =
  'tenant, day, writer, n, ts, id, actor, action, cluster_id, target, req, result, heads, prev_hash, hash';
const INSERT = `INSERT INTO audit (${COLUMNS}) VALUES (${COLUMNS.replaceAll(/\w+/g, '?')})`;

export function auditRows(session: Session): AuditRows {
  return {
    async put(record) {
      const day = dayOf(record.at);
      await session.run('INSERT INTO audit_day (tenant, day) VALUES (?, ?)', [TENANT, day]);
      await session.run(INSERT, [
        ...[TENANT, day, record.writer, record.n, record.at, record.id, record.actor, record.action],
        ...[record.cluster, record.target, maybeUtf8(record.request), record.result],
        ...[
          encodeUtf8(JSON.stringify(record.heads)),
          Buffer.from(record.previous, 'hex'),
          Buffer.from(record.hash, 'hex'),
        ],
      ]);
      await session.run(
        `INSERT INTO audit_head (tenant, writer, n, hash) VALUES (?, ?, ?, ?) USING TTL ${HEAD_TTL_S}`,
        [...[TENANT, record.writer, record.n, Buffer.from(record.hash, 'hex')]],
      );
    },
    days: async () =>
      (await session.run('SELECT day FROM audit_day WHERE tenant = ?', [TENANT])).map((row) => numberOf(row.day)),
    of: async (day) =>
      (await session.run('SELECT * FROM audit WHERE tenant = ? AND day = ?', [TENANT, day])).map(recordOf),
    heads: async () =>
      (await session.run('SELECT writer, n, hash FROM audit_head WHERE tenant = ?', [TENANT])).map(
        (row): AuditHead => ({ writer: textOf(row.writer), n: numberOf(row.n), hash: hexOf(row.hash) }),
      ),
  };
}

const maybeUtf8 = (text: string | undefined): Uint8Array | undefined =>
  text === undefined ? undefined : encodeUtf8(text);
const hexOf = (cell: unknown): string => Buffer.from(bytesOf(cell)).toString('hex');

function recordOf(row: Row): AuditRecord {
  const cluster = maybeNumber(row.cluster_id);
  const request = bytesOf(row.req);
  return {
    ...{ writer: textOf(row.writer), n: numberOf(row.n), at: numberOf(row.ts), id: String(row.id) },
    ...{ actor: textOf(row.actor), action: textOf(row.action), target: textOf(row.target), result: textOf(row.result) },
    ...(cluster !== undefined && { cluster }),
    ...(request.length > 0 && { request: decodeUtf8(request) }),
    heads: JSON.parse(decodeUtf8(bytesOf(row.heads))) as readonly AuditHead[], // put wrote them
    previous: hexOf(row.prev_hash),
    hash: hexOf(row.hash),
  };
}
