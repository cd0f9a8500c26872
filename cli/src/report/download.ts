// A report on its way to a file: how far it is on stderr, and nothing left behind when it does not arrive whole.

import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type FoundSeal, readSeal } from '@mosaic/wire';
import { Unanswered } from '../exit.ts';

const MOST_SEAL_BYTES = 16 * 1024;
const TELL_EVERY_MS = 200;

export interface Downloaded extends FoundSeal {
  readonly bytes: number;
}

/** To `file`, to stdout when undefined. Throws `Unanswered` when the answer ends without its seal. */
export async function downloaded(response: Response, file: string | undefined): Promise<Downloaded> {
  const meter = metered();
  const body = Readable.from(response.body ?? []);
  const part = file === undefined ? undefined : `${file}.part`;
  try {
    await (part === undefined
      ? pipeline(body, meter.through, process.stdout, { end: false })
      : pipeline(body, meter.through, createWriteStream(part)));
    const found = readSeal(meter.end());
    if (found === undefined) throw new Unanswered('the report ended before its seal: it is not whole');
    if (part !== undefined && file !== undefined) await rename(part, file);
    return { ...found, bytes: meter.bytes() };
  } catch (error) {
    if (part !== undefined) await rm(part, { force: true });
    if (error instanceof Unanswered || isOfFile(error)) throw error;
    throw new Unanswered(`the report did not arrive whole: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const isOfFile = (error: unknown): boolean => (error as NodeJS.ErrnoException).syscall === 'open';

/** Counts, tells on a terminal, and keeps the end, where the seal is. */
function metered() {
  let [bytes, last, toldAt] = [0, Buffer.alloc(0), 0];
  const isTold = process.stderr.isTTY === true;
  const tell = (text: string): void => void (isTold && process.stderr.write(`\r\u001b[K${text}`));
  const through = new Transform({
    transform(block: Buffer, _, done) {
      bytes += block.length;
      last = Buffer.concat([last, block]).subarray(-MOST_SEAL_BYTES);
      if (Date.now() - toldAt > TELL_EVERY_MS) tell(`writing the report: ${sizeText(bytes)}`);
      if (Date.now() - toldAt > TELL_EVERY_MS) toldAt = Date.now();
      done(null, block);
    },
  });
  return {
    through,
    bytes: () => bytes,
    end(): string {
      tell('');
      return last.toString('latin1');
    },
  };
}

export const sizeText = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
