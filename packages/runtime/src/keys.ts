// Ed25519 keys (RFC 8032) by node:crypto, behind wire's signing ports.

import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Signer, Verify } from '@mosaic/wire';

/** SubjectPublicKeyInfo prefix of a raw Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');

/** Of a raw public key: 16 hexadecimal digits of its SHA-256. */
export const keyIdOf = (publicKey: Uint8Array): string =>
  createHash('sha256').update(publicKey).digest('hex').slice(0, 16);

export interface SigningKey extends Signer {
  /** Raw, 32 bytes. */
  readonly publicKey: Uint8Array;
}

function signingKey(privateKey: KeyObject): SigningKey {
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const publicKey = new Uint8Array(spki.subarray(SPKI_PREFIX.length));
  return {
    publicKey,
    keyId: keyIdOf(publicKey),
    sign: (bytes) => sign(null, bytes, privateKey),
  };
}

/** A fresh key, kept nowhere. */
export const makeKey = (): SigningKey => signingKey(generateKeyPairSync('ed25519').privateKey);

/** The key in `path` (PKCS#8 PEM, mode 0600); made there when missing. */
export async function keyAt(path: string): Promise<SigningKey> {
  try {
    return signingKey(createPrivateKey(await readFile(path)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`${path} is not an Ed25519 key in PEM`, { cause: error });
  }
  const { privateKey } = generateKeyPairSync('ed25519');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  await chmod(path, 0o600);
  return signingKey(privateKey);
}

const known = new Map<string, KeyObject>();

export const verifyEd25519: Verify = (publicKey, bytes, signature) => {
  const hex = Buffer.from(publicKey).toString('hex');
  let key = known.get(hex);
  if (key === undefined) {
    key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
    if (known.size > 10_000) known.clear();
    known.set(hex, key);
  }
  return verify(null, bytes, key, signature);
};
