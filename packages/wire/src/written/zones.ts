// Wall clocks and instants: a time of day in a zone is one instant, or none (spring forward), or two (fall back).

export interface Wall {
  readonly year: number;
  /** 1…12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const HALF_DAY_MS = 43_200_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Throws RangeError for a zone nobody knows. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const numeric = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'gregory', hourCycle: 'h23', ...numeric, second: 'numeric' },
  });
  formats.set(zone, made);
  return made;
}

/** What a clock on the wall shows. */
export function wallOf(at: number, zone: string): Wall {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute'), second: part('second') },
  };
}

/** As if the wall stood in Greenwich; undefined for a day or a time that no calendar has. */
function inGreenwich({ year, month, day, hour, minute, second }: Wall): number | undefined {
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12 || day < 1) return undefined;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(at).getUTCDate() === day ? at : undefined;
}

/** Ahead of UTC, ms. */
export function offsetOf(at: number, zone: string): number {
  const second = Math.floor(at / 1000) * 1000;
  return (inGreenwich(wallOf(second, zone)) ?? second) - second;
}

/** Every instant at which the wall shows this, ascending. */
export function instantsOf(wall: Wall, zone: string): readonly number[] {
  const there = inGreenwich(wall);
  if (there === undefined) return [];
  const offsets = [-2, -1, 0, 1, 2].map((days) => offsetOf(there + days * HALF_DAY_MS, zone));
  const instants = [...new Set(offsets)].map((offset) => there - offset);
  return instants.filter((at) => at + offsetOf(at, zone) === there).sort((a, b) => a - b);
}

export const exists = (wall: Wall): boolean => inGreenwich(wall) !== undefined;

/** The calendar day so many days later, whatever the clocks do meanwhile; and its weekday, Sunday = 0. */
export function dayOn(
  { year, month, day }: Wall,
  days: number,
): Pick<Wall, 'year' | 'month' | 'day'> & { readonly weekday: number } {
  const there = new Date(Date.UTC(year, month - 1, day + days));
  return {
    ...{ year: there.getUTCFullYear(), month: there.getUTCMonth() + 1, day: there.getUTCDate() },
    weekday: there.getUTCDay(),
  };
}

/** `2026-11-20T03:12:00+01:00`. */
export function withOffset(at: number, zone: string): string {
  const offset = offsetOf(at, zone);
  const local = new Date(at + offset).toISOString().replace(/\.000Z$|Z$/, '');
  const minutes = Math.abs(offset) / 60_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${local}${offset < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** `2026-11-20T03:12:00Z`, without a fraction that is nothing. */
export const inUtc = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');

/** The zone in full: the local instant, its zone's name, and the same in UTC. */
export const inFull = (at: number, zone: string): string => `${withOffset(at, zone)} (${zone}) = ${inUtc(at)}`;
