// Bodies of many objects, a row each: some partitions at a time, from the day of the instant back.

import { DAY_MS, dayOf, type Encoding, type Op } from '@mosaic/wire';
import type { BodyRow, ObjectRows } from '../../rows.ts';
import type { ObjectKeeping } from './object-rows.ts';
import { bytesOf, maybeNumber, numberOf, type Row, type Session } from './session.ts';

const OPS: readonly Op[] = ['add', 'modify', 'delete'];
/** Objects asked for at a time: the driver's connections stay open to others. */
const AT_ONCE = 64;
/** A living object has a snapshot a day: it is found in the first two, and what is not is looked for in growing groups. */
const FIRST_DAYS = 2;

const BODY = `SELECT ts, rv, op, enc, base_ts, base_rv, inflated, body FROM object_rev
  WHERE cluster_id = ? AND uid = ? AND day = ?`;
const NEWEST = `${BODY} AND ts <= ? LIMIT 1`;
const ONE = `${BODY} AND ts = ? AND rv = ?`;

export function bodyRows(
  session: Session,
  keep: Pick<ObjectKeeping, 'now' | 'retention'>,
): Pick<ObjectRows, 'newest' | 'ones'> {
  const newest = async (cluster: number, uid: string, at: number): Promise<BodyRow | undefined> => {
    const oldest = dayOf(keep.now() - (keep.retention().days.objects + 1) * DAY_MS);
    let day = dayOf(at);
    for (let width = FIRST_DAYS; day >= oldest; width *= 4) {
      const days = Array.from({ length: Math.min(width, day - oldest + 1) }, (_, n) => day - n);
      const rows = await Promise.all(days.map((one) => session.run(NEWEST, [cluster, uid, one, at])));
      const [row] = rows.flat();
      if (row !== undefined) return bodyOf(uid, row);
      day -= days.length;
    }
    return undefined;
  };
  return {
    newest: (cluster, uids, at) => someAtOnce(uids, (uid) => newest(cluster, uid, at)),
    ones: (cluster, keys) =>
      someAtOnce(keys, async ({ uid, at, rv }) => {
        const [row] = await session.run(ONE, [cluster, uid, dayOf(at), at, rv]);
        return row && bodyOf(uid, row);
      }),
  };
}

/** Answers in the order of `asked`. */
async function someAtOnce<A, B>(asked: readonly A[], ask: (one: A) => Promise<B>): Promise<B[]> {
  const answers: B[] = [];
  const left = asked.entries();
  const drain = async (): Promise<void> => {
    for (const [i, one] of left) answers[i] = await ask(one);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, asked.length) }, drain));
  return answers;
}

function bodyOf(uid: string, row: Row): BodyRow {
  const [baseAt, baseRv] = [row.base_ts, row.base_rv].map(maybeNumber);
  return {
    ...{ uid, at: numberOf(row.ts), rv: numberOf(row.rv), op: OPS[numberOf(row.op)] ?? 'modify' },
    ...{ enc: numberOf(row.enc) as Encoding, inflated: numberOf(row.inflated), body: bytesOf(row.body) }, // only an Encoding is ever written
    ...(baseAt !== undefined && { baseAt }),
    ...(baseRv !== undefined && { baseRv }),
  };
}
