import { describe, expect, it } from 'vitest';
import { daysOf, dialOf, draftOf, keptOf, patchOf, shortened } from './budget.ts';

const GiB = 2 ** 30;
const pace = (signal: string, bytesPerDay: number, cluster = 1) => ({
  cluster,
  clusterName: 'eu-1',
  signal,
  bytesPerDay,
});
const told = {
  perDay: [pace('logs', GiB), pace('logs', GiB, 2), pace('metrics', GiB)],
  retention: { logs: { days: 7 }, metrics: { days: 14, bytes: 7 * GiB } },
  usedBytes: 10 * GiB,
  freeBytes: 90 * GiB,
  budgetBytes: undefined,
};
const draft = draftOf(told);

describe('what a retention keeps', () => {
  it('without a tight budget, its days; a signal’s own bound comes first', () => {
    expect(keptOf(told, draft)).toEqual({
      logs: { days: 7, bytes: 14 * GiB, bound: 'age' },
      metrics: { days: 7, bytes: 7 * GiB, bound: 'bytes' },
    });
  });
  it('a budget is shared by what each wants to keep', () => {
    expect(keptOf(told, { ...draft, budgetBytes: 14 * GiB }).logs).toEqual({
      days: 3.5,
      bytes: 7 * GiB,
      bound: 'bytes',
    });
  });
  it('the disk is a budget nobody set', () => {
    expect(keptOf({ ...told, freeBytes: 4 * GiB }, draft).logs).toMatchObject({ days: 3.5, bound: 'disk' });
  });
});

describe('what is set', () => {
  it('nothing changed is nothing to set', () => expect(patchOf(told, draft)).toBeUndefined());
  it('only what changed; no budget is said as null', () => {
    const changed = { days: { ...draft.days, logs: 3 }, budgetBytes: undefined };
    expect(patchOf({ ...told, budgetBytes: GiB }, changed)).toEqual({ logs: { days: 3 }, total: { bytes: null } });
  });
  it('what would be kept shorter is known before it is deleted', () => {
    expect(shortened(told, { ...draft, days: { ...draft.days, logs: 3 } })).toEqual(['logs']);
    expect(shortened(told, { ...draft, days: { ...draft.days, logs: 30 } })).toEqual([]);
  });
});

it.each([1, 7, 14, 30, 90, 365])('the dial at %d days stands for about them', (days) => {
  expect(Math.abs(daysOf(dialOf(days)) - days) / days).toBeLessThan(0.08);
});
