// Who this agent is to the servers: as it was enrolled by other means (an id in its settings), or as it joined.

import { join as pathOf } from 'node:path';
import type { LiveSource } from '@mosaic/kat';
import { keyAt, type Log, type SigningKey } from '@mosaic/runtime';
import type { AgentSettings } from '../settings.ts';
import { type CertificatePlace, keptCertificate, mountedPlace } from './certificate-place.ts';
import { join } from './join.ts';

export interface Identity {
  readonly cluster: { readonly id: number; readonly name: string };
  readonly signer: SigningKey;
  readonly brokers: readonly string[];
  /** Of what it shows to Kafka. */
  readonly certificate: CertificatePlace;
}

interface Place {
  /** Of the settings, or the context's. */
  readonly name: string;
  readonly dataDir: string;
  readonly source: Pick<LiveSource, 'kubeSystemUid' | 'version' | 'patch'>;
  readonly log: Log;
}

/** Throws `NotEnrolled`, and what went wrong in so many words. */
export async function identity(settings: AgentSettings, { name, dataDir, source, log }: Place): Promise<Identity> {
  const { MOSAIC_CLUSTER_ID: id, MOSAIC_AGENT_KEY: keyFile } = settings;
  const own = settings.KAFKA_BROKERS;
  const isMounted = settings.KAFKA_CERT !== undefined;
  const certificate = isMounted
    ? mountedPlace(settings, settings.MOSAIC_AGENT_CERTIFICATE_AT, source)
    : keptCertificate(pathOf(dataDir, 'client-certificate.json'));
  if (id !== undefined) {
    const signer = await keyAt(keyFile ?? pathOf(dataDir, 'key.pem'));
    return { cluster: { id, name }, signer, brokers: own, certificate };
  }
  const { told, signer } = await join({
    ...{
      server: settings.MOSAIC_SERVER,
      tokenFile: settings.MOSAIC_JOIN_TOKEN_FILE,
      caFile: settings.MOSAIC_SERVER_CA,
    },
    ...{ dataDir, keyFile, name: settings.MOSAIC_CLUSTER_NAME, log },
    uid: await source.kubeSystemUid(),
    version: (await source.version()).gitVersion,
    ...(!isMounted && certificate.write && { keepCertificate: certificate.write }),
  });
  const brokers =
    own.length > 0 ? own : (told.settings.KAFKA_BROKERS ?? '').split(',').filter((broker) => broker !== '');
  if (brokers.length === 0)
    throw new Error(
      'KAFKA_BROKERS is empty and the server names none (its MOSAIC_AGENT_BROKERS); set where Kafka answers',
    );
  return { cluster: { id: told.cluster, name: told.name }, signer, brokers, certificate };
}
