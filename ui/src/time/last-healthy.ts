// The newest instant at which something was still whole: before the trouble it is in, and before the change that led to it.

import type { TimelineAnswer } from '@mosaic/wire';
import { headline } from '../map/headline.ts';
import { MINUTE_MS } from './instants.ts';

type Told = Pick<TimelineAnswer, 'incidents' | 'marks'>;

/** Troubles nearer to each other than this are one. */
const SAME_TROUBLE_MS = 2 * MINUTE_MS;
/** A change this long before the trouble is taken for its cause. */
const LED_TO_IT_MS = 10 * MINUTE_MS;
const BEFORE_MS = 1000;

/** Whose trouble it is: the given thing, or the worst that is in trouble at the instant. */
function troubled({ incidents }: Told, node: string | undefined, at: number): string | undefined {
  if (node !== undefined) return node;
  const holding = incidents.filter(
    ({ from, to }) => Date.parse(from) <= at && (to === undefined || Date.parse(to) >= at),
  );
  return headline(holding, at)?.node;
}

/** Undefined when it is in no trouble at the instant, as far as the timeline tells. */
export function lastHealthy(told: Told, node: string | undefined, at: number): number | undefined {
  const whose = troubled(told, node, at);
  const own = told.incidents
    .filter((i) => i.node === whose && Date.parse(i.from) <= at)
    .sort((a, b) => Date.parse(b.from) - Date.parse(a.from));
  let begin: number | undefined;
  for (const { from, to } of own) {
    const reaches = to === undefined ? Number.POSITIVE_INFINITY : Date.parse(to);
    if (reaches < (begin === undefined ? at : begin - SAME_TROUBLE_MS)) break;
    begin = Date.parse(from);
  }
  if (begin === undefined) return undefined;
  const start = begin;
  const causes = told.marks
    .filter((m) => m.node === whose)
    .map((m) => Date.parse(m.at))
    .filter((t) => t <= start && t >= start - LED_TO_IT_MS);
  return Math.min(start, ...causes) - BEFORE_MS;
}
