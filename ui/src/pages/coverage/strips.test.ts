import { describe, expect, it } from 'vitest';
import { stripsOf } from './strips.ts';

const iso = (at: number): string => new Date(at).toISOString();
const item = (signal: 'logs' | 'objects', ...covered: (readonly [number, number])[]) => ({
  ...{ cluster: 1, clusterName: 'eu-1', source: 'agent', signal, gaps: [] },
  covered: covered.map(([from, to]) => ({ from: iso(from), to: iso(to) })),
});
const window = { from: 0, to: 16_000 };
const strips = (...items: ReturnType<typeof item>[]) =>
  stripsOf({ items, coverage: { complete: true, gaps: [] } }, 1, window);

describe('coverage as a strip', () => {
  it('what was watched all the time is one stretch', () =>
    expect(strips(item('logs', [0, 16_000])).get('logs')).toEqual({
      signal: 'logs',
      share: 1,
      stretches: [{ from: 0, to: 16_000, watched: 'whole' }],
    }));

  it('a gap is a stretch of its own', () => {
    const strip = strips(item('logs', [0, 8000], [12_000, 20_000])).get('logs');
    expect(strip?.stretches.map(({ from, to, watched }) => `${from}-${to} ${watched}`)).toEqual([
      '0-8000 whole',
      '8000-12000 none',
      '12000-16000 whole',
    ]);
    expect(strip?.share).toBe(0.75);
  });

  it('where only some kinds were watched it says so', () =>
    expect(
      strips(item('objects', [0, 16_000]), item('objects', [0, 8000]))
        .get('objects')
        ?.stretches.map(({ watched }) => watched),
    ).toEqual(['whole', 'part']));

  it('of another cluster nothing is told', () =>
    expect(stripsOf({ items: [item('logs', [0, 1])], coverage: { complete: true, gaps: [] } }, 2, window).size).toBe(
      0,
    ));
});
