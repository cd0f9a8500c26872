// The main thread's end of the writer: hands writes over, waits for their commit.

import { Worker } from 'node:worker_threads';
import { CannotWrite } from '../../port.ts';
import type { Write } from './sql.ts';

export interface Writer {
  /** Resolves once all of them are on disk; they are there together or, when it rejects, none is promised. Throws `CannotWrite`. */
  write(writes: readonly Write[]): Promise<void>;
  /** Lets go of a file, so that it can be removed. */
  closeFile(path: string): Promise<void>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly ids?: readonly number[];
  readonly error?: { readonly message: string; readonly errcode?: number };
}
interface Waiting {
  resolve(): void;
  reject(error: Error): void;
}

export interface WriterOptions {
  readonly commitAfterMs: number;
  /** Files larger than this many pages count as a full disk: for tests. */
  readonly mostPages?: number;
}

/** As a source file under Vitest, as `dist/sqlite-writer.worker.js` beside a bundle. */
const workerUrl = (): URL =>
  import.meta.url.endsWith('.ts')
    ? new URL('./sqlite-writer.worker.ts', import.meta.url)
    : new URL('./sqlite-writer.worker.js', import.meta.url);

export function writer(options: WriterOptions): Writer {
  const worker = new Worker(workerUrl(), { workerData: options, name: 'store writer' });
  const waiting = new Map<number, Waiting>();
  let nextId = 1;
  let ended: Error | undefined;

  worker.on('message', ({ id, ids = id === undefined ? [] : [id], error }: Answer) => {
    for (const answered of ids) {
      const waiter = waiting.get(answered);
      waiting.delete(answered);
      if (error) waiter?.reject(refusal(error));
      else waiter?.resolve();
    }
  });
  const fail = (cause: unknown): void => {
    ended ??= new CannotWrite("the store's writer has ended", { cause });
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', (code) => fail(new Error(`exit ${code}`)));

  const ask = (about: object, moved: ArrayBuffer[] = []): Promise<void> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, ...about }, moved);
    });

  return {
    write(writes) {
      const { own, moved } = detached(writes);
      return ask({ writes: own }, moved);
    },
    closeFile: (path) => ask({ close: path }),
    async close() {
      if (!ended) await ask({ stop: true });
      await worker.terminate();
    },
  };
}

/** Bytes are copied out of the chunks they are views of and moved: a plain clone would copy each chunk whole. */
function detached(writes: readonly Write[]): { own: Write[]; moved: ArrayBuffer[] } {
  const moved: ArrayBuffer[] = [];
  const own = writes.map((write) => ({
    ...write,
    values: write.values.map((value) => {
      if (!(value instanceof Uint8Array)) return value;
      const copy = new Uint8Array(value);
      moved.push(copy.buffer);
      return copy;
    }),
  }));
  return { own, moved };
}

/** SQLite's primary result codes that mean "this disk takes no more". */
const REFUSING = new Map([
  [8, 'it is read-only'],
  [10, 'reading or writing it failed'],
  [13, 'it is full'],
  [14, 'a file cannot be opened'],
]);

function refusal({ message, errcode }: NonNullable<Answer['error']>): Error {
  const because = errcode === undefined ? undefined : REFUSING.get(errcode & 0xff);
  if (because) return new CannotWrite(`the data folder takes no writes: ${because} (${message})`);
  return new Error(`the store's writer refused a row: ${message}`);
}
