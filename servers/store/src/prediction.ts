// How many days the budget keeps, at the pace of the last days.

import { RETAINED, type Retained, type Retention, type Usage } from './port.ts';

export interface Predicted {
  readonly bytesPerDay: number;
  /** Days that will be kept, and what they will take. */
  readonly days: number;
  readonly bytes: number;
  /** Which bound comes first. */
  readonly bound: 'age' | 'bytes' | 'disk';
}

const MS_PER_DAY = 86_400_000;
/** Today is not over: the full days before it tell the pace, and today itself when it is the only one. */
const PACE_DAYS = 3;

/** `freeBytes`: of the disk, beside what is used. A budget in all is shared in proportion to what each family wants to keep. */
export function prediction(
  usage: readonly Usage[],
  retention: Retention,
  freeBytes: number | undefined,
  now: number,
): Readonly<Record<Retained, Predicted>> {
  const used = usage.reduce((sum, { bytes }) => sum + bytes, 0);
  const paces = new Map(RETAINED.map((family) => [family, paceOf(usage, family, now)]));
  const wanted = RETAINED.reduce((sum, family) => sum + (paces.get(family) ?? 0) * retention.days[family], 0);
  const budget = Math.min(
    retention.bytes ?? Number.POSITIVE_INFINITY,
    freeBytes === undefined ? Number.POSITIVE_INFINITY : used + freeBytes,
  );
  const share = wanted > budget ? budget / wanted : 1;
  const told = RETAINED.map((family): [Retained, Predicted] => {
    const bytesPerDay = paces.get(family) ?? 0;
    const byAge = retention.days[family];
    const own = retention.familyBytes?.[family];
    const byOwn = own === undefined || bytesPerDay === 0 ? Number.POSITIVE_INFINITY : own / bytesPerDay;
    const byBudget = share === 1 ? Number.POSITIVE_INFINITY : byAge * share;
    const days = Math.min(byAge, byOwn, byBudget);
    const isDisk = days === byBudget && (retention.bytes === undefined || budget < retention.bytes);
    const bound = days === byAge ? 'age' : isDisk && byBudget <= byOwn ? 'disk' : 'bytes';
    return [family, { bytesPerDay, days, bytes: Math.round(days * bytesPerDay), bound }];
  });
  return Object.fromEntries(told) as Record<Retained, Predicted>; // every family stands in it
}

function paceOf(usage: readonly Usage[], family: Retained, now: number): number {
  const byDay = new Map<string, number>();
  for (const one of usage) if (one.family === family) byDay.set(one.day, (byDay.get(one.day) ?? 0) + one.bytes);
  const today = new Date(now).toISOString().slice(0, 10);
  const full = [...byDay].filter(([day]) => day < today).sort(([a], [b]) => (a < b ? 1 : -1));
  const last = full.slice(0, PACE_DAYS).map(([, bytes]) => bytes);
  if (last.length > 0) return last.reduce((sum, bytes) => sum + bytes, 0) / last.length;
  const passed = Math.max(0.02, (now % MS_PER_DAY) / MS_PER_DAY);
  return (byDay.get(today) ?? 0) / passed;
}
