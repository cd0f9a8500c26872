// The store and the road that the settings name.

import { join } from 'node:path';
import { cassandraConnection, kafkaConnection, type Log, nodeCompression } from '@mosaic/runtime';
import { cassandraStore, embeddedStore, memoryStore, type Store } from '@mosaic/store';
import { kafkaTransport, type Transport } from '@mosaic/transport';
import type { ApiProcessSettings } from './settings.ts';

/** Throws `Unavailable` when no host of it answers. */
export async function openStore(settings: ApiProcessSettings, log: Log): Promise<Store> {
  const shared = { compression: nodeCompression, log };
  if (settings.STORE === 'memory') return memoryStore(shared);
  if (settings.STORE === 'embedded') return embeddedStore({ ...shared, folder: join(settings.MOSAIC_DATA, 'store') });
  return cassandraStore({ ...shared, ...cassandraConnection(settings) });
}

export const openTransport = (settings: ApiProcessSettings, log: Log): Transport =>
  kafkaTransport({ ...kafkaConnection(settings), clientId: 'mosaic-api', log });
