import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_RETENTION } from '../../keeping.ts';
import type { Retention, Usage } from '../../port.ts';
import { retentionCell } from '../../retention-cell.ts';
import { familiesIn, schemaFolder } from './migrations.ts';
import { retaining, windowHours } from './retaining.ts';
import { bytesOfCells } from './usage.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const full: readonly Usage[] = ['2026-11-19', '2026-11-20'].map((day) => ({
  ...{ family: 'logs', day, bytes: 1_000, clusters: { 1: 1_000 } },
}));

/** Two processes over the same marks. */
function processes(usage: readonly Usage[] = []) {
  const marks = new Map<string, string>();
  const fitted: Retention[] = [];
  const one = () =>
    retaining({
      cell: retentionCell(DEFAULT_RETENTION, () => ({
        get: async (name) => marks.get(name),
        set: async (name, value) => void marks.set(name, value),
      })),
      usage: async () => usage,
      fit: async (retention) => void fitted.push(retention),
      now: () => NOW,
    });
  return { api: one(), receiver: one(), fitted };
}

const logsFor = (days: number): Retention => ({
  ...DEFAULT_RETENTION,
  days: { ...DEFAULT_RETENTION.days, logs: days },
});

describe('retention that one process was told', () => {
  test('is in force in the others within seconds', async () => {
    vi.useFakeTimers();
    try {
      const { api, receiver } = processes();
      await receiver.start();
      await api.retain(logsFor(2));
      await vi.advanceTimersByTimeAsync(5_000);
      expect(receiver.forNewRows().days.logs).toBe(2);
      expect(receiver.now().days.logs).toBe(2);
      receiver.stop();
    } finally {
      vi.useRealTimers();
    }
  });

  test('is not undone by a look that began before', async () => {
    const reading = Promise.withResolvers<string | undefined>();
    const cell = retentionCell(DEFAULT_RETENTION, () => ({ get: () => reading.promise, set: async () => {} }));
    const looking = cell.recall();
    await cell.retain(logsFor(3));
    reading.resolve(JSON.stringify(logsFor(30)));
    await looking;
    expect(cell.now().days.logs).toBe(3);
  });

  test('makes compaction windows follow its days, and only them', async () => {
    const { api, fitted } = processes();
    await api.retain(logsFor(90));
    await api.retain({ ...logsFor(90), bytes: 1 });
    expect(fitted).toEqual([logsFor(90)]);
  });
});

describe('bytes', () => {
  test('are met by a shorter life of new rows, as many days as they keep at the pace of late', async () => {
    const { api } = processes(full);
    await api.retain({ ...DEFAULT_RETENTION, familyBytes: { logs: 3_500 } });
    expect(api.forNewRows().days.logs).toBe(3.5);
    expect(api.forNewRows().days.objects).toBe(14);
    expect(api.now().days.logs).toBe(7);
    await api.retain(DEFAULT_RETENTION);
    expect(api.forNewRows().days.logs).toBe(7);
  });

  test('in all are shared by what is written', async () => {
    const { api } = processes(full);
    await api.retain({ ...DEFAULT_RETENTION, bytes: 1_750 });
    expect(api.forNewRows().days.logs).toBe(1.75);
  });

  test('of a row are those of its cells', () => {
    expect(bytesOfCells([1, 'é', new Uint8Array(5), undefined, null, true, ['ab', 'c'], { 3: 'abc' }])).toBe(
      8 + 2 + 5 + 8 + 3 + 3,
    );
  });
});

test('each table whose rows end names a family that is kept', () => {
  const families = familiesIn(schemaFolder());
  expect(families.get('log_chunk')).toBe('logs');
  expect(families.get('rolled_idx')).toBe('rolled');
  expect(families.has('audit')).toBe(false);
  for (const [table, family] of families) expect([table, family in DEFAULT_RETENTION.days]).toEqual([table, true]);
});

test('a retention has about 28 compaction windows', () => {
  for (const days of [1, 7, 14, 90, 3_650]) expect(Math.abs((days * 24) / windowHours(days) - 28)).toBeLessThan(5);
});
