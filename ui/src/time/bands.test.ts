import type { TimelineAnswer } from '@mosaic/wire';
import { describe, expect, it } from 'vitest';
import { bands, barWidthMs, coveredShare, eventBars, gapSpans, markGroups, stepTo } from './bands.ts';

const T0 = Date.parse('2026-11-20T00:00:00.000Z');
const iso = (ms: number) => new Date(T0 + ms).toISOString();
const mark = (ms: number, severity = 2) => ({ at: iso(ms), type: 'deploy' as const, title: `m${ms}`, severity });

const timeline: TimelineAnswer = {
  from: iso(0),
  to: iso(6000),
  stepMs: 1000,
  health: ['none', 'well', 'well', 'broken', 'broken', 'well'],
  events: [1, 2, 3, 4, 5, 6].map((normal) => ({ normal, warning: 1 })),
  changes: [0, 0, 0, 1, 0, 0],
  marks: [],
  incidents: [],
  coverage: {
    complete: false,
    gaps: [
      { cluster: 1, signal: 'objects', from: iso(0), to: iso(1000), reason: 'not watching yet' },
      { cluster: 2, signal: 'objects', from: iso(0), to: iso(1000), reason: 'not watching yet' },
      { cluster: 2, signal: 'events', from: iso(0), to: iso(1000), reason: 'not watching yet' },
    ],
  },
};

describe('the bar’s bands', () => {
  it('neighbours of one health are one stretch', () => {
    expect(bands(timeline).map((b) => [b.health, (b.to - b.from) / 1000])).toEqual([
      ['none', 1],
      ['well', 2],
      ['broken', 2],
      ['well', 1],
    ]);
  });

  it('events are put together, and none is lost', () => {
    const bars = eventBars(timeline, 3);
    expect(bars).toHaveLength(3);
    expect(bars.reduce((sum, b) => sum + b.normal + b.warning, 0)).toBe(27);
    expect(barWidthMs(timeline, 3)).toBe(2000);
  });

  it('gaps of several sources over one stretch are one hatching with each reason once', () => {
    expect(gapSpans(timeline, (id) => `c${id}`).map((g) => g.reason)).toEqual([
      'c1: not watching yet; c2: not watching yet',
    ]);
  });

  it('says how much was watched, over all clusters alike and overlapping gaps once', () => {
    expect(coveredShare(timeline, 2, T0 + 6000)).toBeCloseTo(5 / 6);
    expect(coveredShare(timeline, 4, T0 + 6000)).toBeCloseTo(11 / 12);
  });
});

describe('from one change to the next', () => {
  const marks = [mark(1000), mark(5000), mark(9000)];
  it.each([
    ['next', 0, 1000],
    ['next', 1000, 5000],
    ['previous', 5000, 1000],
    ['previous', 5100, 1000],
    ['next', 9000, undefined],
    ['previous', 1000, undefined],
  ] as const)('%s from %d', (way, from, to) => {
    expect(stepTo(marks, T0 + from, way)?.at).toBe(to === undefined ? undefined : iso(to));
  });

  it('changes too near to tell apart share a diamond that is as severe as the worst', () => {
    const groups = markGroups([mark(1000), mark(1200, 3), mark(9000)], 1000);
    expect(groups.map((g) => [g.marks.length, g.severity])).toEqual([
      [2, 3],
      [1, 2],
    ]);
  });
});
