// Which incident the page opens on: what is broken now, else what was broken longest in the visible time. Jobs fail by themselves and end; services matter more.

import type { TimelineAnswer } from '@mosaic/wire';

type Incident = TimelineAnswer['incidents'][number];

const isJob = (i: Incident): boolean => /^\d+:(Job|CronJob|Pod):/.test(i.node);
const lasting = (i: Incident, now: number): number =>
  (i.to === undefined ? now : Date.parse(i.to)) - Date.parse(i.from);

export function headline(incidents: readonly Incident[], now: number): Incident | undefined {
  const weigh = (i: Incident): readonly number[] => [
    i.health === 'broken' ? 1 : 0,
    isJob(i) ? 0 : 1,
    i.to === undefined ? 1 : 0,
    lasting(i, now),
  ];
  return [...incidents].sort((a, b) => compare(weigh(b), weigh(a)))[0];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((n, k) => n !== b[k]);
  return i < 0 ? 0 : (a[i] ?? 0) - (b[i] ?? 0);
}
