import { describe, expect, it } from 'vitest';
import { alignedGauge, alignedRate, gridOf, summed } from './aligned.ts';

const S = 1_000;
const grid = gridOf(0, 60 * S, 15 * S);

describe('samples on one grid', () => {
  it('the grid holds whole steps only', () => {
    expect(grid).toEqual([0, 15 * S, 30 * S, 45 * S, 60 * S]);
    expect(gridOf(1, 14_999, 15 * S)).toEqual([]);
  });

  it('a gauge is its last value, and nothing after it ended', () => {
    const series = { at: [10 * S, 25 * S, 40 * S], values: [1, 2, Number.NaN] };
    expect(alignedGauge(series, grid, 15 * S)).toEqual([null, 1, 2, null, null]);
  });

  it('a gauge does not reach further than five minutes', () => {
    const late = gridOf(0, 600 * S, 60 * S);
    const reached = alignedGauge({ at: [0], values: [7] }, late, 60 * S);
    expect(reached.slice(0, 6)).toEqual([7, 7, 7, 7, 7, 7]);
    expect(reached.slice(6)).toEqual([null, null, null, null, null]);
  });

  it('a counter is its growth per second', () => {
    const series = { at: [0, 15 * S, 30 * S, 45 * S, 60 * S], values: [100, 115, 130, 130, 160] };
    expect(alignedRate(series, grid, 15 * S)).toEqual([null, 1, 1, 0, 2]);
  });

  it('a counter that fell began again at zero', () => {
    const series = { at: [0, 15 * S, 30 * S], values: [1000, 1030, 15] };
    expect(alignedRate(series, grid.slice(0, 3), 15 * S)).toEqual([null, 2, 1]);
  });

  it('a sum needs one that is known', () => {
    expect(
      summed([
        [1, null, null],
        [2, 3, null],
      ]),
    ).toEqual([3, 3, null]);
  });
});
