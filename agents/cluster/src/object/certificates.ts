// Of a TLS Secret: which names its certificates are for and when they end. Never the payload.

import { X509Certificate } from 'node:crypto';
import { isRecord } from '@mosaic/kat';

export interface CertificateFacts {
  /** Of the Secret: `tls.crt`. */
  readonly key: string;
  readonly names: readonly string[];
  readonly issuer: string;
  /** RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
}

const MOST_NAMES = 20;
const PEM_BASE64 = 'LS0tLS1CRUdJTiBDRVJU'; // "-----BEGIN CERT"

/** Every key of a Secret's `data` that holds a certificate; the first of a chain is the one that serves. */
export function certificatesIn(data: unknown): CertificateFacts[] {
  if (!isRecord(data)) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value === 'string' && value.startsWith(PEM_BASE64) ? (factsOf(key, value) ?? []) : [],
  );
}

function factsOf(key: string, base64: string): CertificateFacts | undefined {
  try {
    const certificate = new X509Certificate(Buffer.from(base64, 'base64'));
    const names = (certificate.subjectAltName ?? certificate.subject).split(/,\s*|\n/).slice(0, MOST_NAMES);
    return {
      key,
      names: names.map((name) => name.replace(/^(?:DNS|IP Address|URI|CN)[:=]/, '')),
      issuer: certificate.issuer.replaceAll('\n', ', ').slice(0, 200),
      notBefore: new Date(certificate.validFrom).toISOString(),
      notAfter: new Date(certificate.validTo).toISOString(),
    };
  } catch {
    return undefined; // something that only begins like one: it is hashed as everything else
  }
}
