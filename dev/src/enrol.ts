// Clusters and their agents' keys, registered as an installer would: what join tokens will do later.

import { join } from 'node:path';
import { keyAt, nodeCompression } from '@mosaic/runtime';
import { type ClusterRecord, cassandraStore } from '@mosaic/store';
import type { Services } from './services.ts';

export interface Enrolled {
  readonly id: number;
  readonly name: string;
  /** The agent's: its key is in `key.pem`. */
  readonly folder: string;
}

export type Enrolling = Pick<ClusterRecord, 'name' | 'kind'>;

/** Makes the schema when it is missing. `folder` holds a folder per cluster, as in the data folder of `npm start`. */
export async function enrol(
  { cassandra }: Pick<Services, 'cassandra'>,
  folder: string,
  clusters: readonly Enrolling[],
  keyspace: string,
): Promise<readonly Enrolled[]> {
  const store = await cassandraStore({
    hosts: cassandra.hosts.split(','),
    port: cassandra.port,
    datacenter: cassandra.datacenter,
    keyspace,
    compression: nodeCompression,
  });
  try {
    const enrolled: Enrolled[] = [];
    for (const { name, kind } of clusters) {
      const own = join(folder, name.replaceAll(/[^\w.@-]+/g, '_'));
      const { keyId, publicKey } = await keyAt(join(own, 'key.pem'));
      const { id } = await store.clusters.enrol({ name, kind });
      await store.clusters.addKey(id, { keyId, publicKey });
      enrolled.push({ id, name, folder: own });
    }
    return enrolled;
  } finally {
    await store.close();
  }
}
