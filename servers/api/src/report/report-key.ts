// The key that reports are signed with: made once and kept where only this server reads it.

import { createHash, createPublicKey } from 'node:crypto';
import { keyAt, makeKey, type SigningKey } from '@mosaic/runtime';
import type { ReportKey } from '@mosaic/wire';
import { notNow } from '../asking/problem.ts';

export interface ReportKeys {
  /** Throws a 503 saying why it cannot be had. */
  signing(): Promise<SigningKey>;
  public(): Promise<ReportKey>;
}

/** Without a file the key lives as long as the process. */
export function reportKeys(file: string | undefined): ReportKeys {
  let known: Promise<SigningKey> | undefined;
  const signing = (): Promise<SigningKey> => {
    known ??= file === undefined ? Promise.resolve(makeKey()) : keyAt(file).catch(keptByAnother(file));
    known.catch(() => {
      known = undefined;
    });
    return known.catch((error: unknown) => {
      throw notNow(`reports cannot be signed: ${error instanceof Error ? error.message : String(error)}`, 30_000);
    });
  };
  return { signing, public: async () => publicKey(await signing()) };
}

/** Two processes began at once: the file is the other's. */
const keptByAnother =
  (file: string) =>
  (error: unknown): Promise<SigningKey> => {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return keyAt(file);
    throw error;
  };

function publicKey({ keyId, publicKey: raw }: SigningKey): ReportKey {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(raw).toString('base64url') };
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return {
    ...{ algorithm: 'Ed25519', keyId, fingerprint: createHash('sha256').update(raw).digest('hex') },
    ...{ publicKey: Buffer.from(raw).toString('base64'), pem: String(pem) },
  };
}
