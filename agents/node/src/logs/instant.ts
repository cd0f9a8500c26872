// RFC 3339 with up to nine digits and any zone offset, read from bytes. Lines of one minute share its conversion.

export interface Instant {
  /** Epoch ms. */
  at: number;
  /** Within that millisecond. */
  nanos: number;
}

/** By so many digits of a second's fraction. */
const TO_NANOS = Array.from({ length: 10 }, (_, count) => 10 ** (9 - count));
const MINUTE_LENGTH = '2026-11-21T03:56'.length;
const cached = new Uint8Array(MINUTE_LENGTH);
let cachedMs = Number.NaN;

/** Fills `into`; answers the byte after the instant, or -1 when there is none at `from`. */
export function readInstant(bytes: Uint8Array, from: number, to: number, into: Instant): number {
  if (to - from < MINUTE_LENGTH + 4 || bytes[from + 16] !== 0x3a) return -1;
  const minute = minuteAt(bytes, from);
  const seconds = digits(bytes, from + 17, 2);
  if (Number.isNaN(minute) || seconds < 0) return -1;
  let at = from + 19;
  let fraction = 0;
  if (bytes[at] === 0x2e) {
    let count = 0;
    for (at++; at < to; at++) {
      const digit = (bytes[at] as number) - 0x30; // before `to`
      if (digit < 0 || digit > 9) break;
      if (count++ < 9) fraction = fraction * 10 + digit;
    }
    fraction *= TO_NANOS[count] ?? 1;
  }
  const zone = bytes[at];
  let offset = 0;
  if (zone === 0x2b || zone === 0x2d) {
    const hours = digits(bytes, at + 1, 2);
    const minutes = digits(bytes, at + 4, 2);
    if (at + 6 > to || hours < 0 || minutes < 0) return -1;
    offset = (zone === 0x2b ? 1 : -1) * (hours * 60 + minutes) * 60_000;
    at += 6;
  } else if (zone === 0x5a || zone === 0x7a) at++;
  else return -1;
  const millis = Math.floor(fraction / 1_000_000);
  into.at = minute - offset + seconds * 1000 + millis;
  into.nanos = fraction - millis * 1_000_000;
  return at;
}

function minuteAt(bytes: Uint8Array, from: number): number {
  let same = 0;
  while (same < MINUTE_LENGTH && bytes[from + same] === cached[same]) same++;
  if (same === MINUTE_LENGTH) return cachedMs;
  const year = digits(bytes, from, 4);
  const month = digits(bytes, from + 5, 2);
  const day = digits(bytes, from + 8, 2);
  const hour = digits(bytes, from + 11, 2);
  const minute = digits(bytes, from + 14, 2);
  const isDate = bytes[from + 4] === 0x2d && bytes[from + 7] === 0x2d && bytes[from + 10] === 0x54;
  if (!isDate || bytes[from + 13] !== 0x3a || Math.min(year, month - 1, day - 1, hour, minute) < 0) return Number.NaN;
  if (month > 12 || day > 31 || hour > 23 || minute > 59) return Number.NaN;
  cached.set(bytes.subarray(from, from + MINUTE_LENGTH));
  cachedMs = Date.UTC(year, month - 1, day, hour, minute);
  return cachedMs;
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
