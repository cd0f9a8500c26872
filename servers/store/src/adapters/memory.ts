// Everything in maps: for tests, and for a look that leaves nothing behind.

import { DAY_MS, hourOf, type Revision, type Span } from '@mosaic/wire';
import { bucketsOf } from '../buckets.ts';
import { DEFAULT_RETENTION } from '../keeping.ts';
import { latestOf } from '../latest.ts';
import { byName, livesOf, nameMatches } from '../names.ts';
import { byPlace } from '../paging.ts';
import type { AgentKey, ClusterRecord, Lease, ObjectName, Retention, Store } from '../port.ts';
import { retentionCell } from '../retention-cell.ts';
import {
  CHUNK_FAMILIES,
  type ChangeRows,
  type ClusterRows,
  type CoverageRow,
  type CoverageRows,
  type DeltaRow,
  type EventRows,
  type LeaseRows,
  type NamePlace,
  type ObjectRows,
  type Place,
  type Rows,
  type ShardRow,
  type Slice,
  type StateRows,
} from '../rows.ts';
import { type Questions, storeOver } from '../store-over.ts';
import { auditRows, enrolmentRows, peopleRows } from './memory/people-rows.ts';
import { chunkRows, seenRows, tokenRows } from './memory/signal-rows.ts';

export interface MemoryStoreOptions extends Pick<Questions, 'compression' | 'cache'> {
  readonly retention?: Retention;
  readonly now?: () => number;
}

export function memoryStore({
  compression,
  cache = true,
  retention = DEFAULT_RETENTION,
  now = Date.now,
}: MemoryStoreOptions): Store {
  const kept = retentionCell(retention, () => rows.marks);
  const rows: Rows = memoryRows(kept.now);
  return storeOver(rows, { compression, retention: kept, now, cache });
}

/** Rows of one kind by cluster, then by key. */
class Table<Row> {
  readonly #rows = new Map<number, Map<string, Row>>();
  of(cluster: number): Map<string, Row> {
    let rows = this.#rows.get(cluster);
    if (rows === undefined) {
      rows = new Map();
      this.#rows.set(cluster, rows);
    }
    return rows;
  }
  list(cluster: number): Row[] {
    return [...this.of(cluster).values()];
  }
  removeWhere(isOld: (row: Row, cluster: number) => boolean): void {
    for (const [cluster, rows] of this.#rows) {
      for (const [key, row] of rows) if (isOld(row, cluster)) rows.delete(key);
    }
  }
}

function sliced<Row>(rows: readonly Row[], place: (row: Row) => Place, slice: Slice, order = byPlace): Row[] {
  return rows
    .filter((row) => {
      const { at } = place(row);
      return at >= slice.from && at <= slice.to && (slice.after === undefined || order(place(row), slice.after) > 0);
    })
    .sort((a, b) => order(place(a), place(b)))
    .slice(0, slice.limit);
}

function memoryRows(retention: () => Retention): Rows {
  const { rows: chunks, sweep: sweepChunks } = chunkRows();
  const { rows: objects, sweep: sweepObjects } = objectRows();
  const { rows: state, sweep: sweepState } = stateRows();
  const eventTable = new Table<Parameters<EventRows['put']>[1][number]>();
  const changeTable = new Table<Parameters<ChangeRows['put']>[1][number]>();
  const coverageTable = new Table<CoverageRow>();
  const marks = new Map<string, string>();
  return {
    clusters: clusterRows(),
    objects,
    state,
    events: eventRows(eventTable),
    changes: changeRows(changeTable),
    coverage: coverageRows(coverageTable),
    leases: leaseRows(),
    chunks,
    seen: seenRows(),
    tokens: tokenRows(),
    people: peopleRows(),
    enrolment: enrolmentRows(),
    audit: auditRows(),
    marks: {
      get: async (name) => marks.get(name),
      async set(name, value) {
        marks.set(name, value);
      },
    },
    keptFrom: () => 0,
    async sweep(now) {
      const oldest = (family: keyof Retention['days']): number => now - retention().days[family] * DAY_MS;
      sweepObjects(oldest('objects'));
      sweepState(oldest('state'));
      eventTable.removeWhere(({ at }) => at < oldest('events'));
      changeTable.removeWhere(({ at }) => at < oldest('changes'));
      coverageTable.removeWhere(({ to }) => to < oldest('coverage'));
      for (const family of CHUNK_FAMILIES) sweepChunks(family, oldest(family));
      return { removedBytes: 0 };
    },
    usage: async () => [],
    freeBytes: async () => undefined,
    health: async () => ({ ok: true }),
    close: async () => {},
  };
}

function clusterRows(): ClusterRows {
  const byName = new Map<string, ClusterRecord>();
  const keys = new Table<AgentKey>();
  return {
    async enrol(cluster, now) {
      const known = byName.get(cluster.name);
      const record = known ? { ...known, ...cluster } : { ...cluster, id: byName.size + 1, enrolledAt: now };
      byName.set(cluster.name, record);
      return record;
    },
    all: async () => [...byName.values()],
    async putKey(cluster, key) {
      const { revokedAt } = keys.of(cluster).get(key.keyId) ?? {};
      keys.of(cluster).set(key.keyId, { ...(revokedAt !== undefined && { revokedAt }), ...key });
    },
    async revokeKey(cluster, keyId, now) {
      const key = keys.of(cluster).get(keyId);
      if (key) keys.of(cluster).set(keyId, { revokedAt: now, ...key });
    },
    keys: async (cluster) => keys.list(cluster),
  };
}

function objectRows() {
  const byUid = new Map<string, Map<string, Revision>>();
  const names = new Table<ObjectName & { readonly lastAt: number }>();
  const ofUid = (cluster: number, uid: string): Map<string, Revision> => byUid.get(`${cluster}/${uid}`) ?? new Map();
  const rows: ObjectRows = {
    async put(cluster, revisions) {
      for (const revision of revisions) {
        const rows = ofUid(cluster, revision.uid);
        byUid.set(`${cluster}/${revision.uid}`, rows.set(`${revision.at}/${revision.rv}`, revision));
        const life = livesOf(cluster, revision, names.of(cluster).get(revision.uid));
        names.of(cluster).set(revision.uid, life);
      }
    },
    async slice(cluster, uid, slice) {
      const place = ({ at, rv }: Revision): Place => ({ at, uid, n: rv });
      return sliced([...ofUid(cluster, uid).values()], place, slice, (a, b) => b.at - a.at || b.n - a.n);
    },
    newest: async (cluster, uids, at) =>
      uids.map((uid) => {
        const before = [...ofUid(cluster, uid).values()].filter((revision) => revision.at <= at);
        return before.sort((a, b) => b.at - a.at || b.rv - a.rv)[0];
      }),
    ones: async (cluster, keys) => keys.map(({ uid, at, rv }) => ofUid(cluster, uid).get(`${at}/${rv}`)),
    async names(cluster, query) {
      const { after } = query;
      return names
        .list(cluster)
        .map(({ lastAt, goneAt, ...life }) => (goneAt !== undefined && goneAt >= lastAt ? { ...life, goneAt } : life))
        .filter(
          (life) => nameMatches(life, query) && (after === undefined || byName(life, after satisfies NamePlace) > 0),
        )
        .sort(byName)
        .slice(0, query.limit);
    },
  };
  const sweep = (oldest: number): void => {
    for (const revisions of byUid.values())
      for (const [key, { at }] of revisions) if (at < oldest) revisions.delete(key);
    names.removeWhere(({ lastAt, goneAt }) => goneAt !== undefined && goneAt >= lastAt && goneAt < oldest);
  };
  return { rows, sweep };
}

function stateRows() {
  const shards = new Table<ShardRow>();
  const deltas = new Table<DeltaRow>();
  const hours = (cluster: number): number[] => shards.list(cluster).map(({ at }) => hourOf(at));
  const rows: StateRows = {
    async putShard(cluster, row) {
      shards.of(cluster).set(`${row.at}/${row.epoch}/${row.shard}`, row);
    },
    async putDelta(cluster, row) {
      deltas.of(cluster).set(`${row.t0}/${row.epoch}/${row.seq}`, row);
    },
    heads: async (cluster, wanted) => shards.list(cluster).filter(({ at }) => wanted.includes(hourOf(at))),
    shards: async (cluster, _hour, refs) =>
      refs.flatMap(({ at, epoch, shard }) => shards.of(cluster).get(`${at}/${epoch}/${shard}`) ?? []),
    deltas: async (cluster, { from, to, epoch }) =>
      deltas
        .list(cluster)
        .filter((row) => row.t0 >= from && row.t0 <= to && (epoch === undefined || row.epoch === epoch))
        .sort((a, b) => a.t0 - b.t0 || a.epoch - b.epoch || a.seq - b.seq),
    async hourBefore(cluster, hour) {
      const before = hours(cluster).filter((other) => other <= hour);
      return before.length > 0 ? Math.max(...before) : undefined;
    },
    latest: async () => [],
    async extent(cluster): Promise<Span | undefined> {
      const froms = [...shards.list(cluster).map(({ at }) => at), ...deltas.list(cluster).map(({ t0 }) => t0)];
      const tos = [...shards.list(cluster).map(({ at }) => at), ...deltas.list(cluster).map(({ t1 }) => t1)];
      if (froms.length === 0) return undefined;
      return { from: least(froms), to: -least(tos.map((to) => -to)) };
    },
  };
  const sweep = (oldest: number): void => {
    const kept = new Map<number, number>();
    const keptFrom = (cluster: number): number => {
      const known = kept.get(cluster) ?? Math.min(oldest, latestOf(shards.list(cluster))?.from ?? oldest);
      kept.set(cluster, known);
      return known;
    };
    deltas.removeWhere(({ t0 }, cluster) => t0 < keptFrom(cluster));
    shards.removeWhere(({ at }, cluster) => at < keptFrom(cluster));
  };
  return { rows, sweep };
}

/** Math.min over arrays too long to spread. */
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));

function eventRows(table: Table<Parameters<EventRows['put']>[1][number]>): EventRows {
  return {
    async put(cluster, events) {
      for (const event of events) table.of(cluster).set(`${event.at}/${event.uid}/${event.count}`, event);
    },
    async slice(cluster, slice, objectUid) {
      const rows = table.list(cluster).filter((event) => objectUid === undefined || event.objectUid === objectUid);
      return sliced(rows, ({ at, uid, count }) => ({ at, uid, n: count }), slice);
    },
    async count(cluster, from, to, stepMs) {
      const buckets = bucketsOf(from, to, stepMs);
      for (const { at, type } of table.list(cluster)) buckets.add(at, type, 1);
      return buckets.counted;
    },
  };
}

function changeRows(table: Table<Parameters<ChangeRows['put']>[1][number]>): ChangeRows {
  return {
    async put(cluster, changes) {
      for (const change of changes) table.of(cluster).set(`${change.at}/${change.uid}/${change.rv}`, change);
    },
    slice: async (cluster, slice) => sliced(table.list(cluster), ({ at, uid, rv }) => ({ at, uid, n: rv }), slice),
  };
}

function coverageRows(table: Table<CoverageRow>): CoverageRows {
  return {
    async put(cluster, rows) {
      for (const row of rows) {
        const { source, boot, signal, kind, state, reason, from, to } = row;
        table.of(cluster).set(JSON.stringify([source, boot, signal, kind, state, reason, from, to]), row);
      }
    },
    between: async (cluster, { from, to, signal }) =>
      table
        .list(cluster)
        .filter((row) => row.to >= from && row.from <= to && (signal === undefined || row.signal === signal)),
  };
}

function leaseRows(): LeaseRows {
  const table = new Table<Lease>();
  return {
    async put(cluster, leases) {
      for (const lease of leases) {
        const key = `${lease.ip}/${lease.from}/${lease.uid}`;
        const to = lease.to ?? table.of(cluster).get(key)?.to;
        table.of(cluster).set(key, { ...lease, ...(to !== undefined && { to }) });
      }
    },
    of: async (cluster, ip, to) => table.list(cluster).filter((lease) => lease.ip === ip && lease.from <= to),
  };
}
