// One pass over a line's bytes: its search tokens, its template, its level. Nothing here makes a string per line.

import { LOG_LEVELS, type LogLevel } from './log.ts';
import { messageIn } from './log-message.ts';

/** Hash of a template that holds nothing but variables. */
const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Level words are looked for so far into a line; after that comes what it is about. */
const LEVEL_WITHIN_BYTES = 160;
/** Templates are made of so much of a line: a dump of a megabyte has the template of its beginning. */
const TEMPLATE_WITHIN_BYTES = 1024;
/** Search tokens shorter than this are in every chunk anyway. */
export const LEAST_TOKEN_BYTES = 3;

/** 1 digit, 2 letter or other part of a word (`_` and everything beyond ASCII); 0 separator. */
const KIND = new Uint8Array(256);
/** ASCII upper case to lower case. */
export const FOLD = new Uint8Array(256);
for (let i = 0; i < 256; i++) {
  const isDigit = i >= 0x30 && i <= 0x39;
  const isUpper = i >= 0x41 && i <= 0x5a;
  const isLetter = isUpper || (i >= 0x61 && i <= 0x7a) || i === 0x5f || i >= 0x80;
  KIND[i] = isDigit ? 1 : isLetter ? 2 : 0;
  FOLD[i] = isUpper ? i + 0x20 : i;
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
const hashOf = (word: string): number => tokenHash(utf8.encode(word), 0, word.length);
const LEVEL_OF = new Map(Object.entries(WORDS).map(([word, level]) => [hashOf(word), LOG_LEVELS.indexOf(level)]));
const IS_LABEL = new Set(LABELS.map(hashOf));
/** klog's first letter: https://github.com/kubernetes/klog. */
const KLOG: Readonly<Record<number, number>> = {
  73: LOG_LEVELS.indexOf('info'),
  87: LOG_LEVELS.indexOf('warn'),
  69: LOG_LEVELS.indexOf('error'),
  70: LOG_LEVELS.indexOf('fatal'),
};

export interface Scanned {
  /** Place in LOG_LEVELS; 0 = unknown. */
  level: number;
  /** Of the template: equal templates have equal hashes. */
  template: number;
}

/** `tokens` is told every search token's hash. `scanned` is filled anew: one object serves all lines. */
export function scanLine(
  bytes: Uint8Array,
  from: number,
  to: number,
  tokens: (hash: number) => void,
  scanned: Scanned,
): void {
  scanned.level = klogLevel(bytes, from, to);
  const levelEnd = Math.min(to, from + LEVEL_WITHIN_BYTES);
  let start = -1;
  let hash = FNV_OFFSET;
  let labelEnd = -1;
  let isUpper = true;
  for (let i = from; i <= to; i++) {
    const byte = i < to ? (bytes[i] as number) : 0x20; // within the range
    if ((KIND[byte] as number) !== 0) {
      if (start < 0) {
        start = i;
        hash = FNV_OFFSET;
        isUpper = true;
      }
      const folded = FOLD[byte] as number; // a byte
      if (folded === byte && byte >= 0x61) isUpper = false;
      hash = Math.imul(hash ^ folded, FNV_PRIME);
      continue;
    }
    if (start < 0) continue;
    const told = hash >>> 0;
    if (i - start >= LEAST_TOKEN_BYTES) tokens(told);
    if (scanned.level === 0 && start < levelEnd) {
      const isLabelled = labelEnd >= 0 && start - labelEnd <= 4;
      if (isLabelled || isUpper || isMarked(bytes, from, start, i, to)) scanned.level = LEVEL_OF.get(told) ?? 0;
      if (isLabelled && scanned.level === 0) scanned.level = pinoLevel(bytes, start, i);
      if (IS_LABEL.has(told)) labelEnd = i;
    }
    start = -1;
  }
  const message = messageIn(bytes, from, Math.min(to, from + TEMPLATE_WITHIN_BYTES));
  scanned.template = templateHash(bytes, message.from, message.to);
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
  const level = KLOG[bytes[from] ?? 0];
  if (level === undefined || to - from < 6 || bytes[from + 5] !== 0x20) return 0;
  for (let i = from + 1; i < from + 5; i++) if (KIND[bytes[i] as number] !== 1) return 0; // within the range
  return level;
}

/** `"level":30` of pino and bunyan: 10 trace … 60 fatal. */
function pinoLevel(bytes: Uint8Array, from: number, to: number): number {
  if (to - from !== 2 || bytes[from + 1] !== 0x30) return 0;
  const tens = (bytes[from] ?? 0) - 0x30;
  return tens >= 1 && tens <= 6 ? tens : 0;
}

const SPACE = 0x20;
const QUOTE = 0x22;
const isBlank = (byte: number): boolean => byte === SPACE || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/**
 * Words between blanks. One with a digit is a variable (of `key=12` only what follows `=`), one in quotes or brackets too.
 * `word` is told where each word stands and from which byte on it varies (its end: not at all); variables that follow each other are one.
 */
export function templateWords(
  bytes: Uint8Array,
  from: number,
  to: number,
  word: (from: number, fixedTo: number, isVariable: boolean) => void,
): void {
  let at = from;
  while (at < to) {
    while (at < to && isBlank(bytes[at] as number)) at++; // within the range
    if (at >= to) return;
    const first = bytes[at] as number;
    const start = at;
    if (first === QUOTE || first === 0x27 || first === 0x5b) {
      at = closing(bytes, at, to, first === 0x5b ? 0x5d : first);
      word(start, start, true);
      continue;
    }
    let fixedTo = -1;
    let equals = -1;
    while (at < to && !isBlank(bytes[at] as number)) {
      const byte = bytes[at] as number;
      if (byte === 0x3d && equals < 0) equals = at;
      if ((byte === QUOTE && at > start) || KIND[byte] === 1) {
        if (fixedTo < 0) fixedTo = equals >= 0 ? equals + 1 : start;
        if (byte === QUOTE) at = closing(bytes, at, to, QUOTE) - 1;
      }
      at++;
    }
    word(start, fixedTo < 0 ? at : fixedTo, fixedTo >= 0);
  }
}

/** One past the closing byte; one past the opening one when it never closes. */
function closing(bytes: Uint8Array, open: number, to: number, close: number): number {
  for (let i = open + 1; i < to; i++) if (bytes[i] === close && bytes[i - 1] !== 0x5c) return i + 1;
  return open + 1;
}

function templateHash(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_OFFSET;
  let wasVariable = false;
  templateWords(bytes, from, to, (start, fixedTo, isVariable) => {
    if (fixedTo === start && isVariable && wasVariable) return;
    hash = Math.imul(hash ^ SPACE, FNV_PRIME);
    for (let i = start; i < fixedTo; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME); // within the range
    if (isVariable) hash = Math.imul(hash ^ 0x2a, FNV_PRIME);
    wasVariable = isVariable && fixedTo === start;
  });
  return hash >>> 0;
}

export const VARIABLE = '<*>';
const text = new TextDecoder();

/** `GET /cart/<*> took=<*>` of a line: what its template hash stands for. */
export function templateOf(bytes: Uint8Array, from: number, to: number): string {
  const words: string[] = [];
  const message = messageIn(bytes, from, Math.min(to, from + TEMPLATE_WITHIN_BYTES));
  templateWords(bytes, message.from, message.to, (start, fixedTo, isVariable) => {
    const fixed = text.decode(bytes.subarray(start, fixedTo));
    const word = isVariable ? `${fixed}${VARIABLE}` : fixed;
    if (word !== VARIABLE || words.at(-1) !== VARIABLE) words.push(word);
  });
  return words.join(' ');
}
