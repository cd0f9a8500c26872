// What of a replay stands in Cassandra: index and body of each chunk, once.

import { Unavailable } from '@mosaic/wire';
import {
  numberOf,
  type Row,
  type Session,
  textOf,
  type Value,
} from '../../../servers/store/src/adapters/cassandra/session.ts';
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

interface Place {
  readonly id: string;
  readonly key: readonly Value[];
}

const BODIES_AT_ONCE = 32;
const TRIES = 10;
const PAUSE_MS = 1_000;

/** Chunks of `sent` that miss their index or their body; index rows that are one chunk twice, or none that was sent. */
export async function keptOf(session: Session, cluster: number, sent: readonly Sent[]): Promise<Kept> {
  const wanted = new Set(
    sent.flatMap(({ source, boot, chunks }) =>
      Array.from({ length: chunks }, (_, n) => chunkId({ source, boot, seq: n + 1 })),
    ),
  );
  const own = new Set([...wanted].map(sourceOf));
  const open = new Set(
    sent.filter(({ isOpen }) => isOpen).map(({ source, boot }) => sourceOf(chunkId({ source, boot, seq: 0 }))),
  );
  const ours = (await indexed(session, cluster)).filter(({ id }) => own.has(sourceOf(id)));
  const meant = ours.filter(({ id }) => wanted.has(id) || open.has(sourceOf(id)));
  const found = new Set(await withBody(session, ours));
  return {
    lost: [...wanted].filter((id) => !found.has(id)).length,
    duplicated: ours.length - new Set(meant.map(({ id }) => id)).size,
  };
}

const sourceOf = (id: string): string => id.slice(0, id.indexOf('-'));

async function indexed(session: Session, cluster: number): Promise<Place[]> {
  const places: Place[] = [];
  for (const { cluster_id, hour, grp } of await asked(session, 'SELECT DISTINCT cluster_id, hour, grp FROM log_idx')) {
    if (numberOf(cluster_id) !== cluster) continue;
    const partition = [cluster, numberOf(hour), numberOf(grp)];
    const cql = 'SELECT t0, id FROM log_idx WHERE cluster_id = ? AND hour = ? AND grp = ?';
    for (const { t0, id } of await asked(session, cql, partition))
      places.push({ id: textOf(id), key: [...partition, numberOf(t0), textOf(id)] });
  }
  return places;
}

/** One by one: to list the bodies of a partition is to read them all. */
async function withBody(session: Session, places: readonly Place[]): Promise<string[]> {
  const cql = 'SELECT id FROM log_chunk WHERE cluster_id = ? AND hour = ? AND grp = ? AND t0 = ? AND id = ?';
  const queue = places.values();
  const found: string[] = [];
  const drain = async (): Promise<void> => {
    for (const { id, key } of queue) if ((await asked(session, cql, key)).length > 0) found.push(id);
  };
  await Promise.all(Array.from({ length: BODIES_AT_ONCE }, drain));
  return found;
}

/** Cassandra may still be busy with what was written. */
async function asked(session: Session, cql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
  for (let tried = 1; ; tried++) {
    try {
      return await session.run(cql, values);
    } catch (error) {
      if (!(error instanceof Unavailable) || tried >= TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
