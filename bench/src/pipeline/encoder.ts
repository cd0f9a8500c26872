// What the node agent does to the text of log files, by its own code: lines, levels, patterns, filter, columns, compression, signature.

import { nodeCompression, type SigningKey } from '@mosaic/runtime';
import { type Chunk, type LogStream, sealChunk, streamId } from '@mosaic/wire';
import { consumer } from '../../../agents/node/src/logs/consume.ts';
import { joiner } from '../../../agents/node/src/logs/joiner.ts';
import { openChunks } from '../../../agents/node/src/logs/open-chunks.ts';
import { type Tail, tailOf } from '../../../agents/node/src/logs/tail.ts';
import type { CriText } from './cri-text.ts';

/** What the agent reads of a file at a time. */
const PIECE_BYTES = 256 * 1024;

export interface Encoder {
  /** All of the text, as if it had just been read from this container's file; full chunks are told. */
  encode(text: CriText, told: (chunk: Chunk) => void): void;
  /** What is begun, too. */
  finish(told: (chunk: Chunk) => void): void;
}

export function encoder(cluster: number, node: string, key: SigningKey): Encoder {
  const chunks = openChunks<Tail>(Date.now);
  const lines = consumer(Date.now);
  const join = joiner<Tail>((record) => chunks.add(record), Date.now);
  const about = { namespace: 'shop', pod: 'cart-0', podUid: 'bench', container: 'server', restart: 0 };
  const stream: LogStream = { id: streamId(about), ...about, node };
  const file = { path: '', inode: 1, size: 0, isGzip: false };
  const tail = tailOf(stream, file, new Uint8Array(0), [], Date.now());
  const boot = `bench-${process.pid}`;
  let seq = 0;

  const seal = (told: (chunk: Chunk) => void): void => {
    for (const { parts, body } of chunks.take()) {
      const header = { cluster, source: node, boot, epoch: 1, seq: ++seq, sealedAt: Date.now(), ...parts };
      told(sealChunk({ header, body }, nodeCompression, key));
    }
  };

  return {
    encode({ bytes }, told) {
      for (let at = 0; at < bytes.length; ) {
        const piece = bytes.subarray(at, at + PIECE_BYTES);
        at += lines.consume(tail, join, piece, piece.length, piece.length === PIECE_BYTES, false);
        seal(told);
      }
    },
    finish(told) {
      join.end();
      chunks.due(Date.now());
      seal(told);
    },
  };
}
