// Objects over time: which revision held at an instant, what came before it, and whose names lived when.

import { type Compression, encodeUtf8, type Revision } from '@mosaic/wire';
import type { Keeping } from '../keeping.ts';
import { cursorOf, limitOf, placeOf } from '../paging.ts';
import type { KeptRevision, Objects } from '../port.ts';
import { restoring } from '../restoring.ts';
import type { NamePlace, ObjectRows, Place } from '../rows.ts';

const READ_AT_ONCE = 16;

export function objects(rows: ObjectRows, keep: Keeping, compression: Compression): Objects {
  const restore = restoring(rows, compression);
  const newest = async (cluster: number, uid: string, at: number): Promise<KeptRevision | undefined> => {
    const life = await lives(rows, cluster, uid, at).next();
    if (life === undefined) return undefined;
    const [kept] = await restore.lives(cluster, [life], true);
    return kept;
  };
  return {
    write: (cluster, revisions, receivedAt) =>
      revisions.length === 0 ? Promise.resolve() : rows.put(cluster, revisions, receivedAt),
    async at(cluster, uid, at) {
      keep.check('objects', at);
      return newest(cluster, uid, at);
    },
    async bodies(cluster, uids, at) {
      keep.check('objects', at);
      const read = await restore.bodies(cluster, await rows.newest(cluster, uids, at));
      return Promise.all(
        read.map(async (body, i) => {
          if (body === undefined || body.op === 'delete' || body.body !== undefined) return body;
          // Its snapshot is not kept any more: an earlier telling of the same revision may still be whole.
          const { json } = (await newest(cluster, uids[i] ?? '', at)) ?? {};
          return json === undefined ? body : { ...body, body: encodeUtf8(json) };
        }),
      );
    },
    async revisions(cluster, keys) {
      const read = await restore.bodies(cluster, await rows.ones(cluster, keys));
      return Promise.all(
        keys.map(async ({ uid, at, rv }, i) => {
          const body = read[i];
          if (body?.op === 'delete' || body?.body !== undefined || at < keep.from('objects')) return body;
          // Told first at another instant, or its snapshot is not kept any more: an earlier telling may be whole.
          const { json, op, rv: found } = (await newest(cluster, uid, at)) ?? {};
          return found !== rv || op === undefined || json === undefined ? body : { rv, op, body: encodeUtf8(json) };
        }),
      );
    },
    async history(cluster, uid, span, page) {
      keep.check('objects', span.to);
      const wanted = limitOf(page);
      const reader = lives(rows, cluster, uid, span.to, placeOf<Place>(page?.cursor));
      const found: Revision[][] = [];
      while (found.length <= wanted) {
        const life = await reader.next();
        if (life === undefined || first(life).at < span.from) break;
        found.push(life);
      }
      const items = await restore.lives(cluster, found.slice(0, wanted), page?.bodies ?? false);
      const last = items.at(-1);
      return found.length > wanted && last
        ? { items, next: cursorOf({ at: last.at, uid, n: last.rv } satisfies Place) }
        : { items };
    },
    async names(cluster, query, page) {
      keep.check('objects', query.to);
      const limit = limitOf(page);
      const after = placeOf<NamePlace>(page?.cursor);
      const { like, ...rest } = query;
      const lower = like === undefined || like === '' ? {} : { like: like.toLowerCase() };
      const found = await rows.names(cluster, { ...rest, ...lower, limit: limit + 1, ...(after && { after }) });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      if (found.length <= limit || last === undefined) return { items };
      const { kind, namespace, name, firstAt, uid } = last;
      return { items, next: cursorOf({ kind, namespace, name, firstAt, uid } satisfies NamePlace) };
    },
  };
}

/** The earliest of the rows of one revision: its instant wins. Rows are newest first and never empty. */
const first = (life: readonly Revision[]): Revision => life[life.length - 1] as Revision;

/** Revisions newest first; a revision is all neighbouring rows of one rv: relists and daily snapshots say it again. */
function lives(rows: ObjectRows, cluster: number, uid: string, to: number, begin?: Place) {
  let after = begin;
  let buffer: Revision[] = [];
  let ended = false;
  const fill = async (): Promise<void> => {
    const more = await rows.slice(cluster, uid, { from: 0, to, limit: READ_AT_ONCE, ...(after && { after }) });
    ended = more.length < READ_AT_ONCE;
    const last = more.at(-1);
    if (last) after = { at: last.at, uid, n: last.rv };
    buffer = [...buffer, ...more];
  };
  return {
    async next(): Promise<Revision[] | undefined> {
      for (;;) {
        const end = buffer.findIndex((row) => !isSame(row, buffer[0] ?? row));
        if (end > 0 || ended) {
          const life = buffer.splice(0, end > 0 ? end : buffer.length);
          return life.length > 0 ? life : undefined;
        }
        await fill();
      }
    },
  };
}

/** A delete may carry the rv of the last version it ended. */
const isSame = (a: Revision, b: Revision): boolean => a.rv === b.rv && (a.op === 'delete') === (b.op === 'delete');
