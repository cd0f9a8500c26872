// Which days' files go: those past their age, then what is over a bound of bytes. Logs go first, objects and state last.

import { DAY_MS, dayOf } from '@mosaic/wire';
import type { Retained, Retention } from './port.ts';

export interface DayFile {
  readonly family: Retained;
  /** UTC day number. */
  readonly day: number;
  readonly bytes: number;
}

/** What is given up first when the disk is short. */
const FIRST_OUT: readonly Retained[] = [
  ...['logs', 'connections', 'metrics', 'edges', 'events'],
  ...['rolled', 'coverage', 'changes', 'state', 'objects'],
] as Retained[]; // names of the port

/** Today's file is never one of them. In the order in which they go. */
export function leaving(files: readonly DayFile[], { days, bytes, familyBytes }: Retention, now: number): DayFile[] {
  const today = dayOf(now);
  const gone = new Set(files.filter(({ family, day }) => (day + 1) * DAY_MS <= now - days[family] * DAY_MS));
  const sum = (kept: readonly DayFile[]): number => kept.reduce((total, file) => total + file.bytes, 0);
  const shrink = (candidates: readonly DayFile[], most: number): void => {
    const kept = candidates.filter((file) => !gone.has(file));
    let total = sum(kept);
    for (const file of kept) {
      if (total <= most) return;
      if (file.day >= today) continue;
      gone.add(file);
      total -= file.bytes;
    }
  };
  const oldestFirst = files.toSorted((a, b) => a.day - b.day);
  for (const [family, most] of Object.entries(familyBytes ?? {}))
    shrink(
      oldestFirst.filter((file) => file.family === family),
      most,
    );
  if (bytes !== undefined) {
    const order = files.toSorted((a, b) => rank(a) - rank(b) || a.day - b.day);
    shrink(order, bytes);
  }
  return [...gone];
}

const rank = ({ family }: DayFile): number => FIRST_OUT.indexOf(family);
