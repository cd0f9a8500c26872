// Spans of time as kubectl writes them: `45s`, `3m20s`, `5h12m`, `2d3h`, `400d`, `3y20d`.
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const YEAR = 365 * DAY;

/** Coarser the longer it is: two units while the smaller one still matters. */
export function humanDuration(ms: number): string {
  const s = Math.trunc(ms / 1000);
  if (s < -1) return '<invalid>';
  if (s < 0) return '0s';
  if (s < 2 * MINUTE) return `${s}s`;
  if (s < 10 * MINUTE) return two(s, MINUTE, 'm', 1, 's');
  if (s < 3 * HOUR) return `${Math.floor(s / MINUTE)}m`;
  if (s < 8 * HOUR) return two(s, HOUR, 'h', MINUTE, 'm');
  if (s < 2 * DAY) return `${Math.floor(s / HOUR)}h`;
  if (s < 8 * DAY) return two(s, DAY, 'd', HOUR, 'h');
  if (s < 2 * YEAR) return `${Math.floor(s / DAY)}d`;
  if (s < 8 * YEAR) return two(s, YEAR, 'y', DAY, 'd');
  return `${Math.floor(s / YEAR)}y`;
}

function two(s: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((s % big) / small);
  return `${Math.floor(s / big)}${bigName}${rest === 0 ? '' : `${rest}${smallName}`}`;
}

/** Since an RFC 3339 instant; `<unknown>` when there is none. */
export function ageOf(instant: unknown, now: number): string {
  const then = typeof instant === 'string' ? Date.parse(instant) : Number.NaN;
  return Number.isNaN(then) ? '<unknown>' : humanDuration(now - then);
}
