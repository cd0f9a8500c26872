// A certificate authority of the installation's own: ECDSA on P-256 (RFC 5480), which Kafka, Cassandra and Node all take. X.509 by a library,
// loaded when something is issued: whoever asks for --help does without.

import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** PEM; the key in PKCS#8. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

export interface Lasting {
  readonly now: number;
  readonly days: number;
}

export interface Asked extends Lasting {
  readonly commonName: string;
  readonly names: readonly string[];
}

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNED = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** Clocks of machines differ: a certificate holds from a little before it was made. */
const TOLERATED_SKEW_MS = 5 * 60_000;

/** Its name ends in a mark of its own, so that an old and a new one are told apart by name as well. */
export async function makeAuthority(commonName: string, lasting: Lasting): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`${commonName} ${randomBytes(4).toString('hex')}`] }],
    ...during(lasting),
    signingAlgorithm: SIGNED,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** With names it serves as well; without it is a client's. Throws when `by.key` is not the key of `by.certificate`. */
export async function issue(by: KeyPair, { commonName, names, ...lasting }: Asked): Promise<KeyPair> {
  const issuer = new X509Certificate(by.certificate);
  const signingKey = await crypto.subtle.importKey('pkcs8', der(by.key), EC, false, ['sign']);
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [commonName] }],
    issuer: issuer.subjectName,
    ...during(lasting, issuer.notAfter),
    signingAlgorithm: SIGNED,
    publicKey: keys.publicKey,
    signingKey,
    extensions: await extensionsFor(names, commonName, keys.publicKey, issuer),
  });
  if (!(await certificate.verify({ publicKey: issuer, signatureOnly: true })))
    throw new Error(`the key of ${issuer.subject} does not fit its certificate; see docs/security.md, Lost authority`);
  return pairOf(certificate, keys.privateKey);
}

async function extensionsFor(
  names: readonly string[],
  commonName: string,
  publicKey: CryptoKey,
  issuer: X509Certificate,
): Promise<Extension[]> {
  const { clientAuth, serverAuth } = ExtendedKeyUsage;
  const called = names.length > 0 ? names : [commonName];
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(names.length > 0 ? [serverAuth, clientAuth] : [clientAuth]),
    new SubjectAlternativeNameExtension(
      called.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value })),
    ),
    await SubjectKeyIdentifierExtension.create(publicKey),
    await AuthorityKeyIdentifierExtension.create(issuer),
  ];
}

/** Not beyond the authority itself. */
function during({ now, days }: Lasting, most?: Date): { notBefore: Date; notAfter: Date } {
  const until = now + days * DAY_MS;
  return {
    notBefore: new Date(now - TOLERATED_SKEW_MS),
    notAfter: new Date(Math.min(until, most?.getTime() ?? until)),
  };
}

/** Positive, 127 bits of chance. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}

async function pairOf(certificate: X509Certificate, privateKey: CryptoKey): Promise<KeyPair> {
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', privateKey);
  return {
    certificate: `${certificate.toString('pem').trim()}\n`,
    key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY').trim()}\n`,
  };
}

const der = (pem: string): ArrayBuffer => PemConverter.decodeFirst(pem);
