// The audit, in SQLite: beside what never goes by day, because it is kept for ever.

import { dayOf } from '@mosaic/wire';
import type { AuditHead, AuditRecord } from '../../port-people.ts';
import type { AuditRows } from '../../rows-people.ts';
import type { Folder } from './folder.ts';

export function auditRows(folder: Folder): AuditRows {
  const to = folder.alwaysFile;
  return {
    put: (record) =>
      folder.write([
        {
          ...{ ...to, statement: 'audit' },
          values: [dayOf(record.at), record.writer, record.n, record.hash, JSON.stringify(record)],
        },
        { ...to, statement: 'auditHead', values: [record.writer, record.n, record.hash] },
      ]),
    days: async () =>
      folder
        .always()
        .prepare('SELECT DISTINCT day FROM audit ORDER BY day')
        .all()
        .map(({ day }) => Number(day)),
    of: async (day) =>
      folder
        .always()
        .prepare('SELECT rest FROM audit WHERE day = ?')
        .all(day)
        .map(({ rest }) => JSON.parse(String(rest)) as AuditRecord), // put wrote it
    heads: async () =>
      folder
        .always()
        .prepare('SELECT writer, n, hash FROM audit_head ORDER BY rowid DESC')
        .all()
        .map((row) => ({ ...row }) as unknown as AuditHead), // the columns named
  };
}
