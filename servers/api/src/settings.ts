// What the API's own process can be told.

import {
  cassandraSettings,
  choice,
  folder,
  integer,
  kafkaSettings,
  list,
  listenSettings,
  type SettingsOf,
  setting,
  sharedSettings,
} from '@mosaic/runtime';

export const apiSettings = {
  ...listenSettings,
  PORT: setting(integer(0, 65_535), 'port of the page and the API', 9000),
  MOSAIC_UI: setting(folder, 'the built page; unset: the one beside this program'),
  STORE: setting(choice(['cassandra', 'embedded', 'memory']), 'what keeps the past', 'cassandra'),
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  MOSAIC_ADMIN_PASSWORD_FILE: sharedSettings.MOSAIC_ADMIN_PASSWORD_FILE,
  MOSAIC_REPORT_KEY: sharedSettings.MOSAIC_REPORT_KEY,
  TRANSPORT: setting(choice(['kafka']), 'what the live state is tailed from', 'kafka'),
  MOSAIC_AGENT_BROKERS: setting(
    list,
    'where agents find Kafka, told to those that join; unset: they are told nothing',
    [],
  ),
  MOSAIC_AGENT_AUTHORITY: setting(
    folder,
    'tls.crt, tls.key and ca.crt of the authority that signs agents’ client certificates for Kafka; unset: they get theirs otherwise',
  ),
  ...kafkaSettings,
  ...cassandraSettings,
};

export type ApiProcessSettings = SettingsOf<typeof apiSettings>;
