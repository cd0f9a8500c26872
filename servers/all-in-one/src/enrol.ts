// A cluster gets its number and its agent's key is registered: in one process no join token is needed.

import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyAt, makeKey, type SigningKey } from '@mosaic/runtime';
import type { ClusterRecord } from '@mosaic/store';
import type { Road } from './road.ts';

export interface Enrolled {
  readonly cluster: ClusterRecord;
  readonly signer: SigningKey;
  /** Redacted values are hashed with this; it never leaves the data folder. */
  readonly redactKey: Uint8Array;
  /** Keys, epoch and spool of this cluster's agent. */
  readonly folder: string;
}

/** Of a cluster's agent. */
export const folderOf = (data: string, cluster: string): string =>
  join(data, 'agents', cluster.replace(/[^\w.@-]+/g, '_'));

export async function enrol(
  { store, settings }: Road,
  cluster: Parameters<Road['store']['clusters']['enrol']>[0],
): Promise<Enrolled> {
  const folder = folderOf(settings.MOSAIC_DATA, cluster.name);
  const keyFile = join(folder, 'key.pem');
  const isKept = settings.STORE !== 'memory';
  const signer = isKept ? await keyAt(keyFile) : makeKey();
  const record = await store.clusters.enrol(cluster);
  await store.clusters.addKey(record.id, { keyId: signer.keyId, publicKey: signer.publicKey });
  const redactKey = isKept
    ? createHash('sha256')
        .update('redact')
        .update(await readFile(keyFile))
        .digest()
    : randomBytes(32);
  return { cluster: record, signer, redactKey, folder };
}
