// What a changed retention would keep, before it is set: the same arithmetic as the server's, on the paces it told.

import type { StorageAnswer } from '@mosaic/wire';

export interface Draft {
  readonly days: Readonly<Record<string, number>>;
  /** Bound of all signals together. */
  readonly budgetBytes: number | undefined;
}
export interface Kept {
  readonly days: number;
  readonly bytes: number;
  readonly bound: 'age' | 'bytes' | 'disk';
}

type Told = Pick<StorageAnswer, 'perDay' | 'retention' | 'usedBytes' | 'freeBytes' | 'budgetBytes'>;

export const draftOf = ({ retention, budgetBytes }: Pick<Told, 'retention' | 'budgetBytes'>): Draft => ({
  days: Object.fromEntries(Object.entries(retention).map(([signal, { days }]) => [signal, days])),
  budgetBytes,
});

/** Bytes a day of a signal, over all clusters. */
export function paceOf({ perDay }: Pick<Told, 'perDay'>, signal: string): number {
  return perDay.reduce((sum, each) => sum + (each.signal === signal ? each.bytesPerDay : 0), 0);
}

/** A budget, or the disk, is shared in proportion to what each signal wants to keep. */
export function keptOf(told: Told, { days, budgetBytes }: Draft): Readonly<Record<string, Kept>> {
  const wanted = Object.entries(days).reduce((sum, [signal, wish]) => sum + paceOf(told, signal) * wish, 0);
  const disk = told.freeBytes === undefined ? Number.POSITIVE_INFINITY : told.usedBytes + told.freeBytes;
  const budget = Math.min(budgetBytes ?? Number.POSITIVE_INFINITY, disk);
  const share = wanted > budget ? budget / wanted : 1;
  return Object.fromEntries(
    Object.entries(days).map(([signal, wish]): [string, Kept] => {
      const pace = paceOf(told, signal);
      const own = told.retention[signal]?.bytes;
      const byOwn = own === undefined || pace === 0 ? Number.POSITIVE_INFINITY : own / pace;
      const byBudget = share === 1 ? Number.POSITIVE_INFINITY : wish * share;
      const kept = Math.min(wish, byOwn, byBudget);
      const isDisk = kept === byBudget && byBudget <= byOwn && disk <= (budgetBytes ?? Number.POSITIVE_INFINITY);
      return [
        signal,
        { days: kept, bytes: Math.round(kept * pace), bound: kept === wish ? 'age' : isDisk ? 'disk' : 'bytes' },
      ];
    }),
  );
}

export type RetentionPatch = Readonly<Record<string, { readonly days?: number; readonly bytes?: number | null }>>;

/** Only what changed, as the API takes it; undefined when nothing did. */
export function patchOf(told: Pick<Told, 'retention' | 'budgetBytes'>, draft: Draft): RetentionPatch | undefined {
  const changed = Object.entries(draft.days).filter(([signal, days]) => days !== told.retention[signal]?.days);
  const isTotal = draft.budgetBytes !== told.budgetBytes;
  if (changed.length === 0 && !isTotal) return undefined;
  return {
    ...Object.fromEntries(changed.map(([signal, days]) => [signal, { days }])),
    ...(isTotal && { total: { bytes: draft.budgetBytes ?? null } }),
  };
}

/** Signals that would be kept shorter than now: what is older goes at once. */
export function shortened(told: Told, draft: Draft): readonly string[] {
  const [before, after] = [keptOf(told, draftOf(told)), keptOf(told, draft)];
  return Object.keys(draft.days).filter((signal) => (after[signal]?.days ?? 0) < (before[signal]?.days ?? 0) - 0.01);
}

const LEAST = 1;
const MOST = 365;
const STEPS = 100;

/** The dial is logarithmic: a day matters at seven, not at three hundred. */
export const dialOf = (days: number): number =>
  Math.round((Math.log(Math.min(MOST, Math.max(LEAST, days)) / LEAST) / Math.log(MOST / LEAST)) * STEPS);
export const daysOf = (dial: number): number => {
  const days = LEAST * (MOST / LEAST) ** (dial / STEPS);
  return days < 14 ? Math.round(days) : days < 60 ? Math.round(days / 2) * 2 : Math.round(days / 5) * 5;
};
export const DIAL_STEPS = STEPS;
