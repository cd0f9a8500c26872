// A receiver as a process of its own, for tests that kill it: on the Kafka and Cassandra that the environment names.

import { cassandraConnection, kafkaConnection, logger, nodeCompression, readSettings } from '@mosaic/runtime';
import { cassandraStore } from '@mosaic/store';
import { kafkaTransport } from '@mosaic/transport';
import { createReceiver } from '../receiver.ts';
import { receiverSettings } from '../settings.ts';

const settings = readSettings(receiverSettings, { ...process.env, STORE: 'cassandra' });
const log = logger({ level: 'warn' });
const store = await cassandraStore({ compression: nodeCompression, ...cassandraConnection(settings) });
const transport = kafkaTransport({ clientId: 'receiver-under-test', ...kafkaConnection(settings) });
await createReceiver({
  store,
  transport,
  compression: nodeCompression,
  log,
  group: process.env.TEST_GROUP ?? 'receiver-under-test',
}).start();
process.stdout.write('ready\n');
