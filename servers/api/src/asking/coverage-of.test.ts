import type { CoverageSpan } from '@mosaic/store';
import { describe, expect, it } from 'vitest';
import { gapsOf } from './coverage-of.ts';

const M = 60_000;
const NOW = 1_000 * M;
const span = (from: number, to: number, part: Partial<CoverageSpan> = {}): CoverageSpan => ({
  source: 'agent',
  boot: 'b',
  signal: 'objects',
  kind: '',
  state: 'watching',
  skewMs: 0,
  from: from * M,
  to: to * M,
  ...part,
});
const gaps = (from: number, to: number, spans: readonly CoverageSpan[], since: number | undefined = 0) =>
  gapsOf(
    {
      cluster: 1,
      signal: 'objects',
      span: { from: from * M, to: to * M },
      since: since === undefined ? undefined : since * M,
      now: NOW,
    },
    spans,
  ).map(({ from: begin, to: end, reason, kind }) => [begin / M, end / M, reason, ...(kind ? [kind] : [])]);

describe('what no record covers is a gap', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['a span that is covered has none', gaps(10, 20, [span(0, 30)]), []],
    ['the rhythm of records is none', gaps(10, 20, [span(0, 15), span(15.4, 30)]), []],
    ['a silent agent', gaps(10, 20, [span(0, 12), span(15, 30)]), [[12, 15, 'agent silent']]],
    [
      'an agent that said goodbye',
      gaps(10, 20, [span(0, 12), span(12, 12, { state: 'stopped' }), span(15, 30)]),
      [[12, 15, 'agent stopped']],
    ],
    [
      'a stated reason is kept',
      gaps(10, 20, [span(0, 12), span(12, 15, { state: 'gap', reason: 'overflow' }), span(15, 30)]),
      [[12, 15, 'overflow']],
    ],
    ['before the first sight', gaps(10, 20, [span(15, 30)], 15), [[10, 15, 'not watching yet']]],
    [
      'never watched',
      gapsOf({ cluster: 1, signal: 'objects', span: { from: 0, to: 10 * M }, since: undefined, now: NOW }, []).map(
        ({ reason }) => reason,
      ),
      ['not watching yet'],
    ],
    ['now tolerates the reporting rhythm', gaps(1000, 1000, [span(0, 999.6)]), []],
    [
      'an instant in a hole is told with both its ends',
      gaps(13, 13, [span(0, 12), span(15, 30)]),
      [[12, 15, 'agent silent']],
    ],
    ['the future is no gap', gaps(990, 1100, [span(0, 1000)]), []],
    [
      'a forbidden kind',
      gaps(10, 20, [span(0, 30), span(0, 30, { kind: 'v1/Secret', state: 'gap', reason: 'forbidden: missing list' })]),
      [[10, 20, 'forbidden: missing list', 'v1/Secret']],
    ],
    ['another source covers', gaps(10, 20, [span(0, 12), span(11, 30, { source: 'other' })]), []],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});
