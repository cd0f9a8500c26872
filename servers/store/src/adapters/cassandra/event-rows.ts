// Events by hour and shard, and once more by the object they are about, in Cassandra.

import { type ClusterEvent, hash32, hourOf, weekOf } from '@mosaic/wire';
import { bucketsOf } from '../../buckets.ts';
import { byPlace } from '../../paging.ts';
import { acrossPartitions, newestOf } from '../../partitions.ts';
import type { EventRows, Slice } from '../../rows.ts';
import type { Bucket, Filled, Lifetimes, Write } from './keeping-rows.ts';
import { maybeNumber, maybeText, numberOf, type Row, type Session, textOf, type Value } from './session.ts';
import { bytesOfCells, type Written } from './usage.ts';

/** Partitions per hour: a cluster of 5,000 pods on its worst day stays under 10 MiB in each. */
const SHARDS = 4;
const COLUMNS =
  'ts, event_uid, cnt, first_ts, type, reason, msg, ns, kind, name, rel_kind, rel_name, src, node, series';
const MARKS = '?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?';
const PLACE = 'cluster_id = ? AND hour = ? AND shard = ?';
const OBJECT = 'cluster_id = ? AND obj = ? AND week = ?';
const every = Array.from({ length: SHARDS }, (_, shard) => shard);

export function eventRows(session: Session, lives: Lifetimes, filled: Filled, written: Written): EventRows {
  return {
    put(cluster, events) {
      const kept = events.flatMap((event) => {
        const one = eventWrites(cluster, event, lives);
        for (const [, values] of one?.writes ?? []) written.add('events', event.at, cluster, bytesOfCells(values));
        return one ?? [];
      });
      return filled.write(
        kept.flatMap(({ writes }) => writes),
        kept.map(({ bucket }) => bucket),
      );
    },
    async slice(cluster, slice, objectUid) {
      if (objectUid) return sliceOfObject(session, cluster, slice, objectUid);
      const hours = await filled.between(cluster, 'events', hourOf(slice.from), hourOf(newestOf(slice)));
      return acrossPartitions(hours, slice, async (hour, part) => {
        const read = every.map((shard) => readSlice(session, 'event_by_time', PLACE, [cluster, hour, shard], part));
        const found = (await Promise.all(read)).flat().sort((a, b) => byPlace(placeOf(a), placeOf(b)));
        return found.slice(0, part.limit);
      });
    },
    async count(cluster, from, to, stepMs) {
      const buckets = bucketsOf(from, to, stepMs);
      const cql = `SELECT ts, type FROM event_by_time WHERE ${PLACE} AND ts >= ? AND ts < ?`;
      for (const hour of await filled.between(cluster, 'events', hourOf(from), hourOf(to))) {
        const found = await Promise.all(every.map((shard) => session.run(cql, [cluster, hour, shard, from, to])));
        for (const row of found.flat()) buckets.add(numberOf(row.ts), textOf(row.type), 1);
      }
      return buckets.counted;
    },
  };
}

function eventWrites(
  cluster: number,
  event: ClusterEvent,
  lives: Lifetimes,
): { readonly writes: readonly Write[]; readonly bucket: Bucket } | undefined {
  const { at, uid, count, firstAt, type, reason, message, namespace, kind, name, objectUid } = event;
  const ttl = lives.ttl('events', at);
  if (ttl === undefined) return undefined;
  const values: Value[] = [
    ...[at, uid, count, firstAt, type, reason, message, namespace, kind, name],
    ...[event.relatedKind, event.relatedName, event.source, event.node, event.series],
  ];
  const byTime = `INSERT INTO event_by_time (cluster_id, hour, shard, obj, ${COLUMNS}) VALUES (?, ?, ?, ?, ${MARKS}) USING TTL ?`;
  const byObject = `INSERT INTO event_by_obj (cluster_id, obj, week, ${COLUMNS}) VALUES (?, ?, ?, ${MARKS}) USING TTL ?`;
  const writes: Write[] = [[byTime, [cluster, hourOf(at), hash32(uid) % SHARDS, objectUid, ...values, ttl]]];
  if (objectUid !== '') writes.push([byObject, [cluster, objectUid, weekOf(at), ...values, ttl]]);
  return { writes, bucket: { cluster, family: 'events', bucket: hourOf(at), ttl } };
}

function sliceOfObject(session: Session, cluster: number, slice: Slice, objectUid: string): Promise<ClusterEvent[]> {
  const first = weekOf(Math.max(slice.from, 0));
  const last = weekOf(newestOf(slice));
  const weeks = Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => last - n);
  return acrossPartitions(weeks, slice, async (week, part) => {
    const found = await readSlice(session, 'event_by_obj', OBJECT, [cluster, objectUid, week], part);
    return found.map((event) => ({ ...event, objectUid }));
  });
}

const placeOf = ({ at, uid, count }: ClusterEvent) => ({ at, uid, n: count });

async function readSlice(
  session: Session,
  table: string,
  where: string,
  place: readonly Value[],
  { from, to, after, limit }: Slice,
): Promise<ClusterEvent[]> {
  const cql = `SELECT * FROM ${table} WHERE ${where}`;
  if (after === undefined)
    return (await session.run(`${cql} AND ts >= ? AND ts <= ? LIMIT ?`, [...place, from, to, limit])).map(eventOf);
  const [same, older] = await Promise.all([
    session.run(`${cql} AND ts = ? AND (event_uid, cnt) > (?, ?) LIMIT ?`, [
      ...place,
      after.at,
      after.uid,
      after.n,
      limit,
    ]),
    session.run(`${cql} AND ts >= ? AND ts < ? LIMIT ?`, [...place, from, Math.min(to + 1, after.at), limit]),
  ]);
  return [...same, ...older].map(eventOf).slice(0, limit);
}

function eventOf(row: Row): ClusterEvent {
  const [relatedKind, relatedName, node] = [row.rel_kind, row.rel_name, row.node].map(maybeText);
  const series = maybeNumber(row.series);
  return {
    ...{ uid: textOf(row.event_uid), at: numberOf(row.ts), firstAt: numberOf(row.first_ts), count: numberOf(row.cnt) },
    ...{ type: textOf(row.type), reason: textOf(row.reason), message: textOf(row.msg), namespace: textOf(row.ns) },
    ...{ kind: textOf(row.kind), name: textOf(row.name), objectUid: textOf(row.obj), source: textOf(row.src) },
    ...(relatedKind !== undefined && { relatedKind }),
    ...(relatedName !== undefined && { relatedName }),
    ...(node !== undefined && { node }),
    ...(series !== undefined && { series }),
  };
}
