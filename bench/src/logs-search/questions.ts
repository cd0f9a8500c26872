// What people ask of a day of logs; each asked many times, about other moments and words.

import type { LogQuery } from '@mosaic/store';
import { HOUR_MS } from '@mosaic/wire';
import { linearMatcher } from '../../../servers/api/src/logs/matcher.ts';
import type { Day } from './written-day.ts';

export interface Question {
  readonly name: string;
  readonly times: number;
  query(day: Day, random: () => number): LogQuery;
}

const OFTEN = 100;
const RARELY = 10;

/** All that was said before a moment of the day, newest first, as the page asks. */
const before = ({ from, to }: Day, random: () => number): LogQuery => ({
  from,
  to: Math.floor(from + HOUR_MS + random() * (to - from - HOUR_MS)),
  order: 'desc',
});
const anHour = ({ from }: Day, random: () => number): LogQuery => {
  const begin = from + Math.floor(random() * 23) * HOUR_MS;
  return { from: begin, to: begin + HOUR_MS, order: 'desc' };
};
const pick = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T; // never empty
const streamsOf = ({ streams }: Day, random: () => number): readonly number[] => pick([...streams.values()], random);
/** Access logs have no errors. */
const sayingErrors = ({ streams }: Day, random: () => number): readonly number[] =>
  pick(
    [...streams].filter(([name]) => /^(cart|orders|payments|mailer)/.test(name)),
    random,
  )[1];
const matching = (expression: string): Pick<LogQuery, 'matches'> => {
  const matches = linearMatcher(expression);
  if (matches === undefined) throw new Error(`${expression} is no expression`);
  return { matches };
};

export const QUESTIONS: readonly Question[] = [
  {
    name: 'substring, frequent',
    times: OFTEN,
    query: (day, random) => ({ ...before(day, random), q: 'card declined' }),
  },
  {
    name: 'substring, whole words in one line of the day',
    times: OFTEN,
    query: (day, random) => ({ ...wholeDay(day), q: `quota ${pick(day.needles, random)} exceeded` }),
  },
  {
    name: 'substring, part of a word in one line of the day',
    times: RARELY,
    query: (day, random) => ({ ...wholeDay(day), q: pick(day.needles, random).slice(1, -1) }),
  },
  {
    name: 'regex, frequent',
    times: OFTEN,
    query: (day, random) => ({ ...before(day, random), ...matching('ord-[0-9a-f]{8} not stored: .* retry in 1\\ds') }),
  },
  {
    name: 'regex, rare, an hour',
    times: RARELY,
    query: (day, random) => ({ ...anHour(day, random), ...matching('quota zq\\w+x exceeded') }),
  },
  {
    name: 'regex, rare, with a substring, whole day',
    times: RARELY,
    query: (day) => ({ ...wholeDay(day), q: 'gateway quota', ...matching('quota zq\\w+x exceeded') }),
  },
  { name: 'level error', times: OFTEN, query: (day, random) => ({ ...before(day, random), levels: ['error'] }) },
  { name: 'level fatal', times: OFTEN, query: (day, random) => ({ ...before(day, random), levels: ['fatal'] }) },
  {
    name: 'workload',
    times: OFTEN,
    query: (day, random) => ({ ...before(day, random), streams: streamsOf(day, random) }),
  },
  {
    name: 'workload, errors with a substring',
    times: RARELY,
    query: (day, random) => ({
      ...before(day, random),
      streams: sayingErrors(day, random),
      levels: ['error'],
      q: 'stale',
    }),
  },
];

const wholeDay = ({ from, to }: Day): LogQuery => ({ from, to, order: 'desc' });
