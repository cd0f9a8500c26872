// When a cron schedule is due next. Five fields in UTC, with lists, ranges and steps, and the @names (crontab(5)).

const NAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const BOUNDS: readonly (readonly [least: number, most: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
];
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

interface Schedule {
  readonly fields: readonly ReadonlySet<number>[];
  /** Both the day of month and of week are given: either will do. */
  readonly eitherDay: boolean;
}
const parsed = new Map<string, Schedule | undefined>();

function parse(text: string): Schedule | undefined {
  const parts = (NAMES[text.trim()] ?? text.trim()).split(/\s+/);
  if (parts.length !== 5) return undefined;
  const fields = parts.map((part, i) => fieldOf(part, BOUNDS[i] ?? [0, 0], i === 4));
  if (fields.some((field) => field === undefined)) return undefined;
  return { fields: fields as ReadonlySet<number>[], eitherDay: parts[2] !== '*' && parts[4] !== '*' }; // none is undefined: checked on the line above
}

function fieldOf(text: string, [least, most]: readonly [number, number], isWeekday: boolean): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return undefined;
    const [, from, to, step] = match;
    const first = from === undefined ? least : Number(from);
    const last = to !== undefined ? Number(to) : from === undefined || step !== undefined ? most : first;
    if (first < least || last > (isWeekday ? 7 : most) || Number(step ?? 1) < 1) return undefined;
    for (let value = first; value <= last; value += Number(step ?? 1)) values.add(isWeekday ? value % 7 : value);
  }
  return values;
}

/** The first instant after `after` (epoch ms) that matches; undefined for a schedule that is none or is never due within four years. */
export function nextRun(schedule: string, after: number): number | undefined {
  if (!parsed.has(schedule)) parsed.set(schedule, parse(schedule));
  const known = parsed.get(schedule);
  if (known === undefined) return undefined;
  const { fields, eitherDay } = known;
  const [minutes, hours, days, months, weekdays] = fields as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ]; // five by parse
  let at = Math.floor(after / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  for (const end = at + 4 * 366 * DAY_MS; at < end; ) {
    const time = new Date(at);
    const dayOfMonth = days.has(time.getUTCDate());
    const dayOfWeek = weekdays.has(time.getUTCDay());
    const isDay = months.has(time.getUTCMonth() + 1) && (eitherDay ? dayOfMonth || dayOfWeek : dayOfMonth && dayOfWeek);
    if (!isDay) at = Math.floor(at / DAY_MS) * DAY_MS + DAY_MS;
    else if (!hours.has(time.getUTCHours())) at = (Math.floor(at / (60 * MINUTE_MS)) + 1) * 60 * MINUTE_MS;
    else if (!minutes.has(time.getUTCMinutes())) at += MINUTE_MS;
    else return at;
  }
  return undefined;
}
