// The spool: sealed chunks wait on disk until the broker has them. Bounded; what does not fit is dropped, least needed first, and told.
// One file per chunk, whole or not at all (written aside, synced, renamed), published in the order of their numbers.

import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Chunk, Signal } from '@mosaic/wire';
import { SIGNALS } from '@mosaic/wire';

export interface Dropped {
  readonly signal: Signal;
  /** Unknown for a left-over of an earlier boot. */
  readonly t0?: number;
  readonly t1?: number;
}

export interface SpoolOptions {
  readonly dir: string;
  /** Default 512 MiB. */
  readonly mostBytes?: number;
  /** Held in memory while the disk refuses; default 32 MiB. */
  readonly mostMemoryBytes?: number;
  readonly onDropped?: (dropped: Dropped) => void;
  /** The disk refuses (with the reason), or takes again (undefined). */
  readonly onDisk?: (trouble: string | undefined) => void;
}

export interface Spooled {
  readonly number: number;
  readonly signal: Signal;
  readonly bytes: number;
}

export interface Spool {
  /** Resolves when the chunk is on disk, or in memory when the disk refuses. Chunks come out in the order they went in. */
  append(chunk: Chunk): Promise<void>;
  /** The oldest, at most `mostBytes` of them (at least one). They stay until `remove`. */
  oldest(mostBytes: number): readonly Spooled[];
  read(spooled: Spooled): Promise<Uint8Array | undefined>;
  remove(spooled: readonly Spooled[]): Promise<void>;
  readonly bytes: number;
  readonly chunks: number;
  readonly dropped: number;
}

interface Entry extends Spooled {
  /** Not on disk (yet, or at all), or new enough to be worth keeping at hand. */
  held: Uint8Array | undefined;
  isOnDisk: boolean;
  readonly t0?: number;
  readonly t1?: number;
}

/** Dropped first to last. */
const LEAST_NEEDED_FIRST: readonly Signal[] = [
  'logs',
  'metrics',
  'connections',
  'events',
  'coverage',
  'state',
  'objects',
];
/** Bytes of chunks on disk that are kept at hand for publishing. */
const AT_HAND_BYTES = 8 * 1024 * 1024;
const MIB = 1024 * 1024;

export async function spool(options: SpoolOptions): Promise<Spool> {
  const { dir, mostBytes = 512 * MIB, mostMemoryBytes = 32 * MIB } = options;
  await mkdir(dir, { recursive: true });
  const entries = new Map<number, Entry>(await leftIn(dir));
  const taken = new Set<number>(); // handed out for publishing: not dropped
  let bytes = sumOf(entries.values());
  let heldBytes = 0;
  let onlyInMemory = 0;
  let next = Math.max(0, ...entries.keys()) + 1;
  let dropped = 0;
  let trouble: string | undefined;
  let writing = Promise.resolve();

  const fileOf = ({ number, signal }: Spooled): string =>
    join(dir, `${String(number).padStart(14, '0')}-${signal}.chunk`);

  const forget = (entry: Entry): void => {
    if (!entries.delete(entry.number)) return;
    bytes -= entry.bytes;
    if (!entry.isOnDisk) onlyInMemory -= entry.bytes;
    if (entry.held) heldBytes -= entry.bytes;
  };
  const drop = async (entry: Entry): Promise<void> => {
    forget(entry);
    dropped++;
    const { signal, t0, t1 } = entry;
    options.onDropped?.({ signal, ...(t0 !== undefined && { t0 }), ...(t1 !== undefined && { t1 }) });
    if (entry.isOnDisk) await unlink(fileOf(entry)).catch(() => {}); // gone already is as good
  };
  const makeRoom = async (): Promise<void> => {
    while (bytes > mostBytes) {
      const victim = leastNeeded(entries.values(), (entry) => !taken.has(entry.number));
      if (victim === undefined) return;
      await drop(victim);
    }
    while (onlyInMemory > mostMemoryBytes) {
      const victim = leastNeeded(entries.values(), (entry) => !entry.isOnDisk && !taken.has(entry.number));
      if (victim === undefined) return;
      await drop(victim);
    }
  };
  const say = (now: string | undefined): void => {
    if (now !== trouble) options.onDisk?.(now);
    trouble = now;
  };
  const store = async (entry: Entry, value: Uint8Array): Promise<void> => {
    try {
      await writeWhole(fileOf(entry), value);
      if (entries.has(entry.number)) onlyInMemory -= entry.bytes;
      entry.isOnDisk = true;
      if (heldBytes > AT_HAND_BYTES && entry.held) {
        entry.held = undefined;
        heldBytes -= entry.bytes;
      }
      say(undefined);
    } catch (error) {
      say(reasonOf(error));
    }
    await makeRoom();
  };

  return {
    append(chunk) {
      const { signal, t0, t1 } = chunk.header;
      const entry: Entry = {
        number: next++,
        signal,
        bytes: chunk.bytes.length,
        held: chunk.bytes,
        isOnDisk: false,
        t0,
        t1,
      };
      entries.set(entry.number, entry);
      bytes += entry.bytes;
      onlyInMemory += entry.bytes;
      heldBytes += entry.bytes;
      taken.add(entry.number);
      writing = writing.then(async () => {
        await store(entry, chunk.bytes);
        taken.delete(entry.number);
      });
      return writing;
    },
    oldest(most) {
      const batch: Spooled[] = [];
      let size = 0;
      for (const entry of entries.values()) {
        if (taken.has(entry.number)) break; // still being written: nothing after it may go first
        if (batch.length > 0 && size + entry.bytes > most) break;
        batch.push(entry);
        size += entry.bytes;
      }
      return batch;
    },
    async read({ number }) {
      const entry = entries.get(number);
      if (entry === undefined) return undefined;
      return entry.held ?? (await readFile(fileOf(entry)).catch(() => undefined));
    },
    async remove(spooled) {
      for (const { number } of spooled) {
        const entry = entries.get(number);
        if (entry === undefined) continue;
        forget(entry);
        if (entry.isOnDisk) await unlink(fileOf(entry)).catch(() => {}); // a left-over is published once more: repeat-safe
      }
    },
    get bytes() {
      return bytes;
    },
    get chunks() {
      return entries.size;
    },
    get dropped() {
      return dropped;
    },
  };
}

/** The code alone (`ENOSPC`): the path differs from chunk to chunk, the trouble does not. */
const reasonOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

const sumOf = (entries: Iterable<Spooled>): number => {
  let sum = 0;
  for (const { bytes } of entries) sum += bytes;
  return sum;
};

/** The oldest of the least needed signal. */
function leastNeeded(entries: Iterable<Entry>, may: (entry: Entry) => boolean): Entry | undefined {
  const oldest = new Map<Signal, Entry>();
  for (const entry of entries) if (may(entry) && !oldest.has(entry.signal)) oldest.set(entry.signal, entry);
  for (const signal of LEAST_NEEDED_FIRST) {
    const entry = oldest.get(signal);
    if (entry) return entry;
  }
  return undefined;
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const aside = `${path}.tmp`;
  const file = await open(aside, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

/** What an earlier boot left, oldest first; halves of files are removed. */
async function leftIn(dir: string): Promise<[number, Entry][]> {
  const found: [number, Entry][] = [];
  for (const name of (await readdir(dir)).sort()) {
    const [, number, signal] = /^(\d{14})-([a-z]+)\.chunk$/.exec(name) ?? [];
    const known = SIGNALS.find((one) => one === signal);
    if (number !== undefined && known !== undefined) {
      const { size } = await stat(join(dir, name));
      found.push([
        Number(number),
        { number: Number(number), signal: known, bytes: size, held: undefined, isOnDisk: true },
      ]);
    } else if (name.endsWith('.tmp')) await unlink(join(dir, name));
  }
  return found;
}
