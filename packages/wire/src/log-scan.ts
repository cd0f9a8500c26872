// One pass over a line's bytes: its search tokens, its template, its level. Nothing here makes a string per line.

import { LOG_LEVELS, type LogLevel } from './log.ts';
import { templateHash } from './log-template.ts';

/** FNV-1a (Fowler, Noll, Vo), 32 bits. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Level words are looked for so far into a line; after that comes what it is about. */
const LEVEL_WITHIN_BYTES = 160;
/** Search tokens shorter than this are in every chunk anyway. */
export const LEAST_TOKEN_BYTES = 3;

/** ASCII upper case to lower case. */
export const FOLD = new Uint8Array(256);
/** Of a byte within a word (digits, letters, `_`, everything beyond ASCII) the same, never 0; 0 for a separator. */
const WORD = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const isUpper = byte >= 0x41 && byte <= 0x5a;
  const folded = isUpper ? byte + 0x20 : byte;
  const isWord = (byte >= 0x30 && byte <= 0x39) || (folded >= 0x61 && folded <= 0x7a) || byte === 0x5f || byte >= 0x80;
  FOLD[byte] = folded;
  WORD[byte] = isWord ? folded : 0;
}

const WORDS: Readonly<Record<string, LogLevel>> = {
  trace: 'trace',
  trc: 'trace',
  finest: 'trace',
  verbose: 'debug',
  debug: 'debug',
  dbg: 'debug',
  info: 'info',
  inf: 'info',
  information: 'info',
  notice: 'info',
  warn: 'warn',
  wrn: 'warn',
  warning: 'warn',
  error: 'error',
  err: 'error',
  severe: 'error',
  fatal: 'fatal',
  ftl: 'fatal',
  critical: 'fatal',
  crit: 'fatal',
  alert: 'fatal',
  emerg: 'fatal',
  panic: 'fatal',
};
const LABELS = ['level', 'lvl', 'severity', 'loglevel', 'log_level', 'levelname'];

/** Of a token, case folded. */
export function tokenHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_OFFSET;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (FOLD[bytes[i] as number] as number), FNV_PRIME); // within the range
  return hash >>> 0;
}

const utf8 = new TextEncoder();
const hashOf = (word: string): number => tokenHash(utf8.encode(word), 0, word.length) | 0;
const LEVEL_OF = new Map(Object.entries(WORDS).map(([word, level]) => [hashOf(word), LOG_LEVELS.indexOf(level)]));
const IS_LABEL = new Set(LABELS.map(hashOf));
/** By a token's lowest bits: 0 = it is neither a level's word nor a label. Most are told so by one look. */
const TELLING = new Uint8Array(1024);
for (const hash of [...LEVEL_OF.keys(), ...IS_LABEL]) TELLING[hash & 1023] = 1;
/** klog's first letter: https://github.com/kubernetes/klog. */
const KLOG = new Uint8Array(256);
for (const [letter, level] of [
  ['I', 'info'],
  ['W', 'warn'],
  ['E', 'error'],
  ['F', 'fatal'],
] as const)
  KLOG[letter.charCodeAt(0)] = LOG_LEVELS.indexOf(level);

export interface Scanned {
  /** Place in LOG_LEVELS; 0 = unknown. */
  level: number;
  /** Of the template: equal templates have equal hashes. */
  template: number;
}

/** `tokens` is told every search token's hash (32 bits, signed). `scanned` is filled anew: one object serves all lines. */
export function scanLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  tokens: (hash: number) => void,
  scanned: Scanned,
): void {
  let level = klogLevel(bytes, from, to);
  const levelEnd = Math.min(to, from + LEVEL_WITHIN_BYTES);
  let labelEnd = -1;
  for (let i = from; i < to; ) {
    let folded = WORD[bytes[i] as number] as number; // before `to`; one per byte value; so below
    if (folded === 0) {
      i++;
      continue;
    }
    const start = i;
    let hash = FNV_OFFSET;
    do {
      hash = Math.imul(hash ^ folded, FNV_PRIME);
      folded = ++i < to ? (WORD[bytes[i] as number] as number) : 0;
    } while (folded !== 0);
    if (i - start >= LEAST_TOKEN_BYTES) tokens(hash);
    if (level !== 0 || start >= levelEnd) continue;
    const isLabelled = labelEnd >= 0 && start - labelEnd <= 4;
    if (!isLabelled && TELLING[hash & 1023] === 0) continue;
    if (isLabelled || isUpper(bytes, start, i) || isMarked(bytes, from, start, i, to)) level = LEVEL_OF.get(hash) ?? 0;
    if (isLabelled && level === 0) level = pinoLevel(bytes, start, i);
    if (IS_LABEL.has(hash)) labelEnd = i;
  }
  scanned.level = level;
  scanned.template = templateHash(bytes, from, to);
}

function isUpper(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (byte >= 0x61 && FOLD[byte] === byte) return false;
  }
  return true;
}

/** `[warn]`, `<warn>`, `|warn|`, or `error:` at the very beginning. */
function isMarked(bytes: Uint8Array, from: number, start: number, end: number, to: number): boolean {
  const before = start > from ? bytes[start - 1] : undefined;
  const after = end < to ? bytes[end] : undefined;
  if (before === 0x5b && after === 0x5d) return true;
  if (before === 0x3c && after === 0x3e) return true;
  if (before === 0x7c && after === 0x7c) return true;
  return start === from && after === 0x3a;
}

/** `E1121 03:12:00.123456 …`. */
function klogLevel(bytes: Uint8Array, from: number, to: number): number {
  if (to - from < 6) return 0;
  const level = KLOG[bytes[from] as number] as number;
  if (level === 0 || bytes[from + 5] !== 0x20) return 0;
  for (let i = from + 1; i < from + 5; i++) if (!isDigit(bytes[i] as number)) return 0;
  return level;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** `"level":30` of pino and bunyan: 10 trace … 60 fatal. */
function pinoLevel(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 2 || bytes[from + 1] !== 0x30) return 0;
  const tens = (bytes[from] ?? 0) - 0x30;
  return tens >= 1 && tens <= 6 ? tens : 0;
}
