import { join } from 'node:path';
import { SettingsError } from '@mosaic/runtime';
import { describe, expect, test } from 'vitest';
import { storeOf } from './asked.ts';
import { amounts, progressOn, sizeText } from './progress.ts';

describe('which store is meant', () => {
  test('flags over the environment', () => {
    expect(storeOf({}, { MOSAIC_DATA: '/data/a' })).toEqual({ kind: 'embedded', folder: join('/data/a', 'store') });
    expect(storeOf({ data: '/data/b' }, { MOSAIC_DATA: '/data/a' })).toMatchObject({
      folder: join('/data/b', 'store'),
    });
  });

  test('Cassandra by the settings that servers have', () => {
    const env = { CASSANDRA_HOSTS: 'db-0:9142,db-1', CASSANDRA_REPLICATION: '{"eu":3}', CASSANDRA_DATACENTER: 'eu' };
    expect(storeOf({ store: 'cassandra', keyspace: 'other' }, env)).toMatchObject({
      ...{
        kind: 'cassandra',
        hosts: ['db-0:9142', 'db-1'],
        datacenter: 'eu',
        keyspace: 'other',
        replication: { eu: 3 },
      },
    });
  });

  test('what is missing is said with what to do', () => {
    expect(() => storeOf({ store: 'cassandra' }, {})).toThrow(SettingsError);
    expect(() => storeOf({ store: 'cassandra' }, {})).toThrow('CASSANDRA_HOSTS is empty');
    expect(() => storeOf({ store: 'memory' }, {})).toThrow('STORE=memory');
  });
});

describe('progress', () => {
  const written = (isTTY: boolean): string => {
    let text = '';
    const { told, end } = progressOn({ isTTY, columns: 40, write: (more: string) => (text += more) });
    for (let done = 0; done <= 100; done++) told({ doing: 'copied always.db', done, of: 100, unit: 'files' });
    end();
    return text;
  };

  test('is a line per tenth in a log', () => {
    const lines = written(false).trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('100 of 100 files  copied always.db');
  });

  test('is one line on a terminal, which goes away', () => {
    expect(written(true)).not.toContain('\n');
    expect(written(true).endsWith('\r\u001b[K')).toBe(true);
  });

  test('sizes are read by people', () => {
    expect([0, 1023, 1024, 1536, 150 * 1024 ** 2, 3 * 1024 ** 4].map(sizeText)).toEqual([
      ...['0 B', '1023 B', '1.0 KiB', '1.5 KiB', '150 MiB', '3.0 TiB'],
    ]);
    const outcome = { store: 'cassandra', files: 2, bytes: 2048, rows: 9, notes: [] } as const;
    expect(amounts(outcome)).toBe('9 rows in 2 files, 2.0 KiB');
  });
});
