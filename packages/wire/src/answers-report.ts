// The key that audit reports are signed with, as the API tells it.

import { z } from 'zod';

export const reportKeySchema = z.object({
  algorithm: z.literal('Ed25519'),
  /** The first 16 digits of the fingerprint, which reports name. */
  keyId: z.string(),
  /** SHA-256 of the raw key, hexadecimal. */
  fingerprint: z.string(),
  /** Raw, 32 bytes, base64. */
  publicKey: z.string(),
  /** SubjectPublicKeyInfo. */
  pem: z.string(),
});
export type ReportKey = z.infer<typeof reportKeySchema>;
