import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { Pkcs10CertificateRequestGenerator } from '@peculiar/x509';
import { expect, test } from 'vitest';
import { certifyAgent, issueAgentsAuthority, makeAuthority } from './authority.ts';
import { makeRequest, readRequest } from './request.ts';

const now = Date.UTC(2026, 10, 21);
const DAY_MS = 86_400_000;

test('a request is for a key on P-256 that who asks holds; another kind of key is told', async () => {
  const { key, request } = await makeRequest();
  expect(key).toContain('BEGIN PRIVATE KEY');
  expect((await readRequest(request)).publicKey.algorithm).toMatchObject({ name: 'ECDSA', namedCurve: 'P-256' });
  const others = [
    { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
    {
      ...{ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
      hash: 'SHA-256',
    },
  ];
  for (const algorithm of others) {
    const keys = (await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair; // of a pair's algorithm
    const made = await Pkcs10CertificateRequestGenerator.create({ keys, signingAlgorithm: algorithm });
    await expect(readRequest(made.toString('pem'))).rejects.toThrow(/a key on P-256 was expected/);
  }
  await expect(readRequest('hello')).rejects.toThrow('a certificate signing request (PKCS#10) in PEM was expected');
});

test('what the agents’ authority signs never outlasts it, and names nobody but whom it was told', async () => {
  const root = await makeAuthority('root', { now, days: 100 });
  const by = await issueAgentsAuthority(root, { commonName: 'agents', now, days: 10 });
  const { request } = await makeRequest();
  const asked = { request: await readRequest(request), principal: 'mosaic-agent-7', now, days: 90 };
  const made = new X509Certificate(await certifyAgent(by, asked));
  expect(made.validToDate.getTime()).toBe(now + 10 * DAY_MS);
  expect([made.subject, made.subjectAltName]).toEqual(['O=mosaic-agents\nCN=mosaic-agent-7', 'DNS:mosaic-agent-7']);
  const another = await issueAgentsAuthority(root, { commonName: 'agents', now, days: 10 });
  await expect(certifyAgent({ certificate: by.certificate, key: another.key }, asked)).rejects.toThrow(/does not fit/);
});
