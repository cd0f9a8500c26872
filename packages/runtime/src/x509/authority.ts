// A certificate authority of the installation's own: ECDSA on P-256 (RFC 5480), which Kafka, Cassandra and Node all take. X.509 by a library,
// loaded when something is issued (`x509()`): whoever asks for --help does without.

import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { type ClientRequest, EC, SIGNED } from './request.ts';

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

/** Whose certificates an agents' authority may issue: those below this. */
const AGENTS: JsonName = [{ O: ['mosaic-agents'] }];
const NAME_CONSTRAINTS = '2.5.29.30';
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
      new BasicConstraintsExtension(true, 1, true), // one below it: that of agents
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** With names it serves as well; without it is a client's. Throws when `by.key` is not the key of `by.certificate`. */
export async function issue(by: KeyPair, { commonName, names, ...lasting }: Asked): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await signed(by, {
    ...{ subject: [{ CN: [commonName] }], publicKey: keys.publicKey, lasting },
    extensions: endEntity(names, commonName),
  });
  return pairOf(certificate, keys.privateKey);
}

/**
 * An authority below `by` that can issue clients' certificates of agents and nothing else: no authority below it (path length 0), clients alone
 * (extended key usage), and only subjects below `O=mosaic-agents` (name constraints, RFC 5280 4.2.1.10), of which brokers take `mosaic-agent-N`.
 */
export async function issueAgentsAuthority(
  by: KeyPair,
  { commonName, ...lasting }: Lasting & { readonly commonName: string },
): Promise<KeyPair> {
  const keys = await crypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const certificate = await signed(by, {
    subject: [...AGENTS, { CN: [`${commonName} ${randomBytes(4).toString('hex')}`] }],
    ...{ publicKey: keys.publicKey, lasting },
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth]),
      onlyBelow(AGENTS),
    ],
  });
  return pairOf(certificate, keys.privateKey);
}

/** A client's certificate (PEM) for the agents of a cluster, for the key of `request`. `by`: an agents' authority. */
export async function certifyAgent(
  by: KeyPair,
  { request, principal, ...lasting }: Lasting & { readonly request: ClientRequest; readonly principal: string },
): Promise<string> {
  const certificate = await signed(by, {
    ...{ subject: [...AGENTS, { CN: [principal] }], publicKey: request.publicKey, lasting },
    extensions: endEntity([], principal),
  });
  return pemOf(certificate);
}

interface Signing {
  readonly subject: JsonName;
  readonly publicKey: CryptoKey;
  readonly lasting: Lasting;
  readonly extensions: readonly Extension[];
}

async function signed(by: KeyPair, { subject, publicKey, lasting, extensions }: Signing): Promise<X509Certificate> {
  const issuer = new X509Certificate(by.certificate);
  const certificate = await X509CertificateGenerator.create({
    ...{ serialNumber: serialNumber(), subject, issuer: issuer.subjectName, publicKey },
    ...during(lasting, issuer.notAfter),
    signingAlgorithm: SIGNED,
    signingKey: await crypto.subtle.importKey('pkcs8', der(by.key), EC, false, ['sign']),
    extensions: [
      ...extensions,
      await SubjectKeyIdentifierExtension.create(publicKey),
      await AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  if (!(await certificate.verify({ publicKey: issuer, signatureOnly: true })))
    throw new Error(`the key of ${issuer.subject} does not fit its certificate; see docs/security.md, Lost authority`);
  return certificate;
}

function endEntity(names: readonly string[], commonName: string): Extension[] {
  const { clientAuth, serverAuth } = ExtendedKeyUsage;
  const called = names.length > 0 ? names : [commonName];
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension(names.length > 0 ? [serverAuth, clientAuth] : [clientAuth]),
    new SubjectAlternativeNameExtension(
      called.map((value) => ({ type: isIP(value) > 0 ? ('ip' as const) : ('dns' as const), value })),
    ),
  ];
}

/** `SEQUENCE { [0] { SEQUENCE { [4] name } } }`: permitted subtrees, one of them, a directory name. */
function onlyBelow(subject: JsonName): Extension {
  const tagged = (tag: number, content: Uint8Array) => Uint8Array.of(tag, content.length, ...content); // shorter than 128 bytes
  const name = new Uint8Array(new Name(subject).toArrayBuffer());
  const permitted = tagged(0xa0, tagged(0x30, tagged(0xa4, name)));
  return new Extension(NAME_CONSTRAINTS, true, tagged(0x30, permitted));
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
    certificate: pemOf(certificate),
    key: `${PemConverter.encode(pkcs8, 'PRIVATE KEY').trim()}\n`,
  };
}

const pemOf = (certificate: X509Certificate): string => `${certificate.toString('pem').trim()}\n`;
const der = (pem: string): ArrayBuffer => PemConverter.decodeFirst(pem);
