import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { kafkaOptionsFrom } from './adapters/kafka-settings.ts';

it('brokers alone mean no TLS and no login', () => {
  expect(kafkaOptionsFrom({ KAFKA_BROKERS: ['a:1', 'b:2'] })).toEqual({ brokers: ['a:1', 'b:2'] });
});

it('a user logs in, and an authority means TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-pem-'));
  const KAFKA_CA = join(folder, 'ca.pem');
  writeFileSync(KAFKA_CA, 'authority');
  const options = kafkaOptionsFrom({ KAFKA_BROKERS: ['a:1'], KAFKA_USER: 'u', KAFKA_PASSWORD: 'p', KAFKA_CA });
  rmSync(folder, { recursive: true });
  expect(options).toEqual({
    brokers: ['a:1'],
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
    ssl: { ca: Buffer.from('authority') },
  });
});

it('a file that is not there is named with its setting', () => {
  expect(() => kafkaOptionsFrom({ KAFKA_BROKERS: ['a:1'], KAFKA_CERT: '/nowhere.pem' })).toThrow(
    'KAFKA_CERT /nowhere.pem cannot be read',
  );
});
