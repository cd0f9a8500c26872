// A wish for a client certificate, as an agent's enrolled key has signed it: fresh, asked once, and for a key that the asker holds.

import { verifyEd25519, x509 } from '@mosaic/runtime';
import { type CertificateWish, certificateProofText } from '@mosaic/wire';
import { boundedMap } from '../asking/bounded-map.ts';
import { rfc3339 } from '../asking/instants.ts';
import { Refused, unreadable } from '../asking/problem.ts';
import { bytesIn } from '../people/bytes.ts';
import { type Fields, fieldsOf, textIn } from '../people/fields.ts';

const TOLERATED_SKEW_MS = 5 * 60_000;
/** Of those whose time is not over; only enrolled keys get one in, and each of them few. */
const MOST_REMEMBERED = 100_000;
const MOST_REQUEST_CHARS = 4_096;

export interface SignedWish extends CertificateWish {
  readonly proof: string;
}

export interface Signing {
  readonly keyId: string;
  readonly publicKey: Uint8Array;
}

/** Throws a 400 that names the field. */
export async function wishIn(body: unknown): Promise<SignedWish> {
  const fields = fieldsOf(body, ['request', 'at', 'nonce', 'proof']);
  const wish = {
    request: textIn(fields, 'request', MOST_REQUEST_CHARS),
    at: instantIn(fields),
    nonce: nonceIn(fields),
    proof: textIn(fields, 'proof', 200),
  };
  const { readRequest } = await x509();
  await readRequest(wish.request).catch((error: Error) => {
    throw unreadable([
      { field: 'request', expected: 'PKCS#10 in PEM on P-256, signed by its key', got: error.message },
    ]);
  });
  return wish;
}

/** Throws when it is not signed by this key, not of now, or was used before: here, not by another replica, where it gets its own key certified again. */
export function wishChecker(now: () => number): (wish: SignedWish, key: Signing) => void {
  const used = boundedMap<true>(MOST_REMEMBERED);
  return (wish, { keyId, publicKey }) => {
    const signature = bytesIn(wish.proof);
    if (signature?.length !== 64 || !verifyEd25519(publicKey, certificateProofText(keyId, wish), signature))
      throw new Refused(403, `the wish for a certificate is not signed by key ${keyId}`);
    if (Math.abs(now() - wish.at) > TOLERATED_SKEW_MS)
      throw new Refused(
        403,
        `the wish for a certificate was signed at ${rfc3339(wish.at)}, and here it is ${rfc3339(now())}: more than 5 minutes apart; are both clocks right?`,
      );
    const mark = `${keyId} ${wish.nonce}`;
    if (used.get(mark)) throw new Refused(409, 'this wish for a certificate was answered before; sign another');
    used.set(mark, true);
  };
}

function instantIn({ at }: Fields): number {
  if (typeof at === 'number' && Number.isSafeInteger(at) && at > 0 && at < 8.64e15) return at;
  throw unreadable([{ field: 'at', expected: 'epoch milliseconds', got: JSON.stringify(at) ?? 'nothing' }]);
}

function nonceIn(fields: Fields): string {
  const nonce = textIn(fields, 'nonce', 64);
  if (/^[\w-]{16,64}$/.test(nonce)) return nonce;
  throw unreadable([{ field: 'nonce', expected: '16–64 letters, digits, _ or -', got: JSON.stringify(nonce) }]);
}
