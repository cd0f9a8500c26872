// What a line is an instance of: `GET /cart/<*> took=<*>`. Its words are found on the bytes; a string is made once per template, not per line.

import { messageIn } from './log-message.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Templates are made of so much of a line: a dump of a megabyte has the template of its beginning. */
const TEMPLATE_WITHIN_BYTES = 1024;
const SPACE = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const OPENING = 0x5b;
const CLOSING = 0x5d;
const BACKSLASH = 0x5c;

/** What a byte within a word is: 0 nothing of note. */
const BLANK = 1;
const DIGIT = 2;
const EQUALS = 3;
const QUOTED = 4;
const NOTE = new Uint8Array(256);
for (const byte of [SPACE, 0x09, 0x0a, 0x0d]) NOTE[byte] = BLANK;
for (let digit = 0x30; digit <= 0x39; digit++) NOTE[digit] = DIGIT;
NOTE[0x3d] = EQUALS;
NOTE[QUOTE] = QUOTED;

/** Of each word: where it begins, from where on it varies (its end: not at all), and whether it does. Serves one line after the other. */
const words = new Int32Array(3 * TEMPLATE_WITHIN_BYTES);

/**
 * Words between blanks, at most as many as bytes; answers where in `words` they end. One with a digit is a variable (of `key=12` only what
 * follows `=`), one in quotes or brackets too.
 */
function wordsIn(bytes: Uint8Array, from: number, to: number): number {
  let end = 0;
  let at = from;
  for (;;) {
    while (at < to && NOTE[bytes[at] as number] === BLANK) at++; // before `to`; so below
    if (at >= to) return end;
    const first = bytes[at] as number;
    const start = at;
    let fixedTo = -1;
    if (first === QUOTE || first === APOSTROPHE || first === OPENING) {
      at = closing(bytes, at, to, first === OPENING ? CLOSING : first);
      fixedTo = start;
    } else {
      let equals = -1;
      for (; at < to; at++) {
        const note = NOTE[bytes[at] as number] as number; // one per byte value
        if (note === 0) continue;
        if (note === BLANK) break;
        if (note === EQUALS) {
          if (equals < 0) equals = at;
          continue;
        }
        if (fixedTo < 0) fixedTo = equals >= 0 ? equals + 1 : start;
        if (note === QUOTED) at = closing(bytes, at, to, QUOTE) - 1;
      }
    }
    words[end++] = start;
    words[end++] = fixedTo < 0 ? at : fixedTo;
    words[end++] = fixedTo < 0 ? 0 : 1;
  }
}

/** One past the closing byte; one past the opening one when it never closes. */
function closing(bytes: Uint8Array, open: number, to: number, close: number): number {
  for (let i = open + 1; i < to; i++) if (bytes[i] === close && bytes[i - 1] !== BACKSLASH) return i + 1;
  return open + 1;
}

/** Equal templates have equal hashes (32 bits, signed). */
export function templateHash(bytes: Uint8Array, from: number, to: number): number {
  const message = messageIn(bytes, from, Math.min(to, from + TEMPLATE_WITHIN_BYTES));
  const end = wordsIn(bytes, message.from, message.to);
  let hash = FNV_OFFSET;
  let wasVariable = false;
  for (let n = 0; n < end; n += 3) {
    const start = words[n] as number; // three numbers a word
    const fixedTo = words[n + 1] as number;
    const isVariable = words[n + 2] === 1;
    if (fixedTo === start && isVariable && wasVariable) continue; // variables that follow each other are one
    hash = Math.imul(hash ^ SPACE, FNV_PRIME);
    for (let i = start; i < fixedTo; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
    if (isVariable) hash = Math.imul(hash ^ 0x2a, FNV_PRIME);
    wasVariable = isVariable && fixedTo === start;
  }
  return hash | 0;
}

export const VARIABLE = '<*>';
const text = new TextDecoder();

/** `GET /cart/<*> took=<*>` of a line: what its template hash stands for. */
export function templateOf(bytes: Uint8Array, from: number, to: number): string {
  const said: string[] = [];
  const message = messageIn(bytes, from, Math.min(to, from + TEMPLATE_WITHIN_BYTES));
  const end = wordsIn(bytes, message.from, message.to);
  for (let n = 0; n < end; n += 3) {
    const fixed = text.decode(bytes.subarray(words[n], words[n + 1]));
    const word = words[n + 2] === 1 ? `${fixed}${VARIABLE}` : fixed;
    if (word !== VARIABLE || said.at(-1) !== VARIABLE) said.push(word);
  }
  return said.join(' ');
}
