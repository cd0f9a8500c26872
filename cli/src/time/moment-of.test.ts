import { expect, test } from 'vitest';
import { RefusedInstant, UsageError } from '../exit.ts';
import { readInstant } from './instants.ts';
import { momentOf } from './moment-of.ts';

const here = { now: Date.parse('2026-11-21T09:00:00Z'), zone: 'Europe/Berlin' };
const read = (line: string) => momentOf(line.split(' '), (text) => readInstant(text, here));

test.each([
  ['now-6h get pods -A', '2026-11-21T03:00:00.000Z', ['get', 'pods', '-A']],
  ['yesterday 03:12 get pods', '2026-11-20T02:12:00.000Z', ['get', 'pods']],
  ['yesterday 03:12 UTC describe pod/web-1', '2026-11-20T03:12:00.000Z', ['describe', 'pod/web-1']],
  ['03:12 logs pod/web-1', '2026-11-21T02:12:00.000Z', ['logs', 'pod/web-1']],
  ['2 h ago get pods', '2026-11-21T07:00:00.000Z', ['get', 'pods']],
  ['1 h 30 min ago top pods', '2026-11-21T07:30:00.000Z', ['top', 'pods']],
  ['2 h before', undefined, undefined],
  ['2026-11-20T03:12:00Z top pods', '2026-11-20T03:12:00.000Z', ['top', 'pods']],
])('%s', (line, at, rest) => {
  if (at === undefined) expect(() => read(line)).toThrow(UsageError);
  else expect(read(line)).toEqual({ at: Date.parse(at), rest });
});

test('an instant that could be two is refused, not shortened to one that could not', () => {
  expect(() => read('saturday 09:00 get pods')).toThrow(RefusedInstant);
});

test('no moment at all is told with an example', () => {
  expect(() => momentOf([], () => 0)).toThrow('say the moment');
  expect(() => read('get pods')).toThrow('is not an instant');
});
