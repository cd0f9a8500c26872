import { describe, expect, it } from 'vitest';
import { DEFAULT_RETENTION } from './keeping.ts';
import { leaving } from './leaving.ts';
import type { Usage } from './port.ts';
import { prediction } from './prediction.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 12);
const GB = 1e9;
const usage = (family: Usage['family'], day: string, bytes: number): Usage => ({ family, day, bytes, clusters: {} });
const logs = [
  usage('logs', '2026-11-20', GB),
  usage('logs', '2026-11-19', 2 * GB),
  usage('logs', '2026-11-21', GB / 10),
];

describe('how long the budget keeps', () => {
  it('without a bound of bytes age comes first', () => {
    expect(prediction(logs, DEFAULT_RETENTION, undefined, NOW).logs).toEqual({
      ...{ bytesPerDay: 1.5 * GB, days: 7, bytes: 10.5 * GB, bound: 'age' },
    });
  });

  it('a bound of the signal', () => {
    const retention = { ...DEFAULT_RETENTION, familyBytes: { logs: 3 * GB } };
    expect(prediction(logs, retention, undefined, NOW).logs).toMatchObject({ days: 2, bound: 'bytes' });
  });

  it('a budget in all is shared by what each signal wants', () => {
    const all = [...logs, usage('metrics', '2026-11-20', GB)];
    const told = prediction(all, { ...DEFAULT_RETENTION, bytes: 12.25 * GB }, undefined, NOW);
    expect(told.logs).toMatchObject({ days: 3.5, bound: 'bytes' });
    expect(told.metrics).toMatchObject({ days: 7, bound: 'bytes' });
  });

  it('the disk ends sooner than the budget', () => {
    expect(prediction(logs, DEFAULT_RETENTION, GB, NOW).logs.bound).toBe('disk');
  });

  it('a first day is scaled up to a whole one', () => {
    expect(prediction([usage('logs', '2026-11-21', GB)], DEFAULT_RETENTION, undefined, NOW).logs.bytesPerDay).toBe(
      2 * GB,
    );
  });
});

describe('which files go', () => {
  const file = (family: Usage['family'], daysAgo: number, bytes: number) => ({
    family,
    day: Math.floor(NOW / DAY) - daysAgo,
    bytes,
  });
  const names = (files: ReturnType<typeof leaving>) =>
    files.map(({ family, day }) => `${family} −${Math.floor(NOW / DAY) - day}`);

  it('by age, each signal its own', () => {
    const files = [file('logs', 8, 1), file('logs', 6, 1), file('objects', 8, 1), file('objects', 15, 1)];
    expect(names(leaving(files, DEFAULT_RETENTION, NOW))).toEqual(['logs −8', 'objects −15']);
  });

  it('by bytes in all logs go first, objects last, today never', () => {
    const files = [
      file('objects', 3, 10),
      file('logs', 2, 10),
      file('logs', 1, 10),
      file('metrics', 5, 10),
      file('logs', 0, 10),
    ];
    expect(names(leaving(files, { ...DEFAULT_RETENTION, bytes: 25 }, NOW))).toEqual([
      'logs −2',
      'logs −1',
      'metrics −5',
    ]);
    expect(names(leaving(files, { ...DEFAULT_RETENTION, bytes: 1 }, NOW))).not.toContain('logs −0');
  });

  it('by bytes of one signal', () => {
    const files = [file('logs', 2, 10), file('logs', 1, 10), file('objects', 1, 10)];
    expect(names(leaving(files, { ...DEFAULT_RETENTION, familyBytes: { logs: 10 } }, NOW))).toEqual(['logs −2']);
  });
});
