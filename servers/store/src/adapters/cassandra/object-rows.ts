// Revisions by object and day, and the lives of names by week, in Cassandra.

import { type Compression, dayOf, type Encoding, type Op, type Revision, weekOf } from '@mosaic/wire';
import { bornAt, byName, nameMatches } from '../../names.ts';
import { packDiff, unpackDiff } from '../../packing.ts';
import { newestOf } from '../../partitions.ts';
import type { ObjectName, Retention } from '../../port.ts';
import type { NameQuery, ObjectRows, Slice } from '../../rows.ts';
import { bodyRows } from './body-rows.ts';
import type { Lifetimes, Write } from './keeping-rows.ts';
import { bytesOf, maybeNumber, maybeText, numberOf, type Row, type Session, textOf } from './session.ts';
import { bytesOfCells, type Written } from './usage.ts';

const OPS: readonly Op[] = ['add', 'modify', 'delete'];
const MICROS = 1000;
/** Days are asked together in growing groups: most objects are found in the first. */
const FIRST_DAYS = 2;
const MOST_REMEMBERED_NAMES = 200_000;
const SCOPES_AT_ONCE = 16;

export interface ObjectKeeping {
  readonly lives: Lifetimes;
  readonly retention: () => Retention;
  readonly now: () => number;
  readonly written: Written;
}

export function objectRows(session: Session, keep: ObjectKeeping, compression: Compression): ObjectRows {
  const nameWrites = naming(keep.lives);
  const restored = (row: Row): Revision => revisionOf(row, compression);
  return {
    async put(cluster, revisions) {
      const writes = revisions.flatMap((revision) => {
        const write = revisionWrite(cluster, revision, keep.lives, compression);
        for (const [, values] of write) keep.written.add('objects', revision.at, cluster, bytesOfCells(values));
        return write;
      });
      await session.runAll(writes);
      await session.runAll(revisions.flatMap((revision) => nameWrites.of(cluster, revision)));
      nameWrites.written();
    },
    async slice(cluster, uid, slice) {
      const oldest = dayOf(Math.max(slice.from, keep.now() - (keep.retention().days.objects + 1) * 86_400_000));
      const rows: Revision[] = [];
      let day = dayOf(newestOf(slice));
      for (let width = FIRST_DAYS; day >= oldest && rows.length < slice.limit; width *= 4) {
        const days = Array.from({ length: Math.min(width, day - oldest + 1) }, (_, n) => day - n);
        const found = await Promise.all(days.map((one) => readSlice(session, cluster, uid, one, slice)));
        rows.push(...found.flat().map(restored));
        day -= days.length;
      }
      return rows.slice(0, slice.limit);
    },
    ...bodyRows(session, keep),
    names: (cluster, query) => readNames(session, cluster, query),
  };
}

function revisionWrite(cluster: number, revision: Revision, lives: Lifetimes, compression: Compression): Write[] {
  const { uid, at, rv, kind, apiVersion, namespace, name, createdAt, op, enc, baseAt, baseRv, inflated } = revision;
  const { owner, actor, reconstructed, goneAfter, diff, body } = revision;
  const ttl = lives.ttl('objects', at);
  if (ttl === undefined) return [];
  const cql = `INSERT INTO object_rev (cluster_id, uid, day, ts, rv, kind, api_version, ns, name, created_ts, op, enc, base_ts, base_rv, inflated,
    owner, actor, reconstructed, gone_after, diff, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?`;
  const values = [
    ...[
      cluster,
      uid,
      dayOf(at),
      at,
      rv,
      kind,
      apiVersion,
      namespace,
      name,
      createdAt,
      OPS.indexOf(op),
      enc,
      baseAt,
      baseRv,
    ],
    ...[inflated, owner, actor, reconstructed, goneAfter],
    ...[diff.length > 0 ? packDiff(diff, compression) : undefined, body.length > 0 ? body : undefined, ttl],
  ];
  return [[cql, values]];
}

const REV = 'SELECT * FROM object_rev WHERE cluster_id = ? AND uid = ? AND day = ?';

/** A partition with static columns and no rows answers one row without a clustering key. */
async function readSlice(
  session: Session,
  cluster: number,
  uid: string,
  day: number,
  slice: Slice,
): Promise<readonly Row[]> {
  const { from, to, after, limit } = slice;
  const place = [cluster, uid, day];
  if (after === undefined) return session.run(`${REV} AND ts >= ? AND ts <= ? LIMIT ?`, [...place, from, to, limit]);
  const [same, older] = await Promise.all([
    session.run(`${REV} AND ts = ? AND rv < ? LIMIT ?`, [...place, after.at, after.n, limit]),
    session.run(`${REV} AND ts >= ? AND ts < ? LIMIT ?`, [...place, from, Math.min(to + 1, after.at), limit]),
  ]);
  return [...same, ...older];
}

function revisionOf(row: Row, compression: Compression): Revision {
  const [owner, actor, reconstructed] = [row.owner, row.actor, row.reconstructed].map(maybeText);
  const [baseAt, baseRv, goneAfter] = [row.base_ts, row.base_rv, row.gone_after].map(maybeNumber);
  return {
    ...{ uid: textOf(row.uid), kind: textOf(row.kind), apiVersion: textOf(row.api_version) },
    ...{ namespace: textOf(row.ns), name: textOf(row.name), createdAt: numberOf(row.created_ts) },
    ...{ at: numberOf(row.ts), rv: numberOf(row.rv), op: OPS[numberOf(row.op)] ?? 'modify' },
    ...{ enc: numberOf(row.enc) as Encoding, inflated: numberOf(row.inflated), body: bytesOf(row.body) }, // only an Encoding is ever written
    diff: unpackDiff(bytesOf(row.diff), compression),
    ...(owner !== undefined && { owner }),
    ...(actor !== undefined && { actor }),
    ...(reconstructed !== undefined && { reconstructed }),
    ...(baseAt !== undefined && { baseAt }),
    ...(baseRv !== undefined && { baseRv }),
    ...(goneAfter !== undefined && { goneAfter }),
  };
}

/** A name is said once per week and at its end; what this process has said it need not say again. */
function naming(lives: Lifetimes) {
  const said = new Set<string>();
  let fresh: string[] = [];
  return {
    of(cluster: number, revision: Revision): Write[] {
      const { uid, kind, namespace, name, owner, at, op } = revision;
      const ttl = lives.ttl('objects', at);
      const week = weekOf(at);
      const key = `${cluster}/${week}/${uid}`;
      const isGone = op === 'delete';
      if (ttl === undefined || (!isGone && said.has(key))) return [];
      if (isGone) said.delete(key);
      else fresh.push(key);
      const column = isGone ? 'gone_ts' : 'last_ts';
      const cql = `INSERT INTO object_name (cluster_id, kind, ns, week, name, first_ts, uid, owner, ${column}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ? AND TIMESTAMP ?`;
      const place = [cluster, kind, namespace, week, name, bornAt(revision), uid];
      // A week's names outlive it by a week, so that the first hours of the next one still know who lives.
      const seconds = ttl + 7 * 86_400;
      const scope = 'INSERT INTO object_scope (cluster_id, week, kind, ns) VALUES (?, ?, ?, ?) USING TTL ?';
      return [
        [cql, [...place, owner, at, seconds, at * MICROS]],
        [scope, [cluster, week, kind, namespace, seconds]],
      ];
    },
    /** Only what was written counts as said. */
    written(): void {
      if (said.size > MOST_REMEMBERED_NAMES) said.clear();
      for (const key of fresh) said.add(key);
      fresh = [];
    },
  };
}

interface Scope {
  readonly kind: string;
  readonly namespace: string;
}

async function readNames(session: Session, cluster: number, query: NameQuery): Promise<ObjectName[]> {
  const { from, to, after, limit } = query;
  const weeks = Array.from({ length: weekOf(to) - weekOf(from) + 2 }, (_, n) => weekOf(from) - 1 + n);
  const scopes = (await scopesOf(session, cluster, weeks, query)).filter(
    ({ kind, namespace }) =>
      after === undefined || kind > after.kind || (kind === after.kind && namespace >= after.namespace),
  );
  const found: ObjectName[] = [];
  for (let i = 0; i < scopes.length && found.length < limit; i += SCOPES_AT_ONCE) {
    const some = scopes.slice(i, i + SCOPES_AT_ONCE);
    const lists = await Promise.all(some.map((scope) => livesIn(session, cluster, weeks, scope, query.name)));
    found.push(
      ...lists
        .flat()
        .filter((life) => nameMatches(life, query) && (after === undefined || byName(life, after) > 0))
        .sort(byName),
    );
  }
  return found.slice(0, limit);
}

async function scopesOf(
  session: Session,
  cluster: number,
  weeks: readonly number[],
  query: NameQuery,
): Promise<Scope[]> {
  const cql = 'SELECT kind, ns FROM object_scope WHERE cluster_id = ? AND week = ?';
  const rows = (await Promise.all(weeks.map((week) => session.run(cql, [cluster, week])))).flat();
  const scopes = rows
    .map((row): Scope => ({ kind: textOf(row.kind), namespace: textOf(row.ns) }))
    .filter(
      ({ kind, namespace }) =>
        (query.kind === undefined || kind === query.kind) &&
        (query.namespace === undefined || namespace === query.namespace),
    );
  const unique = [...new Map(scopes.map((scope) => [JSON.stringify(scope), scope])).values()];
  const order = (scope: Scope) => ({ ...scope, name: '', firstAt: 0, uid: '' });
  return unique.sort((a, b) => byName(order(a), order(b)));
}

/** An object has a row in every week it was seen: they are one life. */
async function livesIn(
  session: Session,
  cluster: number,
  weeks: readonly number[],
  scope: Scope,
  only: string | undefined,
): Promise<ObjectName[]> {
  const { kind, namespace } = scope;
  const cql = `SELECT name, first_ts, uid, last_ts, gone_ts, owner FROM object_name WHERE cluster_id = ? AND kind = ? AND ns = ? AND week = ?${only === undefined ? '' : ' AND name = ?'}`;
  const names = only === undefined ? [] : [only];
  const read = (week: number) => session.run(cql, [cluster, kind, namespace, week, ...names]);
  const rows = (await Promise.all(weeks.map(read))).flat();
  return [...Map.groupBy(rows, (row) => textOf(row.uid))].map(([uid, same]): ObjectName => {
    const least = (column: string) =>
      Math.min(...same.map((row) => maybeNumber(row[column]) ?? Number.POSITIVE_INFINITY));
    const most = (column: string) =>
      Math.max(...same.map((row) => maybeNumber(row[column]) ?? Number.NEGATIVE_INFINITY));
    const owner = same.map((row) => maybeText(row.owner)).find((known) => known !== undefined);
    const goneAt = most('gone_ts');
    return {
      ...{ cluster, uid, kind, namespace, name: textOf(same[0]?.name), firstAt: least('first_ts') },
      ...(owner !== undefined && { owner }),
      ...(Number.isFinite(goneAt) && goneAt >= most('last_ts') && { goneAt }),
    };
  });
}
