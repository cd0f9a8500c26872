import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contextOf } from '../ask/common.ts';
import { UsageError } from '../exit.ts';
import { fingerprintNamed, fingerprintOf, signerOf } from './signer.ts';

const { publicKey } = generateKeyPairSync('ed25519');
const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
const fingerprint = createHash('sha256').update(raw).digest('hex');
const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
const told = {
  algorithm: 'Ed25519',
  keyId: fingerprint.slice(0, 16),
  fingerprint,
  publicKey: raw.toString('base64'),
  pem,
};
const folder = mkdtempSync(join(tmpdir(), 'mosaic-key-'));
const fileWith = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const seal = { keyId: told.keyId, publicKey: told.publicKey, parts: [], signature: '' };
const nowhere = contextOf({ server: 'http://127.0.0.1:9' });

test('a key is named by file, by itself or by its fingerprint', () => {
  for (const named of [
    fileWith('key.pem', pem),
    fileWith('key.json', JSON.stringify(told)),
    told.publicKey,
    fingerprint,
  ])
    expect(fingerprintNamed(named)).toBe(fingerprint);
  expect(fingerprintOf(seal)).toBe(fingerprint);
});

test.each(['', 'abcd', 'not a key', fileWith('empty', '')])('%j is no key', (named) => {
  expect(() => fingerprintNamed(named)).toThrow(UsageError);
});

test('a report of the named key is known, of another not, and of none is told to be unchecked', async () => {
  expect((await signerOf(nowhere, seal, fingerprint.slice(0, 16))).known).toBe('yes');
  expect((await signerOf(nowhere, seal, 'f'.repeat(64))).known).toBe('no');
  expect((await signerOf(nowhere, seal, undefined)).known).toBe('unchecked');
});
