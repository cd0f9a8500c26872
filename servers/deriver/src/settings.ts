// What the deriver can be told.

import {
  cassandraSettings,
  choice,
  integer,
  kafkaSettings,
  listenSettings,
  type SettingsOf,
  setting,
  sharedSettings,
} from '@mosaic/runtime';

export const deriverSettings = {
  ...listenSettings,
  PORT: setting(integer(0, 65_535), 'port of /livez, /readyz and /metrics', 9002),
  STORE: setting(choice(['cassandra', 'embedded', 'memory']), 'what keeps the past', 'cassandra'),
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  TRANSPORT: setting(
    choice(['kafka']),
    'what carries chunks here; a deriver alone hears nobody in its own process',
    'kafka',
  ),
  DERIVER_AT_ONCE: setting(integer(1, 256), 'clusters of a batch derived at once', 4),
  ...kafkaSettings,
  ...cassandraSettings,
};

export type DeriverSettings = SettingsOf<typeof deriverSettings>;
