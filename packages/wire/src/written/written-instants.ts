// Instants of the past as people write them. What could mean two things is refused with both.

import { dayOn, exists, inFull, instantsOf, type Wall, wallOf } from './zones.ts';

/** What was written is none; the message says what was expected. */
export class NotAnInstant extends Error {
  override readonly name: string = 'NotAnInstant';
}

/** Understood, but it cannot be meant: it never was, has not been yet, or could be another. */
export class RefusedInstant extends NotAnInstant {
  override readonly name = 'RefusedInstant';
}

export interface Here {
  readonly now: number;
  /** IANA: `Europe/Berlin`. */
  readonly zone: string;
}

export const EXPECTED =
  'an instant: 2026-11-20T03:12:00Z, "2026-11-20 03:12", now-6h, "yesterday 03:12", "tuesday 14:05", 03:12; a zone may follow: "03:12 UTC", "03:12 Europe/Berlin"';

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
/** `90m ago`, `10 minutes ago`, `1 h 30 min ago`. */
const AGO = /^((?:\d{1,9} ?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?) ?)+)ago$/i;
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const TIME = String.raw`(\d{1,2}):(\d{2})(?::(\d{2}))?`;
const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Epoch ms. Throws `NotAnInstant` for what is none, has not been yet, never was (clocks went forward) or could be another. */
export function readInstant(text: string, here: Here): number {
  const written = text.trim().replace(/\s+/g, ' ');
  const { local, zone } = zoned(written, here.zone);
  const exact = exactly(written, here);
  const all = exact === undefined ? readings(local, { ...here, zone }) : [exact];
  const [one, ...others] = all.filter((at) => at <= here.now);
  if (one === undefined && all[0] !== undefined)
    throw new RefusedInstant(
      `${JSON.stringify(text)} has not been yet: ${inFull(all[0], zone)}; it is ${inFull(here.now, zone)}`,
    );
  if (one === undefined) throw new NotAnInstant(`${JSON.stringify(text)} is not ${EXPECTED}`);
  if (others.length === 0) return one;
  const told = [one, ...others].map((at) => `\n  ${inFull(at, zone)}`);
  throw new RefusedInstant(`${JSON.stringify(text)} could be any of these; say which:${told.join('')}`);
}

/** Forms that name their zone or need none. */
function exactly(text: string, { now }: Here): number | undefined {
  const relative = /^now((?:-\d{1,9}[smhdw])?(?:\d{1,9}[smhdw])*)$/i.exec(text) ?? AGO.exec(text);
  if (relative !== null)
    return durationOf(relative[1] ?? '') === 0 ? now : wholeSecond(now - durationOf(relative[1] ?? ''));
  if (/^\d{13}$/.test(text)) return Number(text);
  if (!RFC3339.test(text)) return undefined;
  const { day, month, year } = dateIn(text);
  const at = Date.parse(text.replace(/[t ]/, 'T').toUpperCase());
  return Number.isNaN(at) || !exists({ year, month, day, hour: 0, minute: 0, second: 0 }) ? undefined : at;
}

/** An offset is a person's guess: nobody means its milliseconds. */
const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000;

const durationOf = (text: string): number =>
  [...text.toLowerCase().matchAll(/(\d+) ?([smhdw])/g)].reduce(
    (sum, [, n, unit = '']) => sum + Number(n) * (UNITS[unit] ?? 0),
    0,
  );

const dateIn = (text: string): Pick<Wall, 'year' | 'month' | 'day'> => {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return { year, month, day };
};

/** `03:12 Europe/Berlin`, `03:12 UTC`: the time without its zone, and the zone. */
function zoned(text: string, zone: string): { readonly local: string; readonly zone: string } {
  const match = /^(.*\d) ?(Z|UTC|GMT|[A-Z][\w+-]*\/[\w/+-]+)$/i.exec(text);
  if (match === null) return { local: text, zone };
  const [, local = '', name = ''] = match;
  const meant = /^(z|utc|gmt)$/i.test(name) ? 'UTC' : name;
  try {
    wallOf(0, meant);
    return { local, zone: meant };
  } catch {
    throw new NotAnInstant(`${name} is no time zone: write it as Europe/Berlin, or UTC`);
  }
}

/** Every instant that a local time could mean. */
function readings(text: string, here: Here): readonly number[] {
  const days = new RegExp(`^(?:(.+?)[ T])?${TIME}$`, 'i').exec(text);
  if (days === null) return refuseDay(text);
  const [, day, hour, minute, second = '0'] = days;
  const time = { hour: Number(hour), minute: Number(minute), second: Number(second) };
  const meant = daysOf(day, time, here);
  const found = meant.flatMap((each) => instantsOf({ ...each, ...time }, here.zone));
  if (meant.length > 0 && found.length === 0) throw neverWas(text, meant, time, here);
  return [...new Set(found)].sort((a, b) => a - b);
}

type Day = Pick<Wall, 'year' | 'month' | 'day'>;
type Time = Pick<Wall, 'hour' | 'minute' | 'second'>;

function neverWas(text: string, [day]: readonly Day[], time: Time, { zone }: Here): NotAnInstant {
  if (day === undefined || !exists({ ...day, ...time }))
    return new RefusedInstant(`${JSON.stringify(text)}: there is no such day or time`);
  return new RefusedInstant(`${JSON.stringify(text)} never was in ${zone}: the clocks went forward over it`);
}

function daysOf(word: string | undefined, time: Time, here: Here): readonly Day[] {
  const today = wallOf(here.now, here.zone);
  const isPast = (day: Day): boolean => {
    const found = instantsOf({ ...day, ...time }, here.zone);
    return found.length === 0
      ? exists({ ...day, ...time }) && before({ ...day, ...time }, today)
      : found.some((at) => at <= here.now);
  };
  if (word === undefined) return isPast(today) ? [today] : [dayOn(today, -1)];
  const name = word.toLowerCase();
  if (name === 'today') return [today];
  if (name === 'yesterday') return [dayOn(today, -1)];
  const weekday = weekdayOf(name);
  if (weekday !== undefined) return lastDays(weekday, today, isPast);
  return datesOf(word);
}

const before = (a: Wall, b: Wall): boolean =>
  Date.UTC(a.year, a.month - 1, a.day, a.hour, a.minute, a.second) <
  Date.UTC(b.year, b.month - 1, b.day, b.hour, b.minute, b.second);

const weekdayOf = (name: string): number | undefined => {
  const found = WEEKDAYS.findIndex((day) => name === day || (name.length === 3 && day.startsWith(name)));
  return found < 0 ? undefined : found;
};

/** The last one. On that very day, later than that time, it could be today or a week ago. */
function lastDays(weekday: number, today: Wall, isPast: (day: Day) => boolean): readonly Day[] {
  const back = (dayOn(today, 0).weekday - weekday + 7) % 7;
  if (back > 0) return [dayOn(today, -back)];
  return isPast(today) ? [dayOn(today, -7), today] : [dayOn(today, -7)];
}

/** `2026-11-20`, `20.11.2026`; with slashes day and month may stand either way. */
function datesOf(text: string): readonly Day[] {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return [dateIn(text)];
  const [, first = '', mark, second = '', year = ''] = /^(\d{1,2})([./])(\d{1,2})[./](\d{4})$/.exec(text) ?? [];
  const [a, b, y] = [Number(first), Number(second), Number(year)];
  const dayFirst = { year: y, month: b, day: a };
  if (mark === '.') return [dayFirst];
  if (mark !== '/') return [];
  return [dayFirst, { year: y, month: a, day: b }].filter((day) => day.month <= 12);
}

function refuseDay(text: string): readonly number[] {
  if (/^(\d{4}-\d{2}-\d{2}|today|yesterday)$/i.test(text) || weekdayOf(text.toLowerCase()) !== undefined)
    throw new NotAnInstant(`${JSON.stringify(text)} is a whole day; say the time, too: "${text} 03:12"`);
  return [];
}
