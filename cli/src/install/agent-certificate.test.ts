import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyEd25519, x509 } from '@mosaic/runtime';
import { certificateProofText, fromBase64 } from '@mosaic/wire';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { clusterOf, renewByServer } from './agent-certificate.ts';
import { agentCredentials, serverCredentials } from './catalogue.ts';
import { folderHome } from './home-folder.ts';
import { type Installation, initialize } from './init.ts';
import { located } from './rotate.ts';
import { DEFAULT_VALUES } from './values.ts';

const { certifyAgent, readRequest } = await x509();
const base = mkdtempSync(join(tmpdir(), 'mosaic-agent-certificate-'));
const NOON = Date.parse('2026-11-21T12:00:00Z');
let dir: string;
let answer: (body: Asked) => Promise<{ status: number; body: object }>;
let url: string;
const asked: Asked[] = [];
interface Asked {
  readonly cluster: number;
  readonly keyId: string;
  readonly request: string;
  readonly at: number;
  readonly nonce: string;
  readonly proof: string;
}
const server = createServer(async (request, response) => {
  const body: Asked = JSON.parse(Buffer.concat(await request.toArray()).toString());
  asked.push(body);
  const { status, body: told } = await answer(body);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(told));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP

beforeEach(async () => {
  asked.length = 0;
  dir = mkdtempSync(join(base, 'secrets-'));
  await at((one) => initialize(one));
  answer = async ({ request }) => {
    const by = { certificate: file('mosaic-agents-ca/tls.crt'), key: file('mosaic-agents-ca/tls.key') };
    const own = { request: await readRequest(request), principal: 'mosaic-agent-1', now: NOON, days: 90 };
    const certificate = `${await certifyAgent(by, own)}${by.certificate}`;
    return { status: 201, body: { certificate, trusted: file('mosaic-agents-ca/ca.crt') } };
  };
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));
afterAll(() => {
  server.close();
  rmSync(base, { recursive: true, force: true });
});

const file = (path: string): string => readFileSync(join(dir, path), 'utf8');
const kafka = (name: string): string => file(`agent-1/mosaic-agent-kafka/${name}`);

async function at<T>(work: (installation: Installation) => Promise<T>, lines: string[] = []): Promise<T> {
  const home = await folderHome(dir, { make: true });
  const agents = [{ home, credentials: agentCredentials(DEFAULT_VALUES, 1, home.realmsOf(1)) }];
  const credentials = serverCredentials(DEFAULT_VALUES, home.realm);
  const lives = { certificateDays: 365, authorityDays: 3650 };
  const told = (line: string): void => void lines.push(line);
  try {
    return await work({ ...{ home, credentials, agents, lives, told }, now: () => NOON });
  } finally {
    await home.close();
  }
}
const renew = (cluster: number, address = url): Promise<void> =>
  at((one) => renewByServer(located(one), cluster, address, NOON));

test('the server signs for the key that the agents are known by; key and certificate are new, the root’s key is not used', async () => {
  const before = kafka('tls.key');
  renameSync(join(dir, 'mosaic-kafka-ca'), join(base, `away-${Date.now()}`));
  await renew(1);
  const [body] = asked;
  const signed = new X509Certificate(kafka('tls.crt'));
  expect([signed.subject, kafka('tls.key') === before]).toEqual(['O=mosaic-agents\nCN=mosaic-agent-1', false]);
  expect(kafka('tls.crt').match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  const key = (await import('node:crypto')).createPublicKey(file('agent-1/mosaic-agent-key/key.pem'));
  const raw = new Uint8Array(key.export({ type: 'spki', format: 'der' }).subarray(-32));
  if (body === undefined) throw new Error('nobody asked');
  expect(verifyEd25519(raw, certificateProofText(body.keyId, body), fromBase64(body.proof))).toBe(true);
});

test('a refusal, an answer for another key, and agents that are not here are told; what was there stays', async () => {
  const before = kafka('tls.crt');
  const good = answer;
  answer = async () => ({ status: 403, body: { detail: 'key 1 was revoked; a new token' } });
  await expect(renew(1)).rejects.toThrow(/refuses POST \/agent-certificates: 403 key 1 was revoked/);
  const first = await good(asked[0] as Asked); // it asked once
  answer = async () => first;
  await expect(renew(1)).rejects.toThrow('none for this key');
  await expect(renew(2)).rejects.toThrow('--agent 2 --agent-context CONTEXT');
  await expect(renew(1, 'http://mosaic.example.org')).rejects.toThrow('over https only');
  expect(kafka('tls.crt')).toBe(before);
});

test('the names of agents’ certificates', () => {
  expect(['agent-1', 'agent-12-kafka', 'agent-1-key', 'agent-0', 'agents-ca', 'api-kafka'].map(clusterOf)).toEqual([
    ...[1, 12, undefined, undefined, undefined, undefined],
  ]);
});

test('an installation whose root is kept elsewhere goes on without an agents’ authority, and is told', async () => {
  rmSync(join(dir, 'mosaic-agents-ca'), { recursive: true });
  renameSync(join(dir, 'mosaic-kafka-ca'), join(base, `root-${Date.now()}`));
  const lines: string[] = [];
  expect((await at((one) => initialize(one), lines)).made).toEqual([]);
  expect(lines.join('\n')).toContain('left out   agents-ca: the key of kafka-ca is not here');
});
