// Events, changes and coverage by day, in SQLite.

import { type Change, type ClusterEvent, dayOf } from '@mosaic/wire';
import { bucketsOf } from '../../buckets.ts';
import { coverageJoiner } from '../../coverage-joiner.ts';
import { acrossPartitions, newestOf } from '../../partitions.ts';
import type { CoverageSpan } from '../../port.ts';
import type { ChangeRows, CoverageRows, EventRows, Slice } from '../../rows.ts';
import type { Reader } from './files.ts';
import type { Folder } from './folder.ts';

/** `n` is the column that ends the key: count of an event, rv of a change. */
function readSlice(reader: Reader, table: string, n: string, cluster: number, slice: Slice, objectUid?: string) {
  const { from, to, after, limit } = slice;
  const about = objectUid === undefined ? '' : ' AND object_uid = ?8';
  const past = after ? ` AND at <= ?4 AND (at < ?4 OR uid > ?5 OR (uid = ?5 AND ${n} > ?6))` : '';
  const sql = `SELECT rest FROM ${table} WHERE cluster = ?1 AND at >= ?2 AND at <= ?3${past}${about} ORDER BY at DESC, uid, ${n} LIMIT ?7`;
  const places = after ? { '?4': after.at, '?5': after.uid, '?6': after.n } : {};
  const objects = objectUid === undefined ? {} : { '?8': objectUid };
  const rows = reader.prepare(sql).all({ '?1': cluster, '?2': from, '?3': to, '?7': limit, ...places, ...objects });
  return rows.map(({ rest }) => JSON.parse(String(rest)) as unknown);
}

export function eventRows(folder: Folder): EventRows {
  return {
    put: (cluster, events) =>
      folder.write(
        events.map((event) => ({
          ...folder.day('events', event.at),
          statement: 'event',
          values: [cluster, event.at, event.uid, event.count, event.type, event.objectUid, JSON.stringify(event)],
        })),
      ),
    async slice(cluster, slice, objectUid) {
      const days = folder.files.days('events', dayOf(slice.from), dayOf(newestOf(slice)));
      return acrossPartitions(days, slice, (day, part) => {
        const reader = folder.reader('events', day);
        return reader ? (readSlice(reader, 'event', 'count', cluster, part, objectUid) as ClusterEvent[]) : []; // put wrote them
      });
    },
    async count(cluster, from, to, stepMs) {
      const buckets = bucketsOf(from, to, stepMs);
      for (const day of folder.files.days('events', dayOf(from), dayOf(to))) {
        const sql =
          'SELECT min(at) AS at, type, count(*) AS n FROM event WHERE cluster = ? AND at >= ? AND at < ? GROUP BY (at - ?) / ?, type';
        const rows = folder.reader('events', day)?.prepare(sql).all(cluster, from, to, from, stepMs) ?? [];
        for (const { at, type, n } of rows) buckets.add(Number(at), String(type), Number(n));
      }
      return buckets.counted;
    },
  };
}

export function changeRows(folder: Folder): ChangeRows {
  return {
    put: (cluster, changes) =>
      folder.write(
        changes.map((change) => ({
          ...folder.day('changes', change.at),
          statement: 'change',
          values: [cluster, change.at, change.uid, change.rv, JSON.stringify(change)],
        })),
      ),
    async slice(cluster, slice) {
      const days = folder.files.days('changes', dayOf(slice.from), dayOf(newestOf(slice)));
      return acrossPartitions(days, slice, (day, part) => {
        const reader = folder.reader('changes', day);
        return reader ? (readSlice(reader, 'change', 'rv', cluster, part) as Change[]) : []; // put wrote them
      });
    },
  };
}

export function coverageRows(folder: Folder): CoverageRows {
  const join = coverageJoiner();
  return {
    put: (cluster, rows) =>
      folder.write(
        join(cluster, rows).map(({ source, boot, signal, kind, state, reason = '', from, to, skewMs }) => ({
          ...folder.day('coverage', from),
          statement: 'span',
          values: [cluster, signal, source, boot, kind, state, reason, from, to, skewMs],
        })),
      ),
    async between(cluster, { from, to, signal }) {
      // A span that ends at midnight touches the day after it.
      const days = folder.files.days('coverage', dayOf(from - 1), dayOf(to));
      const sql =
        'SELECT * FROM span WHERE cluster = ?1 AND (?2 IS NULL OR signal = ?2) AND to_at >= ?3 AND from_at <= ?4';
      return days.flatMap((day) => {
        const rows =
          folder
            .reader('coverage', day)
            ?.prepare(sql)
            .all(cluster, signal ?? null, from, to) ?? [];
        return rows.map((row) => spanOf(row as unknown as SpanRow)); // SELECT * FROM span
      });
    },
  };
}

interface SpanRow extends Pick<CoverageSpan, 'source' | 'boot' | 'signal' | 'kind' | 'state'> {
  readonly reason: string;
  readonly from_at: number;
  readonly to_at: number;
  readonly skew: number;
}

const spanOf = ({ source, boot, signal, kind, state, reason, from_at, to_at, skew }: SpanRow): CoverageSpan => ({
  ...{ source, boot, signal, kind, state, from: from_at, to: to_at, skewMs: skew },
  ...(reason !== '' && { reason }),
});
