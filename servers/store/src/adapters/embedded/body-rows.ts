// Bodies of many objects in one pass over the files of days: a row each, without the words and differences beside it.

import { dayOf, type Encoding, type Op } from '@mosaic/wire';
import type { BodyRow, ObjectRows } from '../../rows.ts';
import type { Reader } from './files.ts';
import type { Folder } from './folder.ts';

const OPS: readonly Op[] = ['add', 'modify', 'delete'];

const BODY = `SELECT at, rv, op, enc, base_at, base_rv, inflated, body FROM rev
  WHERE object = (SELECT id FROM object WHERE cluster = ? AND uid = ?)`;
const NEWEST = `${BODY} AND at <= ? ORDER BY at DESC, rv DESC LIMIT 1`;
const ONE = `${BODY} AND at = ? AND rv = ?`;

export function bodyRows(folder: Folder): Pick<ObjectRows, 'newest' | 'ones'> {
  return {
    async newest(cluster, uids, at) {
      const found: (BodyRow | undefined)[] = uids.map(() => undefined);
      let missing = [...uids.keys()];
      for (const day of folder.files.days('objects', 0, dayOf(at))) {
        if (missing.length === 0) break;
        const reader = folder.reader('objects', day);
        reader?.together(() => {
          for (const i of missing) found[i] = read(reader, NEWEST, uids[i] ?? '', [cluster, uids[i] ?? '', at]);
        });
        missing = missing.filter((i) => found[i] === undefined);
      }
      return found;
    },
    async ones(cluster, keys) {
      const found: (BodyRow | undefined)[] = keys.map(() => undefined);
      for (const [day, some] of Map.groupBy(keys.entries(), ([, { at }]) => dayOf(at))) {
        const reader = folder.reader('objects', day);
        reader?.together(() => {
          for (const [i, { uid, at, rv }] of some) found[i] = read(reader, ONE, uid, [cluster, uid, at, rv]);
        });
      }
      return found;
    },
  };
}

/** Columns of BODY: an array of them is made in less time than an object. */
type Row = readonly [
  at: number,
  rv: number,
  op: number,
  enc: number,
  baseAt: number | null,
  baseRv: number | null,
  inflated: number,
  body: Uint8Array | null,
];

function read(reader: Reader, sql: string, uid: string, values: (string | number)[]): BodyRow | undefined {
  const statement = reader.prepare(sql);
  statement.setReturnArrays(true);
  const row = statement.get(...values) as unknown as Row | undefined; // columns of BODY
  if (row === undefined) return undefined;
  const [at, rv, op, enc, baseAt, baseRv, inflated, body] = row;
  return {
    ...{ uid, at, rv, inflated, op: OPS[op] ?? 'modify' },
    enc: enc as Encoding, // only an Encoding is ever written
    body: body ?? new Uint8Array(0),
    ...(baseAt !== null && { baseAt }),
    ...(baseRv !== null && { baseRv }),
  };
}
