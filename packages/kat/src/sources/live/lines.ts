// Lines of a stream, as they come, each bounded.

import { TooLarge } from './errors.ts';

const NEWLINE = 0x0a;

/** Lines without their ends; the last one even without one. Throws `TooLarge` at a line over `most` bytes. */
export async function* linesOf(body: AsyncIterable<Buffer>, most: number): AsyncGenerator<string> {
  let parts: Buffer[] = [];
  let length = 0;
  const take = (last: Buffer): string => {
    const line = parts.length === 0 ? last : Buffer.concat([...parts, last]);
    parts = [];
    length = 0;
    return line.toString('utf8');
  };
  for await (const chunk of body) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      if (length + end - from > most) throw new TooLarge(`a line over ${most} bytes`, 0, 'TooLarge');
      yield take(chunk.subarray(from, end));
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > most) throw new TooLarge(`a line over ${most} bytes`, 0, 'TooLarge');
  }
  if (length > 0) yield take(Buffer.alloc(0));
}
