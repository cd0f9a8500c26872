// A wish for a client certificate, signed by the key that the servers know: what joining and renewing send.

import { randomBytes } from 'node:crypto';
import { type CertificateWish, certificateProofText, type Signer, toBase64 } from '@mosaic/wire';
import { x509 } from './load.ts';

const NONCE_BYTES = 24;

export interface SignedWish {
  /** Of the certificate that is asked for, PKCS#8 PEM. It goes nowhere. */
  readonly key: string;
  /** Of the key that signed. */
  readonly keyId: string;
  readonly wish: CertificateWish & { readonly proof: string };
}

/** A new key and nonce each time: an answer is given once. `now`: epoch ms. */
export async function signedWish(signer: Signer, now: number): Promise<SignedWish> {
  const { makeRequest } = await x509();
  const { key, request } = await makeRequest();
  const wish = { request, at: now, nonce: randomBytes(NONCE_BYTES).toString('hex') };
  return {
    key,
    keyId: signer.keyId,
    wish: { ...wish, proof: toBase64(signer.sign(certificateProofText(signer.keyId, wish))) },
  };
}
