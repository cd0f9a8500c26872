// Log chunks made once and sent again and again: bodies compressed beforehand, headers and signatures anew each time.

import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { makeKey, nodeCompression } from '@mosaic/runtime';
import { type Chunk, type ChunkHeader, type Compression, sealChunk } from '@mosaic/wire';
import { syntheticLines } from '../logs/synthetic-lines.ts';
import { criText } from './cri-text.ts';
import { encoder } from './encoder.ts';

export interface SealedPart {
  readonly parts: Pick<ChunkHeader, 'signal' | 't0' | 't1' | 'count' | 'logs'>;
  readonly body: Uint8Array;
  readonly inflated: number;
}

const TEXT_LINES = 200_000;

/** At least so many bytes of bodies. All instants lie in one hour. */
export function makeSealed(bytes: number, lines: readonly string[] = syntheticLines(TEXT_LINES)): SealedPart[] {
  const text = criText(lines, Date.now());
  const { encode, finish } = encoder(1, 'node-1', makeKey());
  const made: SealedPart[] = [];
  let size = 0;
  const take = ({ header, body }: Chunk): void => {
    const { signal, t0, t1, count, logs } = header;
    made.push({ parts: { signal, t0, t1, count, logs }, body: body.slice(), inflated: header.body?.inflated ?? 0 });
    size += body.length;
  };
  while (size < bytes) encode(text, take);
  finish(take);
  return made;
}

export const keepSealed = (path: string, sealed: readonly SealedPart[]): void => writeFileSync(path, serialize(sealed));

export const readSealed = (path: string): SealedPart[] => deserialize(readFileSync(path)) as SealedPart[]; // keepSealed wrote it

/** What seals such a part again without compressing it: the body it is given is only as long as the real one. */
export function replaying(): { readonly compression: Compression; stand(part: SealedPart): Uint8Array } {
  const packed = new WeakMap<Uint8Array, Uint8Array>();
  const empty = new ArrayBuffer(8 * 1024 * 1024); // as large as a section may be
  return {
    compression: {
      ...nodeCompression,
      compress: (codec, bytes, options) => packed.get(bytes) ?? nodeCompression.compress(codec, bytes, options),
    },
    stand({ body, inflated }) {
      const stand = new Uint8Array(empty, 0, inflated);
      packed.set(stand, body);
      return stand;
    },
  };
}

/** Whole chunks, signed beforehand. */
export function sealedChunks(sealed: readonly SealedPart[], cluster: number, source: string): Chunk[] {
  const { compression, stand } = replaying();
  const key = makeKey();
  return sealed.map((part, n) => {
    const header = { cluster, source, boot: 'raw', epoch: 1, seq: n + 1, sealedAt: part.parts.t1, ...part.parts };
    return sealChunk({ header, body: stand(part) }, compression, key);
  });
}
