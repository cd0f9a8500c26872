// What of a replay stands in Cassandra: index and body of each chunk, once.

import { numberOf, type Session, textOf } from '../../../servers/store/src/adapters/cassandra/session.ts';
import { chunkId } from '../../../servers/store/src/chunk-room.ts';

export interface Sent {
  readonly source: string;
  readonly boot: string;
  readonly chunks: number;
  /** It died: what it had spooled and not told of may be there too. */
  readonly isOpen?: boolean;
}

export interface Kept {
  readonly lost: number;
  readonly duplicated: number;
}

/** Chunks of `sent` that miss their index or their body; rows that are one chunk twice, or none that was sent. */
export async function keptOf(session: Session, cluster: number, sent: readonly Sent[]): Promise<Kept> {
  const bodies = await idsIn(session, 'log_chunk', cluster);
  const indexes = await idsIn(session, 'log_idx', cluster);
  const wanted = new Set(
    sent.flatMap(({ source, boot, chunks }) =>
      Array.from({ length: chunks }, (_, n) => chunkId({ source, boot, seq: n + 1 })),
    ),
  );
  const own = new Set([...wanted].map(sourceOf));
  const open = new Set(
    sent.filter(({ isOpen }) => isOpen).map(({ source, boot }) => sourceOf(chunkId({ source, boot, seq: 0 }))),
  );
  const isSent = (id: string): boolean => wanted.has(id) || open.has(sourceOf(id));
  const surplus = (rows: readonly string[]): number => {
    const ours = rows.filter((id) => own.has(sourceOf(id)));
    return ours.length - new Set(ours.filter(isSent)).size;
  };
  const there = { bodies: new Set(bodies), indexes: new Set(indexes) };
  const lost = [...wanted].filter((id) => !there.bodies.has(id) || !there.indexes.has(id)).length;
  return { lost, duplicated: surplus(bodies) + surplus(indexes) };
}

const sourceOf = (id: string): string => id.slice(0, id.indexOf('-'));

async function idsIn(session: Session, table: 'log_chunk' | 'log_idx', cluster: number): Promise<string[]> {
  const partitions = await session.run(`SELECT DISTINCT cluster_id, hour, grp FROM ${table}`);
  const found = partitions
    .filter((row) => numberOf(row.cluster_id) === cluster)
    .map(({ hour, grp }) =>
      session.run(`SELECT id FROM ${table} WHERE cluster_id = ? AND hour = ? AND grp = ?`, [
        cluster,
        numberOf(hour),
        numberOf(grp),
      ]),
    );
  return (await Promise.all(found)).flat().map(({ id }) => textOf(id));
}
