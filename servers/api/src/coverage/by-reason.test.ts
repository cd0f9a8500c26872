import type { CoverageSpan } from '@mosaic/store';
import { expect, test } from 'vitest';
import { byReason } from './by-reason.ts';

const MINUTE = 60_000;
type Told = readonly [from: number, to: number, reason?: string | undefined, state?: CoverageSpan['state']];

/** Minutes. */
const stream = (...told: readonly Told[]): readonly CoverageSpan[] =>
  told.map(([from, to, reason, state = 'gap']) => ({
    ...{ source: 'cluster', boot: 'b', signal: 'objects', kind: 'pods', skewMs: 0, state },
    ...{ from: from * MINUTE, to: to * MINUTE },
    ...(reason !== undefined && { reason }),
  }));
const parts = (from: number, to: number, spans: readonly CoverageSpan[]) =>
  byReason({ from: from * MINUTE, to: to * MINUTE }, spans).map(
    (part) => `${part.from / MINUTE}-${part.to / MINUTE} ${part.reason}`,
  );

const watched: Told = [0, 5, undefined, 'watching'];

test.each<readonly [string, readonly CoverageSpan[], readonly string[]]>([
  ['nothing was told', stream(watched), ['5-20 agent silent']],
  ['nothing was ever watched before it', stream([20, 30, undefined, 'watching']), ['5-20 not watching yet']],
  ['one reason', stream(watched, [5, 20, 'forbidden']), ['5-20 forbidden']],
  ['one reason, told again and again', stream([5, 9, 'forbidden'], [9, 20, 'forbidden']), ['5-20 forbidden']],
  [
    'a server that was away while a kind is forbidden',
    stream([5, 9, 'forbidden'], [9, 10, 'no answer'], [10, 20, 'forbidden']),
    ['5-9 forbidden', '9-10 no answer', '10-20 forbidden'],
  ],
  ['the agent dies on it', stream([5, 9, 'forbidden']), ['5-9 forbidden', '9-20 agent silent']],
  ['the agent comes back to it', stream([9, 20, 'forbidden']), ['5-9 agent silent', '9-20 forbidden']],
  ['the agent was stopped', stream([5, 5, undefined, 'stopped']), ['5-20 agent stopped']],
  [
    'the agent was stopped, comes back and dies',
    stream([5, 5, undefined, 'stopped'], [9, 10, 'no answer']),
    ['5-9 agent stopped', '9-10 no answer', '10-20 agent silent'],
  ],
  ['the rhythm of records is no silence', stream([5.2, 19.8, 'forbidden']), ['5-20 forbidden']],
  ['a gap without words', stream([5, 20]), ['5-20 a gap without a reason']],
])('%s', (_, spans, expected) => {
  expect(parts(5, 20, spans)).toEqual(expected);
});
