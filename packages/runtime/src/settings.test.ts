import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  choice,
  counts,
  decimal,
  describeSettings,
  environment,
  flag,
  integer,
  list,
  readSettings,
  SettingsError,
  setting,
  text,
} from './settings.ts';
import { dataFolder, sharedSettings } from './shared-settings.ts';

const shape = {
  PORT: setting(integer(1, 65_535), 'where it listens', 9000),
  RATE: setting(decimal(0), 'how fast', 1),
  STORE: setting(choice(['embedded', 'cassandra', 'memory']), 'what keeps', 'embedded'),
  HOSTS: setting(list, 'who', []),
  TLS: setting(flag, 'secretly', false),
  COPIES: setting(counts, 'how often', { dc1: 1 }),
  DB_PASSWORD: setting(integer(0), 'odd, but secret'),
  NAME: setting(text, 'its name'),
};

describe('settings', () => {
  test('what is not set, or blank, is as the shape says', () => {
    expect(readSettings(shape, { PORT: ' ' })).toEqual({
      PORT: 9000,
      RATE: 1,
      STORE: 'embedded',
      HOSTS: [],
      TLS: false,
      COPIES: { dc1: 1 },
    });
  });

  test('every kind is read from its text', () => {
    const read = readSettings(shape, {
      PORT: '80',
      RATE: '0.5',
      STORE: 'memory',
      HOSTS: 'a:1, b:2,,',
      TLS: 'YES',
      COPIES: '{"dc1":3}',
      NAME: 'x',
    });
    expect(read).toEqual({
      PORT: 80,
      RATE: 0.5,
      STORE: 'memory',
      HOSTS: ['a:1', 'b:2'],
      TLS: true,
      COPIES: { dc1: 3 },
      NAME: 'x',
    });
  });

  test('everything wrong is told at once, secrets without their value', () => {
    const wrong = { PORT: 'abc', STORE: 'mysql', TLS: 'maybe', COPIES: '{"dc1":"x"}', RATE: '-1', DB_PASSWORD: 'pw' };
    const told = (() => {
      try {
        return readSettings(shape, wrong);
      } catch (error) {
        return error;
      }
    })();
    expect(told).toBeInstanceOf(SettingsError);
    expect((told as SettingsError).problems).toEqual([
      'PORT=abc: expected an integer 1–65535',
      'RATE=-1: expected a number from 0',
      'STORE=mysql: expected one of embedded, cassandra, memory',
      'TLS=maybe: expected true or false',
      'COPIES={"dc1":"x"}: expected a JSON object of numbers such as {"dc1":3}',
      'DB_PASSWORD=…: expected an integer from 0',
    ]);
  });

  test.each(['0', '65536', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '9999999999999999999'])(
    'port %s is refused',
    (PORT) => {
      expect(() => readSettings(shape, { PORT })).toThrow(SettingsError);
    },
  );

  test('an adapter without its address says what to set', () => {
    expect(() => readSettings(sharedSettings, { STORE: 'cassandra', TRANSPORT: 'kafka' })).toThrow(
      /CASSANDRA_HOSTS is empty; set it or use STORE=embedded\nKAFKA_BROKERS is empty/,
    );
  });

  test('the shared settings of an empty environment are those of the design', () => {
    const { HOST, PORT, STORE, TRANSPORT, MOSAIC_CLUSTERS, PLAYGROUND_HISTORY_H } = readSettings(sharedSettings, {});
    expect({ HOST, PORT, STORE, TRANSPORT, MOSAIC_CLUSTERS, PLAYGROUND_HISTORY_H }).toEqual({
      HOST: '127.0.0.1',
      PORT: 9000,
      STORE: 'embedded',
      TRANSPORT: 'in-process',
      MOSAIC_CLUSTERS: undefined,
      PLAYGROUND_HISTORY_H: 24,
    });
  });

  test('.env fills in what the environment leaves open', () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'));
    writeFileSync(join(folder, '.env'), 'PATH=nowhere\nMOSAIC_TEST_ONLY="from the file" # why\n');
    const env = environment(folder);
    expect(env.MOSAIC_TEST_ONLY).toBe('from the file');
    expect(env.PATH).toBe(process.env.PATH);
    expect(environment(join(folder, 'none'))).toBe(process.env);
  });

  test('--help lists each with its reason, what is expected and what holds unless set', () => {
    expect(describeSettings({ PORT: shape.PORT, NAME: shape.NAME, HOSTS: shape.HOSTS })).toBe(
      [
        '  PORT   where it listens',
        '         an integer 1–65535 (9000)',
        '  NAME   its name',
        '         text',
        '  HOSTS  who',
        '         a comma list (none)',
      ].join('\n'),
    );
  });

  test('the data folder follows XDG_DATA_HOME when that is absolute', () => {
    expect(dataFolder({ XDG_DATA_HOME: '/var/x' }, '/home/me')).toBe('/var/x/mosaic');
    expect(dataFolder({ XDG_DATA_HOME: 'relative' }, '/home/me')).toBe('/home/me/.local/share/mosaic');
    expect(dataFolder({}, '/home/me')).toBe('/home/me/.local/share/mosaic');
  });
});
