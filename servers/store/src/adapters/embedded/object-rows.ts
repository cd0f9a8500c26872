// Revisions by day, and the lives of names, in SQLite.

import { type Compression, dayOf, type Encoding, type Op, type Revision } from '@mosaic/wire';
import { bornAt, nameMatches } from '../../names.ts';
import { packDiff, unpackDiff } from '../../packing.ts';
import { acrossPartitions, newestOf } from '../../partitions.ts';
import type { ObjectName } from '../../port.ts';
import type { NameQuery, ObjectRows, Slice } from '../../rows.ts';
import { bodyRows } from './body-rows.ts';
import type { Reader } from './files.ts';
import type { Folder } from './folder.ts';
import type { Write } from './sql.ts';

const OPS: readonly Op[] = ['add', 'modify', 'delete'];

export function objectRows(folder: Folder, compression: Compression): ObjectRows {
  const rowsOf = (row: unknown) => revisionOf(row as RevRow, compression); // columns of REV
  return {
    put: (cluster, revisions) =>
      folder.write([
        ...revisions.flatMap((revision) => revisionWrites(folder, cluster, revision, compression)),
        ...revisions.map((revision) => lifeWrite(folder, cluster, revision)),
      ]),
    async slice(cluster, uid, slice) {
      const days = folder.files.days('objects', dayOf(slice.from), dayOf(newestOf(slice)));
      return acrossPartitions(days, slice, (day, part) => {
        const reader = folder.reader('objects', day);
        return reader ? readSlice(reader, cluster, uid, part).map(rowsOf) : [];
      });
    },
    ...bodyRows(folder),
    names: async (cluster, query) => readNames(folder.always(), cluster, query),
  };
}

function revisionWrites(folder: Folder, cluster: number, revision: Revision, compression: Compression): Write[] {
  const { uid, kind, namespace, name, apiVersion, owner, actor, reconstructed, at, rv, op, enc, body, inflated } =
    revision;
  const { baseAt = null, baseRv = null, goneAfter = null, createdAt, diff } = revision;
  const to = folder.day('objects', at);
  const words = [apiVersion, owner, actor, reconstructed].filter((word) => word !== undefined);
  return [
    { ...to, statement: 'object', values: [cluster, uid, kind, namespace, name, createdAt] },
    ...words.map((word): Write => ({ ...to, statement: 'word', values: [word] })),
    {
      ...to,
      statement: 'rev',
      values: [
        ...[cluster, uid, at, rv, OPS.indexOf(op), enc, baseAt, baseRv, inflated],
        ...[apiVersion, owner ?? null, actor ?? null, reconstructed ?? null],
        ...[goneAfter, packDiff(diff, compression), body],
      ],
    },
  ];
}

function lifeWrite(folder: Folder, cluster: number, revision: Revision): Write {
  const { uid, kind, namespace, name, owner = null, at, op } = revision;
  const isGone = op === 'delete';
  const values = [cluster, uid, kind, namespace, name, owner, bornAt(revision), isGone ? 0 : at, isGone ? at : null];
  return { ...folder.alwaysFile, statement: 'life', values };
}

interface RevRow {
  readonly uid: string;
  readonly kind: string;
  readonly api_version: string;
  readonly namespace: string;
  readonly name: string;
  readonly created_at: number;
  readonly at: number;
  readonly rv: number;
  readonly op: number;
  readonly enc: number;
  readonly base_at: number | null;
  readonly base_rv: number | null;
  readonly inflated: number;
  readonly owner: string | null;
  readonly actor: string | null;
  readonly reconstructed: string | null;
  readonly gone_after: number | null;
  readonly diff: Uint8Array | null;
  readonly body: Uint8Array | null;
}

const REV = `SELECT o.uid, o.kind, o.namespace, o.name, o.created_at, r.at, r.rv, r.op, r.enc, r.base_at, r.base_rv, r.inflated, r.gone_after,
  (SELECT text FROM word WHERE id = r.api_version) AS api_version, (SELECT text FROM word WHERE id = r.owner) AS owner,
  (SELECT text FROM word WHERE id = r.actor) AS actor, (SELECT text FROM word WHERE id = r.reconstructed) AS reconstructed, r.diff, r.body
  FROM object o JOIN rev r ON r.object = o.id WHERE o.cluster = ? AND o.uid = ?`;
const NEWEST_FIRST = 'ORDER BY r.at DESC, r.rv DESC LIMIT ?';

function readSlice(reader: Reader, cluster: number, uid: string, { from, to, after, limit }: Slice) {
  const span = `${REV} AND r.at >= ? AND r.at <= ?`;
  if (after === undefined) return reader.prepare(`${span} ${NEWEST_FIRST}`).all(cluster, uid, from, to, limit);
  const past = `${span} AND (r.at < ? OR (r.at = ? AND r.rv < ?)) ${NEWEST_FIRST}`;
  return reader.prepare(past).all(cluster, uid, from, to, after.at, after.at, after.n, limit);
}

function revisionOf(row: RevRow, compression: Compression): Revision {
  const { uid, kind, namespace, name, at, rv, inflated } = row;
  return {
    ...{ uid, kind, apiVersion: row.api_version, namespace, name, at, rv, inflated, createdAt: row.created_at },
    op: OPS[row.op] ?? 'modify',
    enc: row.enc as Encoding, // only an Encoding is ever written
    body: row.body ?? new Uint8Array(0),
    diff: unpackDiff(row.diff, compression),
    ...(row.owner !== null && { owner: row.owner }),
    ...(row.actor !== null && { actor: row.actor }),
    ...(row.reconstructed !== null && { reconstructed: row.reconstructed }),
    ...(row.base_at !== null && { baseAt: row.base_at }),
    ...(row.base_rv !== null && { baseRv: row.base_rv }),
    ...(row.gone_after !== null && { goneAfter: row.gone_after }),
  };
}

interface LifeRow {
  readonly uid: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly owner: string | null;
  readonly first_at: number;
  readonly last_at: number;
  readonly gone_at: number | null;
}

/** In the order of the index; names are compared as people write them, which SQLite does not know beyond ASCII. */
function readNames(reader: Reader, cluster: number, query: NameQuery): ObjectName[] {
  const { from, to, after, limit } = query;
  const wanted = (['kind', 'namespace', 'name'] as const).flatMap((column) =>
    query[column] === undefined ? [] : { column, value: query[column] },
  );
  const given = [cluster, ...wanted.map(({ value }) => value), to, from];
  const where = `cluster = ? ${wanted.map(({ column }) => `AND ${column} = ? `).join('')}AND first_at <= ?
    AND (gone_at IS NULL OR gone_at = 0 OR gone_at < last_at OR gone_at >= ?)`;
  const past = after && ' AND (kind, namespace, name, first_at, uid) > (?, ?, ?, ?, ?)';
  const places = after ? [after.kind, after.namespace, after.name, after.firstAt, after.uid] : [];
  const sql = `SELECT * FROM life WHERE ${where}${past ?? ''} ORDER BY kind, namespace, name, first_at, uid`;
  const found: ObjectName[] = [];
  for (const row of reader.prepare(sql).iterate(...given, ...places)) {
    const life = nameOf(cluster, row as unknown as LifeRow); // SELECT * FROM life
    if (nameMatches(life, query)) found.push(life);
    if (found.length >= limit) break;
  }
  return found;
}

function nameOf(
  cluster: number,
  { uid, kind, namespace, name, owner, first_at, last_at, gone_at }: LifeRow,
): ObjectName {
  const isGone = gone_at !== null && gone_at > 0 && gone_at >= last_at;
  const about = { cluster, uid, kind, namespace, name, firstAt: first_at };
  return { ...about, ...(owner !== null && { owner }), ...(isGone && { goneAt: gone_at }) };
}
