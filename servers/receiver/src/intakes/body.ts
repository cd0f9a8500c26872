// A request's body, bounded as it travels and as it inflates: what is too large is refused before it is held.

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import { IntakeRefusal, unreadable } from './refusal.ts';

export const MOST_BODY_BYTES = 16 * 1024 * 1024;
/** What a compressed body may become: log lines shrink ten times and more. */
export const MOST_INFLATED_BYTES = 64 * 1024 * 1024;

export const tooLarge = (most: number, how: string): IntakeRefusal =>
  new IntakeRefusal(413, 'too large', `the body ${how} more than ${most} bytes; send smaller batches`, {
    Connection: 'close',
  });

const inflaters = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  zstd: createZstdDecompress,
} as const;

const isKnown = (encoding: string): encoding is keyof typeof inflaters => Object.hasOwn(inflaters, encoding);

/** All of it, inflated by its Content-Encoding (`raw`: encodings left to the caller). Throws 413, 415 and 400. */
export async function bodyOf(request: IncomingMessage, raw: readonly string[] = []): Promise<Buffer> {
  const told = Number(request.headers['content-length'] ?? 0);
  if (told > MOST_BODY_BYTES) throw tooLarge(MOST_BODY_BYTES, 'has');
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '' || raw.includes(encoding))
    return collect(request, MOST_BODY_BYTES, 'has');
  if (!isKnown(encoding))
    throw new IntakeRefusal(
      415,
      'encoding not known',
      `Content-Encoding ${encoding}: gzip, deflate, zstd and identity are`,
    );
  return inflated(await collect(request, MOST_BODY_BYTES, 'has'), encoding);
}

async function inflated(packed: Buffer, encoding: keyof typeof inflaters): Promise<Buffer> {
  const inflater = Readable.from([packed]).pipe(inflaters[encoding]());
  try {
    return await collect(inflater, MOST_INFLATED_BYTES, 'inflates to');
  } catch (error) {
    if (error instanceof IntakeRefusal) throw error;
    throw unreadable(`the body is not what its Content-Encoding ${encoding} says: ${messageOf(error)}`);
  } finally {
    inflater.destroy();
  }
}

async function collect(source: AsyncIterable<Uint8Array>, most: number, how: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of source) {
    bytes += part.length;
    if (bytes > most) throw tooLarge(most, how);
    parts.push(part);
  }
  return Buffer.concat(parts, bytes);
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
