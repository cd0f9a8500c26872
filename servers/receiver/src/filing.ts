// One good chunk to its place in the store. Sections are opened as far as their signal needs: rows where there are any, a body never.

import type { Store } from '@mosaic/store';

import {
  type Chunk,
  type Compression,
  coverageFault,
  eventFault,
  inflateRows,
  Malformed,
  MOST_ROWS_INFLATED_BYTES,
  readCoverage,
  readEvents,
  readRevisions,
  revisionFault,
  type Sifted,
  type Signal,
  sift,
} from '@mosaic/wire';
import { agentNotes } from './agents.ts';

export interface Filed {
  readonly written: number;
  readonly bad: Sifted<unknown>['bad'];
}

export interface Filing {
  readonly store: Pick<
    Store,
    'objects' | 'events' | 'state' | 'coverage' | 'logs' | 'metrics' | 'connections' | 'marks'
  >;
  readonly compression: Compression;
}

/** Writes under keys derived from the chunk alone, so once or twice is the same. Undefined when the signal has no room yet. Throws `Malformed`, and whatever the store throws. */
export type File = (chunk: Chunk, receivedAt: number) => Promise<Filed | undefined>;

/** A new signal is one more line here. */
export function filing({ store, compression }: Filing): File {
  const rowsOf = (chunk: Chunk): Uint8Array => boundedRows(chunk, compression);
  const rooms: Partial<Record<Signal, File>> = {
    objects: rows(
      (chunk) => sift(readRevisions(rowsOf(chunk)), revisionFault),
      (good, { cluster, receivedAt }) => store.objects.write(cluster, good, receivedAt),
    ),
    events: rows(
      (chunk) => sift(readEvents(rowsOf(chunk)), eventFault),
      (good, { cluster, receivedAt }) => store.events.write(cluster, good, receivedAt),
    ),
    coverage: rows(
      (chunk) => sift(readCoverage(rowsOf(chunk)), coverageFault),
      (good, { cluster, receivedAt }) => store.coverage.write(cluster, good, receivedAt),
    ),
    async state({ header, body }, receivedAt) {
      await store.state.file({ header, body }, receivedAt);
      return { written: header.count, bad: [] };
    },
  };
  for (const signal of ['logs', 'metrics', 'connections'] as const) {
    rooms[signal] = async ({ header, body }, receivedAt) => {
      await store[signal].file({ header, body }, receivedAt);
      return { written: header.count, bad: [] };
    };
  }
  const note = agentNotes(store);
  return async (chunk, receivedAt) => {
    const filed = await rooms[chunk.header.signal]?.(chunk, receivedAt);
    await note(chunk.header, receivedAt);
    return filed;
  };
}

function rows<T>(
  read: (chunk: Chunk) => Sifted<T>,
  write: (good: readonly T[], of: { readonly cluster: number; readonly receivedAt: number }) => Promise<void>,
): File {
  return async (chunk, receivedAt) => {
    const { good, bad } = read(chunk);
    if (good.length > 0) await write(good, { cluster: chunk.header.cluster, receivedAt });
    return { written: good.length, bad };
  };
}

/** One record alone may be large; many together may not. */
function boundedRows(chunk: Chunk, compression: Compression): Uint8Array {
  const { rows: section, count } = chunk.header;
  if (section !== undefined && count > 1 && section.inflated > MOST_ROWS_INFLATED_BYTES)
    throw new Malformed(`rows inflate to ${section.inflated} bytes; ${MOST_ROWS_INFLATED_BYTES} is the most`);
  return inflateRows(chunk, compression);
}
