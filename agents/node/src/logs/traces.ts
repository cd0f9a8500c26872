// Which lines belong to one stack trace, told by their first bytes: Java, Node, Python, Go. A line joins only what it certainly continues.

/** What a held record may be continued by. */
export const NONE = 0;
/** An exception's first line; then its frames. */
const THROWN = 1;
const FRAMES = 2;
/** Python: in the traceback; its exception was told; a blank line after it; the sentence that chains the next one. */
const PYTHON = 3;
const PYTHON_RAISED = 4;
const PYTHON_BLANK = 5;
const PYTHON_CHAIN = 6;
/** Go: the panic's message; a goroutine's frames; a blank line between. */
const PANIC = 7;
const GOROUTINE = 8;
const GO_BLANK = 9;

const TAB = 0x09;
const SPACE = 0x20;
/** An exception's name stands near the beginning of a line. */
const LOOKED_AT_BYTES = 512;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const ERROR = ascii('Error');
const EXCEPTION = ascii('Exception');
const THROWABLE = ascii('Throwable');
const TRACEBACK = ascii('Traceback (most recent call last):');
const PANICS = ['panic: ', 'panic serving '].map(ascii);
/** What an exception's or a panic's first line has in it, and what may follow it then. */
const BEGINNINGS = [
  ...[ERROR, EXCEPTION, THROWABLE].map((word) => ({ word, state: THROWN })),
  { word: TRACEBACK, state: PYTHON },
  ...PANICS.map((word) => ({ word, state: PANIC })),
];
/** The shortest of these words: a window of so many bytes holds the first bytes of any. */
const WINDOW_BYTES = Math.min(...BEGINNINGS.map(({ word }) => word.length));
/**
 * How far a window can go on when these are its last two bytes (Wu and Manber 1994): almost always by all but one of its bytes. Six bits of
 * each byte tell enough; 0 = a word may begin with the window.
 */
const STEPS = new Uint8Array(1 << 12).fill(WINDOW_BYTES - 1);
const pairOf = (first: number, second: number): number => ((first & 63) << 6) | (second & 63);
for (const { word } of BEGINNINGS)
  for (let i = 0; i + 1 < WINDOW_BYTES; i++) {
    const pair = pairOf(word[i] as number, word[i + 1] as number); // within the shortest word
    STEPS[pair] = Math.min(STEPS[pair] as number, WINDOW_BYTES - 2 - i);
  }
const FATAL = ascii('fatal error: ');
const GOROUTINE_HEAD = ascii('goroutine ');
const SIGNAL = ascii('[signal ');
const CREATED_BY = ascii('created by ');
const ELIDED = ascii('...');
const AT = ascii('at ');
const CAUSED_BY = ascii('Caused by: ');
const UNDER = ['... ', 'Suppressed: ', 'Caused by: ', '[cause]: '].map(ascii);
const CHAINS = ['During handling of the above exception', 'The above exception was the direct cause'].map(ascii);

/** Whether, and how, a line that continues nothing may itself be continued. */
export function startOf(bytes: Uint8Array, from: number, to: number): number {
  if (from >= to || bytes[from] === 0x7b) return NONE;
  if (starts(bytes, from, to, GOROUTINE_HEAD)) return isGoroutine(bytes, from, to) ? GOROUTINE : NONE;
  if (starts(bytes, from, to, FATAL)) return PANIC;
  const last = Math.min(to - WINDOW_BYTES, from + LOOKED_AT_BYTES - 1);
  for (let i = from; i <= last; ) {
    const pair = pairOf(bytes[i + WINDOW_BYTES - 2] as number, bytes[i + WINDOW_BYTES - 1] as number); // before `to`
    const step = STEPS[pair] as number; // twelve bits
    if (step > 0) {
      i += step;
      continue;
    }
    for (const { word, state } of BEGINNINGS) if (starts(bytes, i, to, word)) return state;
    i++;
  }
  return isClassName(bytes, from, to) ? THROWN : NONE;
}

/** How a record goes on with this line; NONE when it does not. */
export function nextOf(state: number, bytes: Uint8Array, from: number, to: number): number {
  if (state === THROWN || state === FRAMES) return afterFrame(state, bytes, from, to);
  if (state >= PANIC) return afterGo(state, bytes, from, to);
  return afterPython(state, bytes, from, to);
}

/** A blank line belongs to the record only when the line after it does. */
export const isUnsure = (state: number): boolean => state === PYTHON_BLANK || state === GO_BLANK;

function afterFrame(state: number, bytes: Uint8Array, from: number, to: number): number {
  const text = pastBlanks(bytes, from, to);
  if (text === from) {
    if (starts(bytes, from, to, CAUSED_BY)) return FRAMES;
    return state === FRAMES && to - from === 1 && bytes[from] === 0x7d ? FRAMES : NONE;
  }
  if (text >= to) return NONE;
  if (state === FRAMES || starts(bytes, text, to, AT)) return FRAMES;
  return UNDER.some((word) => starts(bytes, text, to, word)) ? FRAMES : NONE;
}

function afterPython(state: number, bytes: Uint8Array, from: number, to: number): number {
  const isBlank = pastBlanks(bytes, from, to) >= to;
  if (state === PYTHON) {
    if (isBlank) return NONE;
    return bytes[from] === SPACE || bytes[from] === TAB ? PYTHON : PYTHON_RAISED;
  }
  if (state === PYTHON_CHAIN) return isBlank ? PYTHON_CHAIN : starts(bytes, from, to, TRACEBACK) ? PYTHON : NONE;
  if (isBlank) return state === PYTHON_RAISED ? PYTHON_BLANK : NONE;
  return CHAINS.some((chain) => starts(bytes, from, to, chain)) ? PYTHON_CHAIN : NONE;
}

function afterGo(state: number, bytes: Uint8Array, from: number, to: number): number {
  if (from >= to) return state === GO_BLANK ? NONE : GO_BLANK;
  if (isGoroutine(bytes, from, to) || starts(bytes, from, to, CREATED_BY)) return GOROUTINE;
  if (state === GO_BLANK) return NONE;
  if (bytes[from] === TAB) return state;
  if (state === PANIC) return starts(bytes, from, to, SIGNAL) ? PANIC : NONE;
  return isCall(bytes, from, to) || starts(bytes, from, to, ELIDED) ? GOROUTINE : NONE;
}

/** `goroutine 12 [running]:` */
const isGoroutine = (bytes: Uint8Array, from: number, to: number): boolean =>
  starts(bytes, from, to, GOROUTINE_HEAD) && bytes[to - 1] === 0x3a && bytes.subarray(from, to).includes(0x5b);

/** `main.settle(0x0, {0x4c4b75, 0x7})`: no blank before the bracket, and it ends with one. */
function isCall(bytes: Uint8Array, from: number, to: number): boolean {
  if (bytes[to - 1] !== 0x29) return false;
  for (let i = from; i < to; i++) {
    if (bytes[i] === 0x28) return i > from;
    if (bytes[i] === SPACE) return false;
  }
  return false;
}

/** `com.example.Boom` or `com.example.Boom: why`, the last part with a capital. */
function isClassName(bytes: Uint8Array, from: number, to: number): boolean {
  let dot = -1;
  let i = from;
  for (; i < to; i++) {
    const byte = bytes[i] as number; // before `to`
    if (byte === 0x2e) dot = i;
    else if (!isNameByte(byte)) break;
  }
  const initial = bytes[dot + 1] ?? 0;
  return (
    dot > from && initial >= 0x41 && initial <= 0x5a && (i === to || (bytes[i] === 0x3a && bytes[i + 1] === SPACE))
  );
}

const isNameByte = (byte: number): boolean =>
  (byte >= 0x61 && byte <= 0x7a) ||
  (byte >= 0x41 && byte <= 0x5a) ||
  (byte >= 0x30 && byte <= 0x39) ||
  byte === 0x5f ||
  byte === 0x24;

function pastBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === SPACE || bytes[at] === TAB)) at++;
  return at;
}

function starts(bytes: Uint8Array, from: number, to: number, what: Uint8Array): boolean {
  if (from + what.length > to) return false;
  for (let i = 0; i < what.length; i++) if (bytes[from + i] !== what[i]) return false;
  return true;
}
