import type { LogLineAnswer } from '@mosaic/wire';
import { beforeEach, describe, expect, it } from 'vitest';
import { LogLines } from './log-lines.ts';

const line = (second: number, id = `s${second}`, text = 'x'): LogLineAnswer => ({
  id,
  at: `2026-11-20T03:12:${String(second).padStart(2, '0')}.000000000Z`,
  cluster: 1,
  clusterName: 'eu-1',
  namespace: 'shop',
  pod: 'p',
  podUid: 'u',
  container: 'c',
  restart: 0,
  node: '',
  stream: 'stdout',
  level: 'info',
  line: text,
});
let lines: LogLines;
beforeEach(() => {
  lines = new LogLines();
});
const ids = () => [...lines].map(({ id }) => id);

it('a line that comes late stands where its instant is', () => {
  lines.merge([line(1), line(3)]);
  lines.merge([line(2)]);
  expect(ids()).toEqual(['s1', 's2', 's3']);
});

it('the same line by the live road and from the store is there once', () => {
  lines.merge([line(1)]);
  expect(lines.merge([line(1, '1.live-a-1')])).toBe(false);
  expect(lines.merge([line(1, '1.live-a-2', 'other')])).toBe(true);
  expect(ids()).toEqual(['s1', '1.live-a-2']);
});

it('a line keeps its number when older ones come in front', () => {
  lines.merge([line(5), line(6)]);
  const number = lines.first + 1;
  lines.prepend([line(3), line(4)]);
  expect(lines.at(number - lines.first)?.id).toBe('s6');
});

describe('many pages', () => {
  const numbered = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({ ...line(0, `n${from + i}`), at: instant(from + i) }));
  const instant = (n: number) => `2026-11-20T03:12:00.${String(n).padStart(9, '0')}Z`;
  const MANY = 30_000;

  beforeEach(() => {
    for (let to = MANY; to > 0; to -= 500) lines.prepend(numbered(to - 500, to));
  });

  it('every line is read where it stands, wherever was read before', () => {
    expect([lines.count, lines.first]).toEqual([MANY, -MANY]);
    for (const place of [0, 29_999, 499, 500, 15_250, 1]) expect(lines.at(place)?.id).toBe(`n${place}`);
    expect(lines.at(-1)?.id).toBe('n29999');
    expect([lines.at(MANY), lines.at(-MANY - 1)]).toEqual([undefined, undefined]);
    expect(lines.slice(1_490, 2_510)).toEqual(numbered(1_490, 2_510));
    expect(lines.slice(29_990)).toEqual(numbered(29_990, MANY));
    expect(lines.slice(10, 10)).toEqual([]);
    expect([...lines]).toEqual(numbered(0, MANY));
  });

  it('a line that comes very late moves those after it on', () => {
    const late = { ...line(0, 'late', 'late'), at: instant(29_000) };
    expect(lines.merge([late])).toBe(true);
    for (let i = 0; i < 60; i++) lines.at(i * 500);
    expect([lines.at(29_000)?.id, lines.at(29_001)?.id, lines.at(29_002)?.id]).toEqual(['n29000', 'late', 'n29001']);
    expect([lines.at(-1)?.id, lines.count]).toEqual(['n29999', MANY + 1]);
  });

  it('live lines are appended for ever, the oldest are let go', () => {
    const few = new LogLines(5_000);
    for (let from = 0; from < MANY; from += 300) few.merge(numbered(from, from + 300));
    expect(few.count).toBeGreaterThanOrEqual(5_000);
    expect(few.count).toBeLessThanOrEqual(5_500);
    expect([few.at(-1)?.id, few.first + few.count]).toEqual(['n29999', MANY]);
    expect(few.at(0)?.id).toBe(`n${few.first}`);
  });
});
