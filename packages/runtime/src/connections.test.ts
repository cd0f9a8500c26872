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

test('an expired certificate is told at the start, with the command that makes a new one', () => {
  const expired = join(folder, 'expired.pem');
  writeFileSync(expired, EXPIRED);
  const of = () => kafka({ KAFKA_BROKERS: 'a:1', KAFKA_CERT: expired, KAFKA_KEY: pem });
  expect(of).toThrow(
    /KAFKA_CERT=.*expired\.pem: the certificate of CN=mosaic-receiver expired on 2020-01-02; .*mosaic rotate due/,
  );
});

/** Of a day in 2020; its key is nowhere. */
const EXPIRED = `-----BEGIN CERTIFICATE-----
MIIBwDCCAWagAwIBAgIQe9fb3pjyghkYZxQFnXYpojAKBggqhkjOPQQDAjAVMRMw
EQYDVQQDEwp4IGY4MWVhZjcyMB4XDTE5MTIzMTIzNTUwMFoXDTIwMDEwMjAwMDAw
MFowGjEYMBYGA1UEAxMPbW9zYWljLXJlY2VpdmVyMFkwEwYHKoZIzj0CAQYIKoZI
zj0DAQcDQgAE3s4N64WACnZEj46rNhyX0AGOgZVF3TCsrh9osBdpHJ5thI0ozFAG
1n63nWNQ9RBKrYgBIpTkcBFtX45RWhTZAKOBkjCBjzAMBgNVHRMBAf8EAjAAMA4G
A1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAjAaBgNVHREEEzARgg9t
b3NhaWMtcmVjZWl2ZXIwHQYDVR0OBBYEFO5jhHtAxluFcjTko/68ZOg9iaSXMB8G
A1UdIwQYMBaAFBubpb61o03JIa6fVIZwuo1wt/kuMAoGCCqGSM49BAMCA0gAMEUC
IQDrhsrWlNg/KEeUHN9R2ZyaWIRBctTRdNNHuxSUloPo6wIgYKr9Ozc9tQUG4XR9
0R0LU9bFa3+1ZmdDr+nkHdXoz9A=
-----END CERTIFICATE-----
`;
