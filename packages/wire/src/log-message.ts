// Where the message of a JSON log line is: its template is made of that, not of the braces around it.

const BRACE = 0x7b;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
/** zap, logrus, pino, bunyan: `msg`; Logback, Serilog, Docker: `message`, `@m`, `log`; structlog and we ourselves: `event`. */
const KEYS = ['msg', 'message', 'event', 'log', '@m', '@message'].map((key) => new TextEncoder().encode(key));

export interface Region {
  from: number;
  to: number;
}

const region: Region = { from: 0, to: 0 };

/** The same object every time. The whole line where it is no JSON, or has no such field within it. */
export function messageIn(bytes: Uint8Array, from: number, to: number): Readonly<Region> {
  region.from = from;
  region.to = to;
  if (bytes[from] !== BRACE) return region;
  for (let at = from + 1; at < to; at++) {
    if (bytes[at] !== QUOTE) continue;
    const end = closingQuote(bytes, at + 1, to);
    let next = end + 1;
    while (next < to && bytes[next] === 0x20) next++;
    if (bytes[next] !== COLON) {
      at = end; // a value
      continue;
    }
    next++;
    while (next < to && bytes[next] === 0x20) next++;
    if (bytes[next] === QUOTE && isMessageKey(bytes, at + 1, end)) {
      region.from = next + 1;
      region.to = closingQuote(bytes, next + 1, to);
      return region;
    }
    at = end;
  }
  return region;
}

/** Of the closing quote, or `to`. */
function closingQuote(bytes: Uint8Array, from: number, to: number): number {
  for (let i = from; i < to; i++) {
    if (bytes[i] === BACKSLASH) i++;
    else if (bytes[i] === QUOTE) return i;
  }
  return to;
}

function isMessageKey(bytes: Uint8Array, from: number, to: number): boolean {
  for (const key of KEYS) if (key.length === to - from && isAt(bytes, from, key)) return true;
  return false;
}

function isAt(bytes: Uint8Array, from: number, key: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (bytes[from + i] !== key[i]) return false;
  return true;
}
