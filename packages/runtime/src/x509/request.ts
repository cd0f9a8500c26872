// Certificate signing requests (PKCS#10, RFC 2986) on P-256: a key that never leaves where it is made, and the proof that it is held.

import 'reflect-metadata';
import { PemConverter, Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

export const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
export const SIGNED = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** One that was looked at: its signature fits its key. */
export interface ClientRequest {
  readonly publicKey: CryptoKey;
}

/** A new key (PKCS#8 PEM) and its request (PEM). Who it will be is for the authority to say: it names nobody. */
export async function makeRequest(): Promise<{ readonly key: string; readonly request: string }> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const request = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: SIGNED });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY').trim()}\n`,
    request: `${request.toString('pem').trim()}\n`,
  };
}

/** Throws with what is wrong: no request, another kind of key, a signature by another key. Of what it asks for only the key counts. */
export async function readRequest(pem: string): Promise<ClientRequest> {
  const request = parsed(pem);
  const { algorithm } = request.publicKey as { readonly algorithm: { name: string; namedCurve?: string } }; // EC keys have a curve
  if (algorithm.name !== 'ECDSA' || algorithm.namedCurve !== EC.namedCurve)
    throw new Error(
      `a key on P-256 was expected, not ${[algorithm.name, algorithm.namedCurve].filter(Boolean).join(' ')}`,
    );
  if (!(await request.verify().catch(() => false)))
    throw new Error('its signature is not by the key it names: who asks does not hold that key');
  return { publicKey: await request.publicKey.export(EC, ['verify']) };
}

function parsed(pem: string): Pkcs10CertificateRequest {
  try {
    return new Pkcs10CertificateRequest(pem);
  } catch (cause) {
    throw new Error('a certificate signing request (PKCS#10) in PEM was expected', { cause });
  }
}
