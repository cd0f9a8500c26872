// How an agent that joins shows that it holds the key it names, and how it asks for the certificate that Kafka knows it by.

import { encodeUtf8 } from './bytes.ts';

/** What it signs. `publicKey`: raw Ed25519 in base64. */
export const enrolProofText = (publicKey: string): Uint8Array => encodeUtf8(`mosaic enrol ${publicKey}`);

/** Good for one answer, within minutes: who asks says when, and a word that it never says again. */
export interface CertificateWish {
  /** PKCS#10 in PEM, on P-256. */
  readonly request: string;
  /** Epoch ms, by the asker's clock. */
  readonly at: number;
  /** 16–64 characters of chance. */
  readonly nonce: string;
}

/** What the enrolled key signs. */
export const certificateProofText = (keyId: string, { request, at, nonce }: CertificateWish): Uint8Array =>
  encodeUtf8(`mosaic client certificate 1\n${keyId}\n${at}\n${nonce}\n${request}`);
