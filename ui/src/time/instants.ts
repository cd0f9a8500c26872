// How instants and spans are said: clocks, dates with their zone, "5 h 46 min ago", and how a person types them.

export const SECOND_MS = 1000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const two = (n: number): string => String(n).padStart(2, '0');
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `03:14:20` in the reader's zone. */
export function clock(at: number): string {
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

/** `03:14` in the reader's zone. */
export const clockShort = (at: number): string => clock(at).slice(0, 5);

/** `Thu 20 Nov 2026`. */
export function date(at: number): string {
  const d = new Date(at);
  return `${WEEKDAYS[d.getDay()]} ${d.getDate()} ${MONTHS[d.getMonth()]} ${d.getFullYear()}`;
}

/** `20 Nov`. */
export function dayShort(at: number): string {
  const d = new Date(at);
  return `${d.getDate()} ${MONTHS[d.getMonth()]}`;
}

/** `UTC+01:00`, as it was at that instant. */
export function zone(at: number): string {
  const minutes = -new Date(at).getTimezoneOffset();
  if (minutes === 0) return 'UTC';
  const abs = Math.abs(minutes);
  return `UTC${minutes < 0 ? '−' : '+'}${two(Math.floor(abs / 60))}:${two(abs % 60)}`;
}

/** The clock, with the day in front when it is not today's, and the year when it is not this one. */
export function when(at: number, now: number): string {
  const d = new Date(at);
  const today = new Date(now);
  const sameDay = d.toDateString() === today.toDateString();
  if (d.getFullYear() !== today.getFullYear()) return `${dayShort(at)} ${d.getFullYear()} ${clock(at)}`;
  return sameDay ? clock(at) : `${dayShort(at)} ${clock(at)}`;
}

/** `03:00:00 – 03:30:00`; both ends with their day when they are not of one day. */
export function range(from: number, to: number, now: number): string {
  const isOneDay = new Date(from).toDateString() === new Date(to).toDateString();
  return `${when(from, now)} – ${isOneDay ? clock(to) : `${dayShort(to)} ${clock(to)}`}`;
}

const PARTS: readonly (readonly [number, string])[] = [
  [DAY_MS, 'd'],
  [HOUR_MS, 'h'],
  [MINUTE_MS, 'min'],
  [SECOND_MS, 's'],
];

/** `5 h 46 min`; the two largest parts that are not zero. */
export function span(ms: number): string {
  let rest = Math.max(0, Math.round(ms / SECOND_MS) * SECOND_MS);
  const said: string[] = [];
  for (const [size, unit] of PARTS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) said.push(`${n} ${unit}`);
    else if (said.length > 0) break;
    if (said.length === 2) break;
  }
  return said.length === 0 ? '0 s' : said.join(' ');
}

/** `5 h 46 min ago`, `just now`, `in 3 min`. */
export function ago(at: number, now: number): string {
  const ms = now - at;
  if (Math.abs(ms) < 2 * SECOND_MS) return 'just now';
  return ms < 0 ? `in ${span(-ms)}` : `${span(ms)} ago`;
}

/** RFC 3339 or epoch ms; undefined for anything else. */
export function readInstant(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  if (/^\d{11,15}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isFinite(at) ? at : undefined;
}

export const iso = (at: number): string => new Date(at).toISOString();

const RANGE = /^(\d+(?:\.\d+)?)(m|h|d)$/;
const RANGE_UNIT: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** `24h` → ms; between five minutes and a month. */
export function readRange(text: string | null): number | undefined {
  const match = RANGE.exec(text ?? '');
  if (match === null) return undefined;
  const ms = Number(match[1]) * (RANGE_UNIT[match[2] ?? ''] ?? Number.NaN);
  return ms >= 5 * MINUTE_MS && ms <= 31 * DAY_MS ? ms : undefined;
}

/** ms → `24h`; whole minutes. */
export function formatRange(ms: number): string {
  if (ms >= 2 * DAY_MS && ms % DAY_MS === 0) return `${ms / DAY_MS}d`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS}h`;
  return `${Math.max(5, Math.round(ms / MINUTE_MS))}m`;
}
