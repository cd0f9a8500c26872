// How an agent that joins shows that it holds the key it names.

import { encodeUtf8 } from './bytes.ts';

/** What it signs. `publicKey`: raw Ed25519 in base64. */
export const enrolProofText = (publicKey: string): Uint8Array => encodeUtf8(`mosaic enrol ${publicKey}`);
