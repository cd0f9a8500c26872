import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cassandraConnection, kafkaConnection } from './connections.ts';
import { readSettings } from './settings.ts';
import { cassandraSettings, kafkaSettings } from './shared-settings.ts';

const kafka = (env: Record<string, string>) => kafkaConnection(readSettings(kafkaSettings, env));
const cassandra = (env: Record<string, string>) => cassandraConnection(readSettings(cassandraSettings, env));
const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
const pem = join(folder, 'a.pem');
writeFileSync(pem, 'PEM');

test('plain brokers need nothing but their addresses', () => {
  expect(kafka({ KAFKA_BROKERS: 'a:9092,b:9092' })).toEqual({ brokers: ['a:9092', 'b:9092'] });
});

test('a user and certificates are handed on as the clients want them', () => {
  const env = { KAFKA_BROKERS: 'a:1', KAFKA_USER: 'u', KAFKA_PASSWORD: 'p', KAFKA_CA: pem };
  expect(kafka(env)).toEqual({
    brokers: ['a:1'],
    ssl: { ca: ['PEM'] },
    sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
  });
  expect(kafka({ KAFKA_BROKERS: 'a:1', KAFKA_TLS: 'true' }).ssl).toBe(true);
});

test('a keyspace has one copy in its own data centre unless told', () => {
  expect(cassandra({ CASSANDRA_HOSTS: 'c', CASSANDRA_DATACENTER: 'west' })).toEqual({
    hosts: ['c'],
    port: 9042,
    datacenter: 'west',
    keyspace: 'mosaic',
    replication: { west: 1 },
  });
  expect(cassandra({ CASSANDRA_HOSTS: 'c', CASSANDRA_REPLICATION: '{"west":3}' }).replication).toEqual({ west: 3 });
});

test('certificates that cannot be read, or half of a pair, are told by the name of the setting', () => {
  expect(() => kafka({ KAFKA_CA: join(folder, 'none.pem') })).toThrow(/KAFKA_CA=.*none\.pem: expected a file/);
  expect(() => cassandra({ CASSANDRA_CERT: pem })).toThrow('CASSANDRA_CERT and CASSANDRA_KEY go together');
});
