// Instants as people and programs write them: RFC 3339 with any offset, epoch ms, `now`, `now-15m`.

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;
/** The last instant that RFC 3339 can write. */
const LATEST = Date.parse('9999-12-31T23:59:59.999Z');

export const INSTANT_EXPECTED =
  'an instant: RFC 3339 (2026-01-31T03:14:20Z), epoch milliseconds, now or now-15m (s m h d w)';

/** Epoch ms; undefined for anything else. `now` is asked once per question. */
export function readInstant(text: string, now: number): number | undefined {
  const relative = /^now(?:([+-])(\d{1,9})([smhdw]))?$/.exec(text);
  if (relative !== null) return within(now + offsetOf(relative[1], relative[2], relative[3]));
  if (/^\d{1,16}$/.test(text)) return within(Number(text));
  // An unescaped + of an offset arrives as a blank.
  return readRfc3339(text.replace(/ (\d{2}:\d{2})$/, '+$1'));
}

const within = (instant: number): number | undefined => (instant >= 0 && instant <= LATEST ? instant : undefined);

function offsetOf(sign: string | undefined, count: string | undefined, unit: string | undefined): number {
  if (count === undefined || unit === undefined) return 0;
  return (sign === '-' ? -1 : 1) * Number(count) * (UNITS[unit] ?? 0);
}

function readRfc3339(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  const whole = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone.toUpperCase()}`);
  const isRealDay = Number(day) <= new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  return Number.isNaN(whole) || !isRealDay ? undefined : within(whole + Math.floor(Number(`0${fraction}`) * 1000));
}

export const rfc3339 = (instant: number): string => new Date(instant).toISOString();
