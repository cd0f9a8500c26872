// Phase B: the same rows into the same two tables by the same driver, 64 in flight, nothing else.

import { filterOf, hourOf } from '@mosaic/wire';
import { openSession, type Value } from '../../../servers/store/src/adapters/cassandra/session.ts';
import { chunkId, headOf } from '../../../servers/store/src/chunk-room.ts';
import type { PhaseOptions } from './phase.worker.ts';
import { readSealed, sealedChunks } from './sealed-set.ts';

const IN_FLIGHT = 64;
const TTL_S = 7 * 86_400;
const BODY = 'INSERT INTO log_chunk (cluster_id, hour, grp, t0, id, body) VALUES (?, ?, ?, ?, ?, ?) USING TTL ?';
const INDEX =
  'INSERT INTO log_idx (cluster_id, hour, grp, t0, id, t1, codec, inflated, n, bytes, received, idx, bloom) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) USING TTL ?';

export async function rawCassandra({ sealed, repeats, name, cluster, cassandra }: PhaseOptions) {
  const { host, ...rest } = cassandra;
  const session = await openSession({ hosts: [host], ...rest });
  const chunks = sealedChunks(readSealed(sealed), cluster, name);
  const rows = chunks.map(({ header, body }) => {
    const about = { s: (header.logs?.streams ?? []).map(({ id }) => id), l: header.logs?.levels };
    const bloom = filterOf(header.logs?.bloom ?? '');
    return { header, body, head: headOf({ header, body }, header.sealedAt, { index: about, bloom }) };
  });
  const left = function* () {
    for (let round = 0; round < repeats; round++)
      for (const { header, body, head } of rows)
        yield { body, head: { ...head, id: chunkId({ ...header, seq: round * rows.length + header.seq }) } };
  };
  const queue = left();
  const began = performance.now();
  const drain = async (): Promise<void> => {
    for (const { body, head } of queue) {
      const { t0, t1, id, group, codec, inflated, count, bytes, receivedAt, index, bloom } = head;
      const place: Value[] = [cluster, hourOf(t0), group, t0, id];
      await session.run(BODY, [...place, body, TTL_S]);
      await session.run(INDEX, [...place, t1, codec, inflated, count, bytes, receivedAt, index, bloom, TTL_S]);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, drain));
  const seconds = (performance.now() - began) / 1000;
  await session.close();
  const bytes = repeats * chunks.reduce((sum, { body }) => sum + body.length, 0);
  return { bytes, seconds, lines: repeats * chunks.reduce((sum, { header }) => sum + header.count, 0) };
}
