// Bounds every adapter keeps.

import type { Message } from './port.ts';

/** Kafka's own default is 1 MiB; a record that travels alone may have 2 MiB, and its envelope. */
export const MOST_MESSAGE_BYTES = 3 * 1024 * 1024;
export const MOST_BYTES_IN_FLIGHT = 32 * 1024 * 1024;
/** What `handle` gets at most at once, unless one message is bigger. */
export const MOST_BATCH_BYTES = 4 * 1024 * 1024;
/** A publish that is not taken by then is refused as `Unavailable`. */
export const PUBLISH_WITHIN_MS = 15_000;

export const bytesOf = (message: Message): number => {
  let bytes = message.value.length + message.key.length + 64; // the envelope of a record is under 64 bytes
  for (const [name, text] of Object.entries(message.headers ?? {})) bytes += name.length + text.length + 4;
  return bytes;
};

/** Throws RangeError naming the size: such a message can never be taken. */
export function checkSizes(topic: string, messages: readonly Message[]): void {
  for (const message of messages) {
    const bytes = bytesOf(message);
    if (bytes > MOST_MESSAGE_BYTES)
      throw new RangeError(`a message of ${bytes} bytes for ${topic}; at most ${MOST_MESSAGE_BYTES} are taken`);
  }
}

/** In order, each part of at most `limit` bytes or of one message. */
export function* partsOf<M extends Message>(messages: readonly M[], limit: number): Generator<readonly M[]> {
  let part: M[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = bytesOf(message);
    if (part.length > 0 && bytes + size > limit) {
      yield part;
      part = [];
      bytes = 0;
    }
    part.push(message);
    bytes += size;
  }
  if (part.length > 0) yield part;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** Doubles with each failure in a row, from 100 ms to 10 s. */
export const pauseAfter = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
