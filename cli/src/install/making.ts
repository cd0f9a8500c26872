// The files of one credential, made from chance and, where it is a certificate, by its authority.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { x509 } from '@mosaic/runtime';
import { newPassword } from './admin-password.ts';
import { type AuthorityName, type Credential, isCertificate } from './catalogue.ts';
import { bundle } from './certificate.ts';
import type { Files } from './home.ts';

/** What issues, and what is trusted: more than one while an authority is being replaced. */
export interface Issuer {
  readonly certificate: string;
  readonly key: string;
  readonly trusted: string;
}

export interface Lives {
  readonly certificateDays: number;
  readonly authorityDays: number;
}

export interface Maker {
  readonly now: () => number;
  readonly lives: Lives;
  /** Throws when its key is not there. */
  readonly issuer: (name: AuthorityName) => Promise<Issuer>;
}

/** 32 bytes: 256 bits of chance each. */
const RANDOM_BYTES = 32;

/** What each kind has to have to be whole. */
export function filesOf({ making }: Credential): readonly string[] {
  switch (making.kind) {
    case 'authority':
      return ['ca.crt', 'ca.key'];
    case 'certificate':
      return ['tls.crt', 'tls.key', 'ca.crt'];
    case 'login':
      return ['username', 'password'];
    case 'agent-key':
      return ['key.pem', 'redact.key'];
    case 'cluster-id':
      return ['id'];
    default:
      return [making.file];
  }
}

export async function make(credential: Credential, maker: Maker): Promise<Files> {
  const { making } = credential;
  if (isCertificate(credential)) return makeCertificate(credential, await maker.issuer(credential.making.by), maker);
  switch (making.kind) {
    case 'authority': {
      const pair = await newAuthority(making.commonName, maker);
      return { 'ca.crt': pair.certificate, 'ca.key': pair.key };
    }
    case 'login':
      return { username: 'admin', password: newPassword() };
    case 'signing-key':
      return { [making.file]: ed25519() };
    case 'agent-key':
      return { 'key.pem': ed25519(), 'redact.key': randomBytes(RANDOM_BYTES).toString('hex') };
    case 'cluster-id':
      return { id: clusterId() };
    default:
      throw new Error(`${credential.name}: nothing is known of ${making.kind}`);
  }
}

export async function newAuthority(commonName: string, { now, lives }: Pick<Maker, 'now' | 'lives'>) {
  const { makeAuthority } = await x509();
  return makeAuthority(commonName, { now: now(), days: lives.authorityDays });
}

async function makeCertificate(credential: Credential, by: Issuer, { now, lives }: Maker): Promise<Files> {
  if (!isCertificate(credential)) return {};
  const { issue, issueAgentsAuthority } = await x509();
  const { commonName, names, isAuthority = false } = credential.making;
  const asked = { commonName, now: now(), days: lives.certificateDays };
  const pair = await (isAuthority ? issueAgentsAuthority(by, asked) : issue(by, { ...asked, names }));
  const files = { 'tls.crt': pair.certificate, 'tls.key': pair.key, 'ca.crt': bundle(by.trusted) };
  // Kafka and Cassandra read both from one file.
  return names.length > 0 ? { ...files, 'keystore.pem': `${pair.key}${pair.certificate}` } : files;
}

const ed25519 = (): string =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;

/** A KRaft cluster id: a base64url UUID. One in 64 would begin with a dash, which Kafka's tool takes for an option. */
function clusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}
