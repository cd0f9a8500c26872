// Connections as node agents saw them, by the minute of their chunk.

import { type Compression, HOUR_MS, Malformed, readConnections } from '@mosaic/wire';
import { headOf, inflatedBody } from '../chunk-room.ts';
import type { Keeping } from '../keeping.ts';
import type { Connections, Flow } from '../port-signals.ts';
import type { ChunkHead, ChunkRows } from '../rows.ts';

export function connections(rows: ChunkRows, keep: Keeping, compression: Compression): Connections {
  return {
    async file(chunk, receivedAt) {
      const { signal, cluster, source, boot, seq } = chunk.header;
      if (signal !== 'connections') throw new Malformed(`a chunk of ${signal} is none of connections`);
      await rows.put('connections', cluster, headOf(chunk, receivedAt, { index: { source, boot, seq } }), chunk.body);
    },
    async between(cluster, { from, to }) {
      keep.check('connections', to);
      // A window that began before midnight or the hour may be told in the next one's chunk, but never an hour away.
      const heads = await rows.heads('connections', cluster, {
        from: Math.max(from - HOUR_MS / 60, keep.from('connections')),
        to: to + HOUR_MS / 60,
      });
      const bodies = await rows.bodies('connections', cluster, heads);
      return heads
        .flatMap((head, i) => flowsOf(head, bodies[i], compression))
        .filter((flow) => flow.until >= from && flow.at <= to)
        .sort((a, b) => a.at - b.at);
    },
  };
}

/** A chunk that cannot be read costs its own observations only. */
function flowsOf(head: ChunkHead, body: Uint8Array | undefined, compression: Compression): Flow[] {
  if (body === undefined) return [];
  const about = JSON.parse(head.index) as Pick<Flow, 'source' | 'boot' | 'seq'>; // file wrote it
  try {
    return readConnections(inflatedBody(head, body, compression)).map((connection) => ({ ...connection, ...about }));
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}
