// What a certificate says, read with Node's own means: who, by whom, until when.

import { X509Certificate } from 'node:crypto';

export interface Certified {
  readonly commonName: string;
  /** DNS names and addresses. */
  readonly names: readonly string[];
  readonly madeAt: number;
  /** Epoch ms. */
  readonly expiresAt: number;
  /** SHA-256 of the whole, in hex: public. */
  readonly fingerprint: string;
}

const ONE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/g;

/** Each certificate of a bundle by itself. */
export const certificatesIn = (pem: string): readonly string[] => pem.match(ONE) ?? [];

/** Undefined for what is no certificate. */
export function readCertificate(pem: string | undefined): Certified | undefined {
  const found = parsed(pem);
  if (found === undefined) return undefined;
  const names = [...(found.subjectAltName ?? '').matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(
    ([, name = '']) => name,
  );
  return {
    commonName: commonNameOf(found),
    names,
    madeAt: found.validFromDate.getTime(),
    expiresAt: found.validToDate.getTime(),
    fingerprint: found.fingerprint256.replaceAll(':', '').toLowerCase(),
  };
}

/** Whether this authority signed it; of a chain, its last. */
export function isIssuedBy(pem: string | undefined, authority: string | undefined): boolean {
  const [one, by] = [parsed(certificatesIn(pem ?? '').at(-1)), parsed(authority)];
  return one !== undefined && by !== undefined && one.checkIssued(by) && one.verify(by.publicKey);
}

/** Each once, in order: what whoever trusts several is given. */
export function bundle(...pems: readonly (string | undefined)[]): string {
  const all = pems.flatMap((pem) => certificatesIn(pem ?? ''));
  return [...new Set(all.map((pem) => `${pem.trim()}\n`))].join('');
}

const commonNameOf = ({ subject }: X509Certificate): string => /^CN=(.*)$/m.exec(subject)?.[1] ?? '';

function parsed(pem: string | undefined): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : new X509Certificate(pem);
  } catch {
    return undefined; // the caller says what was expected
  }
}
