// What the receiver can be told.

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

export const receiverSettings = {
  ...listenSettings,
  PORT: setting(integer(0, 65_535), 'port of /livez, /readyz and /metrics, and of the intakes', 9001),
  STORE: setting(choice(['cassandra', 'embedded', 'memory']), 'what keeps the past', 'cassandra'),
  MOSAIC_DATA: sharedSettings.MOSAIC_DATA,
  TRANSPORT: setting(
    choice(['kafka']),
    'what carries chunks here; a receiver alone hears nobody in its own process',
    'kafka',
  ),
  RECEIVER_AT_ONCE: setting(integer(1, 1024), 'chunks of a batch written at once; more hides a slow store', 16),
  ...kafkaSettings,
  ...cassandraSettings,
};

export type ReceiverSettings = SettingsOf<typeof receiverSettings>;
