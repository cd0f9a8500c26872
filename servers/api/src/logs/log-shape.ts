// How logs are asked for: the same filters for the list, the tail, the patterns and the context.

import { LOG_LEVELS, type LogLevel } from '@mosaic/wire';
import { instantOr, oneOf, type Param, type Read, shared, truth, words } from '../asking/query.ts';
import { linearMatcher, MOST_PATTERN_CHARS } from './matcher.ts';

const HOUR_MS = 3_600_000;

const levels: Param<readonly LogLevel[] | undefined> = {
  ...words('Only these levels, comma-separated'),
  expected: `some of ${LOG_LEVELS.join(', ')}, comma-separated`,
  read(text) {
    const named = text.toLowerCase().split(',');
    const found = LOG_LEVELS.filter((level) => named.includes(level));
    return found.length === new Set(named).size ? found : undefined;
  },
  or: undefined,
};

const regex: Param<((text: string) => boolean) | undefined> = {
  ...words('Regular expression of RE2 (linear time), case-sensitive unless it begins with (?i)'),
  expected: `a regular expression of RE2 syntax, at most ${MOST_PATTERN_CHARS} characters`,
  read: linearMatcher,
  or: undefined,
};

const pattern: Param<number | undefined> = {
  ...words('Only lines of this pattern, as /logs/patterns names it'),
  expected: '13 hexadecimal digits',
  read: (text) => (/^[0-9a-f]{1,13}$/i.test(text) ? Number.parseInt(text, 16) : undefined),
  or: undefined,
};

export const patternName = (id: number): string => id.toString(16).padStart(13, '0');

const channel: Param<'stdout' | 'stderr' | undefined> = {
  ...words('stdout or stderr'),
  expected: 'stdout or stderr',
  read: (text) => (text === 'stdout' || text === 'stderr' ? text : undefined),
  or: undefined,
};

/** Whose lines, and which. */
export const filterShape = {
  cluster: shared.cluster,
  namespace: shared.namespace,
  workload: words('`Deployment/checkout`, or `checkout`: all its pods, merged'),
  pod: words('Name of a pod'),
  container: words('Name of a container'),
  stream: channel,
  level: levels,
  q: words('Part of the line, in any case'),
  regex,
  pattern,
  previous: truth('Of the container before its last restart'),
};

export const spanShape = {
  from: instantOr('Beginning of the span; default an hour before its end', () => Number.NaN),
  to: instantOr('End of the span', (now) => now),
  at: instantOr('Instead of a span: what had been said by then, in the hour before', () => Number.NaN),
};

export const listShape = {
  ...filterShape,
  ...spanShape,
  order: oneOf(['asc', 'desc'], 'By time, oldest or newest first', 'asc'),
  limit: shared.limit,
  cursor: shared.cursor,
};

export type LogFilter = Read<typeof filterShape>;

/** Both ends; what was not given follows from what was. */
export function spanOf({ from, to, at }: Read<typeof spanShape>): { readonly from: number; readonly to: number } {
  const end = Number.isNaN(at) ? to : at;
  return { from: Number.isNaN(from) ? end - HOUR_MS : from, to: end };
}
