// Which store a backup is of: by flags over the environment and a .env file, as every process is told.

import { join } from 'node:path';
import {
  cassandraConnection,
  cassandraSettings,
  choice,
  type Environment,
  environment,
  readSettings,
  setting,
  sharedSettings,
} from '@mosaic/runtime';
import type { Command } from 'commander';
import type { Request } from './bundle.ts';

export interface StoreOptions {
  readonly data?: string;
  readonly store?: string;
  readonly keyspace?: string;
}

export const withStore = (command: Command): Command =>
  command
    .option('--data <folder>', 'data folder of the embedded store (MOSAIC_DATA)')
    .option('--store <kind>', 'embedded or cassandra (STORE, default embedded)')
    .option(
      '--keyspace <name>',
      'of Cassandra (CASSANDRA_KEYSPACE, default mosaic); hosts, user and certificates by CASSANDRA_…',
    );

const settings = {
  STORE: setting(choice(['embedded', 'cassandra']), 'what keeps the past', 'embedded'),
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  ...cassandraSettings,
};

/** Throws `SettingsError` naming everything that is wrong. */
export function storeOf({ data, store, keyspace }: StoreOptions, env: Environment = environment()): Request['store'] {
  const given = {
    ...(data !== undefined && { MOSAIC_DATA: data }),
    ...(store !== undefined && { STORE: store }),
    ...(keyspace !== undefined && { CASSANDRA_KEYSPACE: keyspace }),
  };
  const read = readSettings(settings, { ...env, ...given });
  if (read.STORE === 'embedded') return { kind: 'embedded', folder: join(read.MOSAIC_DATA, 'store') };
  return { kind: 'cassandra', ...cassandraConnection(read) };
}
