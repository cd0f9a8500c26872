// The change log and coverage by day, in Cassandra.

import { type Change, type Compression, dayOf, type Op } from '@mosaic/wire';
import { coverageJoiner } from '../../coverage-joiner.ts';
import { packDiff, unpackDiff } from '../../packing.ts';
import { acrossPartitions, newestOf } from '../../partitions.ts';
import type { CoverageSpan, Retention } from '../../port.ts';
import type { ChangeRows, CoverageRows, Slice } from '../../rows.ts';
import type { Bucket, Filled, Lifetimes, Write } from './keeping-rows.ts';
import { bytesOf, maybeText, numberOf, type Row, type Session, textOf, type Value } from './session.ts';
import { bytesOfCells, type Written } from './usage.ts';

const OPS: readonly Op[] = ['add', 'modify', 'delete'];
const MICROS = 1000;

export interface LogKeeping {
  readonly lives: Lifetimes;
  readonly filled: Filled;
  readonly written: Written;
}

export function changeRows(
  session: Session,
  { lives, filled, written }: LogKeeping,
  compression: Compression,
): ChangeRows {
  return {
    put(cluster, changes) {
      const kept = changes.flatMap((change) => {
        const one = changeWrite(cluster, change, lives, compression);
        if (one) written.add('changes', change.at, cluster, bytesOfCells(one.write[1]));
        return one ?? [];
      });
      return filled.write(
        kept.map(({ write }) => write),
        kept.map(({ bucket }) => bucket),
      );
    },
    async slice(cluster, slice) {
      const days = await filled.between(cluster, 'changes', dayOf(slice.from), dayOf(newestOf(slice)));
      return acrossPartitions(days, slice, async (day, part) => {
        const rows = await readSlice(session, [cluster, day], part);
        return rows.map((row) => changeOf(row, compression)).slice(0, part.limit);
      });
    },
  };
}

function changeWrite(
  cluster: number,
  change: Change,
  lives: Lifetimes,
  compression: Compression,
): { readonly write: Write; readonly bucket: Bucket } | undefined {
  const { at, uid, rv, op, kind, apiVersion, namespace, name, workload, fields, actor, summary, severity, diff } =
    change;
  const ttl = lives.ttl('changes', at);
  if (ttl === undefined) return undefined;
  const cql = `INSERT INTO change_log (cluster_id, day, ts, uid, rv, op, kind, api_version, ns, name, workload, fields, actor, summary, severity, diff, reconstructed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`;
  const values: Value[] = [
    ...[cluster, dayOf(at), at, uid, rv, OPS.indexOf(op), kind, apiVersion, namespace, name, workload, fields, actor],
    ...[summary, severity, packDiff(diff, compression), change.reconstructed, ttl],
  ];
  return { write: [cql, values], bucket: { cluster, family: 'changes', bucket: dayOf(at), ttl } };
}

async function readSlice(session: Session, place: readonly Value[], slice: Slice): Promise<readonly Row[]> {
  const { from, to, after, limit } = slice;
  const cql = 'SELECT * FROM change_log WHERE cluster_id = ? AND day = ?';
  if (after === undefined) return session.run(`${cql} AND ts >= ? AND ts <= ? LIMIT ?`, [...place, from, to, limit]);
  const [same, older] = await Promise.all([
    session.run(`${cql} AND ts = ? AND (uid, rv) > (?, ?) LIMIT ?`, [...place, after.at, after.uid, after.n, limit]),
    session.run(`${cql} AND ts >= ? AND ts < ? LIMIT ?`, [...place, from, Math.min(to + 1, after.at), limit]),
  ]);
  return [...same, ...older];
}

function changeOf(row: Row, compression: Compression): Change {
  const [workload, reconstructed] = [row.workload, row.reconstructed].map(maybeText);
  return {
    ...{ at: numberOf(row.ts), uid: textOf(row.uid), rv: numberOf(row.rv), op: OPS[numberOf(row.op)] ?? 'modify' },
    ...{
      kind: textOf(row.kind),
      apiVersion: textOf(row.api_version),
      namespace: textOf(row.ns),
      name: textOf(row.name),
    },
    ...{ fields: (row.fields ?? []) as string[], actor: textOf(row.actor), summary: textOf(row.summary) }, // a list<text>
    severity: numberOf(row.severity) as Change['severity'], // only a Severity is ever written
    diff: unpackDiff(bytesOf(row.diff), compression),
    ...(workload !== undefined && { workload }),
    ...(reconstructed !== undefined && { reconstructed }),
  };
}

export function coverageRows(
  session: Session,
  { lives, written }: Pick<LogKeeping, 'lives' | 'written'>,
  retention: () => Retention,
): CoverageRows {
  const join = coverageJoiner();
  const cql = `INSERT INTO coverage (cluster_id, day, signal, source, boot, kind, state, reason, from_ts, to_ts, skew)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?`;
  return {
    put: (cluster, rows) =>
      session.runAll(
        join(cluster, rows).flatMap(({ signal, source, boot, kind, state, reason = '', from, to, skewMs }, place) => {
          const ttl = lives.ttl('coverage', to);
          if (ttl === undefined) return [];
          const values = [cluster, dayOf(from), signal, source, boot, kind, state, reason, from, to, skewMs];
          // What extends a row is written over it.
          if (from === rows[place]?.from) written.add('coverage', from, cluster, bytesOfCells(values));
          return [[cql, [...values, ttl, to * MICROS]] as const];
        }),
      ),
    async between(cluster, { from, to, signal }) {
      const last = dayOf(to);
      const first = Math.max(dayOf(from - 1), last - retention().days.coverage - 1);
      const days = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => first + n);
      const read = `SELECT * FROM coverage WHERE cluster_id = ? AND day = ?${signal ? ' AND signal = ?' : ''}`;
      const rows = await Promise.all(days.map((day) => session.run(read, [cluster, day, ...(signal ? [signal] : [])])));
      return rows
        .flat()
        .map(spanOf)
        .filter((span) => span.to >= from && span.from <= to);
    },
  };
}

function spanOf(row: Row): CoverageSpan {
  const reason = textOf(row.reason);
  return {
    ...{ source: textOf(row.source), boot: textOf(row.boot), kind: textOf(row.kind) },
    signal: textOf(row.signal) as CoverageSpan['signal'], // only signals and states are ever written
    state: textOf(row.state) as CoverageSpan['state'],
    ...{ from: numberOf(row.from_ts), to: numberOf(row.to_ts), skewMs: numberOf(row.skew) },
    ...(reason !== '' && { reason }),
  };
}
