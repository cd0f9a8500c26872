// What every process is told the same way. Take what a process needs: `{ ...sharedSettings, ITS_OWN: setting(…) }`.

import { homedir } from 'node:os';
import { join } from 'node:path';
import { LOG_LEVELS } from './log.ts';
import {
  choice,
  counts,
  decimal,
  type Environment,
  file,
  flag,
  folder,
  integer,
  list,
  setting,
  text,
} from './settings.ts';

/** Where the embedded store, keys and the spool live unless told: by the XDG base directory specification. */
export function dataFolder(env: Environment = process.env, home: string = homedir()): string {
  if (env.XDG_DATA_HOME?.startsWith('/')) return join(env.XDG_DATA_HOME, 'mosaic');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'mosaic');
  return join(home, '.local', 'share', 'mosaic');
}

export const listenSettings = {
  HOST: setting(text, 'address to listen on; others than loopback need users or a proxy in front', '127.0.0.1'),
  PORT: setting(integer(0, 65_535), 'port to listen on; 0 takes a free one', 9000),
  LOG_LEVEL: setting(choice(LOG_LEVELS), 'least level that is logged', 'info'),
};

export const kafkaSettings = {
  KAFKA_BROKERS: setting(list, 'where Kafka answers, host:port', []),
  KAFKA_USER: setting(text, 'SASL user, when the brokers want one'),
  KAFKA_PASSWORD: setting(text, 'SASL password'),
  KAFKA_MECHANISM: setting(
    choice(['plain', 'scram-sha-256', 'scram-sha-512']),
    'how user and password are proven',
    'scram-sha-512',
  ),
  KAFKA_TLS: setting(flag, 'speak TLS; so too when KAFKA_CA or KAFKA_CERT is set', false),
  KAFKA_CA: setting(file, 'certificate authority of the brokers, PEM'),
  KAFKA_CERT: setting(file, 'client certificate, PEM'),
  KAFKA_KEY: setting(file, 'key of the client certificate, PEM'),
};

export const cassandraSettings = {
  CASSANDRA_HOSTS: setting(list, 'contact points, host or host:port', []),
  CASSANDRA_PORT: setting(integer(1, 65_535), 'port of contact points that name none', 9042),
  CASSANDRA_KEYSPACE: setting(text, 'keyspace; made when missing', 'mosaic'),
  CASSANDRA_DATACENTER: setting(text, 'data centre whose replicas are asked', 'datacenter1'),
  CASSANDRA_REPLICATION: setting(
    counts,
    'copies by data centre, for a keyspace that is made; unset: one in CASSANDRA_DATACENTER; 3 on a real ring',
  ),
  CASSANDRA_USER: setting(text, 'user, when the ring wants one'),
  CASSANDRA_PASSWORD: setting(text, 'password'),
  CASSANDRA_CA: setting(file, 'certificate authority of the ring, PEM; set it to speak TLS'),
  CASSANDRA_TLS_NAME: setting(
    text,
    'name that the certificates of the ring bear, where hosts are called by address; unset: each host’s own',
  ),
  CASSANDRA_CERT: setting(file, 'client certificate, PEM'),
  CASSANDRA_KEY: setting(file, 'key of the client certificate, PEM'),
};

export const playgroundSettings = {
  PLAYGROUND_OBJECTS: setting(integer(1), 'about how many objects a simulated cluster has; unset: its own size'),
  PLAYGROUND_CHANGES_PER_S: setting(decimal(0), 'changes a second on top of its own life', 0),
  PLAYGROUND_SEED: setting(integer(0), 'the same seed tells the same story', 1),
  PLAYGROUND_HISTORY_H: setting(decimal(0, 24 * 14), 'hours of past at the first start', 24),
};

export const sharedSettings = {
  ...listenSettings,
  MOSAIC_DATA: setting(folder, 'keeps the embedded store, keys and the spool', dataFolder()),
  MOSAIC_REPORT_KEY: setting(
    file,
    'Ed25519 key that audit reports are signed with, PEM; made when missing; unset: report-key.pem in MOSAIC_DATA',
  ),
  MOSAIC_CLUSTERS: setting(
    list,
    'playground, in-cluster, or contexts of the kubeconfig; unset: the current context when it answers, else playground',
  ),
  MOSAIC_ADMIN_PASSWORD_FILE: setting(
    file,
    'file with the password of `admin`, who is made from it when there is no user yet; needed where HOST is not loopback',
  ),
  MOSAIC_ACTIONS: setting(
    list,
    'contexts in which actions may be carried out; real ones are read-only until named',
    [],
  ),
  STORE: setting(choice(['embedded', 'cassandra', 'memory']), 'what keeps the past', 'embedded'),
  TRANSPORT: setting(choice(['in-process', 'kafka']), 'what carries chunks between processes', 'in-process'),
  ...kafkaSettings,
  ...cassandraSettings,
  ...playgroundSettings,
};
