// How far each file was read, kept in one small file. A chunk that is still in the spool tells the same of its own lines.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogIndex } from '@mosaic/wire';
import { type Ranges, union } from './ranges.ts';

/** What was read of the file that begins so. */
export interface Position {
  readonly inode: number;
  readonly print: string;
  readonly ranges: Ranges;
}

const VERSION = 1;

export interface PositionsEntry extends Position {
  /** `<namespace>/<pod>/<uid>/<container>/<restart>` */
  readonly log: string;
  /** Epoch ms: when its file was last there. */
  readonly seenAt: number;
}

/** Empty when there is no such file; one that cannot be read is told to `spoilt`, and everything is read again. */
export function loadPositions(file: string, spoilt: (cause: unknown) => void): PositionsEntry[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') spoilt(cause); // what fs throws
    return [];
  }
  try {
    return entriesIn(JSON.parse(text));
  } catch (cause) {
    spoilt(cause);
    return [];
  }
}

function entriesIn(value: unknown): PositionsEntry[] {
  const { version, files } = value as { version?: unknown; files?: unknown }; // each field is looked at below
  if (version !== VERSION || !Array.isArray(files)) throw new Error('not a file of positions of this version');
  return files.map((entry: Record<string, unknown>) => {
    const { log, inode, print, ranges, seenAt } = entry;
    const isWhole = typeof log === 'string' && typeof print === 'string' && Array.isArray(ranges);
    if (!isWhole || typeof inode !== 'number' || typeof seenAt !== 'number')
      throw new Error('a position without its parts');
    return { log, inode, print, ranges: pairs(ranges.map(Number)), seenAt };
  });
}

/** Another file takes its place, so that there is always a whole one; `flush` waits for the disk. */
export function savePositions(file: string, entries: readonly PositionsEntry[], flush: boolean): void {
  const files = entries.map(({ ranges, ...rest }) => ({
    ...rest,
    ranges: ranges.flatMap(({ from, to }) => [from, to]),
  }));
  mkdirSync(dirname(file), { recursive: true });
  const next = `${file}.next`;
  writeFileSync(next, JSON.stringify({ version: VERSION, files }), { flush });
  renameSync(next, file);
}

/** Of chunks that are in the spool. */
export const spooledPositions = (headers: readonly LogIndex[], seenAt: number): PositionsEntry[] =>
  headers.flatMap(({ streams, files = [] }) =>
    files.flatMap(({ stream, inode, print, from, to }) => {
      const whose = streams[stream];
      return whose === undefined ? [] : [{ log: logKey(whose), inode, print, ranges: [{ from, to }], seenAt }];
    }),
  );

export const logKey = (log: {
  readonly namespace: string;
  readonly pod: string;
  readonly podUid: string;
  readonly container: string;
  readonly restart: number;
}): string => `${log.namespace}/${log.pod}/${log.podUid}/${log.container}/${log.restart}`;

/** One per file and print. */
export function mergedPositions(entries: readonly PositionsEntry[]): Map<string, PositionsEntry[]> {
  const byLog = new Map<string, Map<string, PositionsEntry>>();
  for (const entry of entries) {
    const ofLog = byLog.get(entry.log) ?? new Map<string, PositionsEntry>();
    const known = ofLog.get(entry.print);
    ofLog.set(entry.print, known ? { ...entry, ranges: union(known.ranges, entry.ranges) } : entry);
    byLog.set(entry.log, ofLog);
  }
  return new Map([...byLog].map(([log, ofLog]) => [log, [...ofLog.values()]]));
}

function pairs(flat: readonly number[]): Ranges {
  const ranges: { from: number; to: number }[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) ranges.push({ from: flat[i] ?? 0, to: flat[i + 1] ?? 0 });
  return union(ranges, []);
}
