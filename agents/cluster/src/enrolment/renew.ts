// One renewal: a new key, a wish signed by the key that the servers know, and the certificate that comes back.

import { type ClientCertificate, fits, type SigningKey, signedWish } from '@mosaic/runtime';
import { agentCertificateSchema } from '@mosaic/wire';
import { ask, NotEnrolled, type ServerAddress } from './asking.ts';

export interface Renewing extends ServerAddress {
  /** Enrolled id. */
  readonly cluster: number;
  readonly signer: SigningKey;
  readonly now: () => number;
}

/** Throws `NotEnrolled` with the server's reason, and `Unavailable` for what passes. */
export async function renewedCertificate({ cluster, signer, now, ...server }: Renewing): Promise<ClientCertificate> {
  const { key, wish } = await signedWish(signer, now());
  const answer = await ask(server, '/agent-certificates', { cluster, keyId: signer.keyId, ...wish });
  return certificateIn(answer, key);
}

/** What the server answered, with the key it is for. */
export function certificateIn(answer: unknown, key: string): ClientCertificate {
  const read = agentCertificateSchema.safeParse(answer);
  const renewed = read.success ? { key, ...read.data } : undefined;
  if (renewed !== undefined && fits(renewed) && renewed.trusted !== '') return renewed;
  throw new NotEnrolled(
    'the server answers with a certificate that is none for this key: is it a Mosaic of another version?',
  );
}
