// From settings to what the clients of Kafka and Cassandra want to be told. Certificates are read here, so that a wrong path is told at the start.

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { SettingsError, type SettingsOf } from './settings.ts';
import type { cassandraSettings, kafkaSettings } from './shared-settings.ts';

/** As `node:tls` has them. */
export interface Certificates {
  readonly ca?: string[];
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaConnection {
  readonly brokers: readonly string[];
  readonly ssl?: true | Certificates;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

export interface CassandraConnection {
  readonly hosts: readonly string[];
  readonly port: number;
  readonly datacenter: string;
  readonly keyspace: string;
  readonly replication: Readonly<Record<string, number>>;
  readonly user?: string;
  readonly password?: string;
  readonly tls?: Certificates & { readonly servername?: string };
}

/** Throws `SettingsError` when a certificate cannot be read. */
export function kafkaConnection(settings: SettingsOf<typeof kafkaSettings>): KafkaConnection {
  const { KAFKA_BROKERS: brokers, KAFKA_USER: username, KAFKA_PASSWORD: password = '' } = settings;
  const certificates = certificatesAt('KAFKA', settings.KAFKA_CA, settings.KAFKA_CERT, settings.KAFKA_KEY);
  const ssl = certificates ?? (settings.KAFKA_TLS ? true : undefined);
  return {
    brokers,
    ...(ssl !== undefined && { ssl }),
    ...(username !== undefined && { sasl: { mechanism: settings.KAFKA_MECHANISM, username, password } }),
  };
}

/** Throws `SettingsError` when a certificate cannot be read. */
export function cassandraConnection(settings: SettingsOf<typeof cassandraSettings>): CassandraConnection {
  const { CASSANDRA_DATACENTER: datacenter, CASSANDRA_USER: user, CASSANDRA_PASSWORD: password } = settings;
  const { CASSANDRA_TLS_NAME: servername } = settings;
  const tls = certificatesAt('CASSANDRA', settings.CASSANDRA_CA, settings.CASSANDRA_CERT, settings.CASSANDRA_KEY);
  return {
    hosts: settings.CASSANDRA_HOSTS,
    port: settings.CASSANDRA_PORT,
    datacenter,
    keyspace: settings.CASSANDRA_KEYSPACE,
    replication: settings.CASSANDRA_REPLICATION ?? { [datacenter]: 1 },
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(tls !== undefined && { tls: { ...tls, ...(servername !== undefined && { servername }) } }),
  };
}

function certificatesAt(prefix: string, ca?: string, cert?: string, key?: string): Certificates | undefined {
  if ((cert === undefined) !== (key === undefined))
    throw new SettingsError([`${prefix}_CERT and ${prefix}_KEY go together; only one of them is set`]);
  if (ca === undefined && cert === undefined) return undefined;
  return {
    ...(ca !== undefined && { ca: [readAs(`${prefix}_CA`, ca)] }),
    ...(cert !== undefined && { cert: unexpired(`${prefix}_CERT`, cert, readAs(`${prefix}_CERT`, cert)) }),
    ...(key !== undefined && { key: readAs(`${prefix}_KEY`, key) }),
  };
}

function readAs(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SettingsError([`${name}=${path}: expected a file that can be read (${why})`]);
  }
}

/** Throws when its time is over: else every connection would be refused, with the other side's reasons. */
function unexpired(name: string, path: string, pem: string): string {
  const { validToDate, subject } = certificateIn(pem) ?? {};
  if (validToDate === undefined || validToDate.getTime() > Date.now()) return pem;
  const on = validToDate.toISOString().slice(0, 10);
  throw new SettingsError([
    `${name}=${path}: the certificate of ${subject} expired on ${on}; \`mosaic rotate due\` makes new ones (docs/security.md)`,
  ]);
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined; // node:tls says what is wrong with it
  }
}
