import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeKey, type SigningKey, x509 } from '@mosaic/runtime';
import { type AgentCertificateAnswer, certificateProofText, enrolProofText, toBase64 } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, apiOver, emptyWorld, type World } from '../testing.ts';

const { certifyAgent, issueAgentsAuthority, makeAuthority, makeRequest, readRequest } = await x509();
const DAY_MS = 86_400_000;
let world: World;
let asked: Asked;
let folder: string;

beforeEach(async () => {
  world = await emptyWorld();
  folder = mkdtempSync(join(tmpdir(), 'mosaic-agents-ca-'));
  await layOut();
  const settings = { host: '127.0.0.1', port: 0, agentAuthority: folder };
  asked = await apiOver(world, { settings });
});
afterEach(async () => {
  await asked.api.close();
  rmSync(folder, { recursive: true });
});

/** As `mosaic init` does. */
async function layOut(): Promise<void> {
  const lasting = { now: world.clock.now, days: 365 };
  const root = await makeAuthority('mosaic-kafka-ca', lasting);
  const its = await issueAgentsAuthority(root, { commonName: 'mosaic-agents-ca', ...lasting });
  const files = { 'tls.crt': its.certificate, 'tls.key': its.key, 'ca.crt': root.certificate };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

const post = async (path: string, body: object): Promise<{ status: number; body: never }> => {
  const headers = { 'content-type': 'application/json', origin: asked.url };
  const answer = await asked.get(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as never };
};
const saying = async (path: string, body: object): Promise<readonly [number, string]> => {
  const { status, body: answer } = await post(path, body);
  return [status, (answer as { detail?: string }).detail ?? ''];
};
const token = async (name = 'us-1'): Promise<string> =>
  ((await post('/enrolments', { name })).body as { token: string }).token;

interface Change {
  readonly request?: string;
  readonly at?: number;
  readonly nonce?: string;
}
async function wish(key: SigningKey, change: Change = {}, signer = key) {
  const { request } = await makeRequest();
  const asks = { request, at: world.clock.now, nonce: randomBytes(16).toString('hex'), ...change };
  return { ...asks, proof: toBase64(signer.sign(certificateProofText(key.keyId, asks))) };
}
const joinWith = async (key: SigningKey, given: string, certificate?: object) =>
  post('/enroll', {
    ...{ token: given, publicKey: toBase64(key.publicKey) },
    proof: toBase64(key.sign(enrolProofText(toBase64(key.publicKey)))),
    ...(certificate && { certificate }),
  });
const renewal = async (key: SigningKey, cluster: number, change: Change = {}) => ({
  ...{ cluster, keyId: key.keyId },
  ...(await wish(key, change)),
});
const chainOf = ({ certificate }: AgentCertificateAnswer): [X509Certificate, X509Certificate] => {
  const all = certificate.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  return all.map((pem) => new X509Certificate(pem)) as [X509Certificate, X509Certificate]; // its own, and the authority's
};

describe('a certificate by joining', () => {
  it('is for the key of the request, in the name of the cluster, by the agents’ authority, for 90 days', async () => {
    const key = makeKey();
    const { key: pem, request } = await makeRequest();
    const { status, body } = await joinWith(key, await token(), await wish(key, { request }));
    expect(status).toBe(201);
    const { certificate } = body as { certificate: AgentCertificateAnswer };
    const [own, authority] = chainOf(certificate);
    const root = new X509Certificate(certificate.trusted);
    expect(own.subject).toBe('O=mosaic-agents\nCN=mosaic-agent-2');
    expect(own.publicKey.equals(createPublicKey(pem))).toBe(true);
    expect([own.verify(authority.publicKey), authority.verify(root.publicKey)]).toEqual([true, true]);
    expect([own.ca, authority.ca, own.keyUsage]).toEqual([false, true, ['1.3.6.1.5.5.7.3.2']]);
    expect(own.validToDate.getTime() - world.clock.now).toBe(90 * DAY_MS);
  });

  it('is not given for a wish that is unsigned, stale, used or not of its key; the token stays good', async () => {
    const key = makeKey();
    const given = await token();
    const first = await wish(key);
    const nonsense = `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(64)}\n-----END CERTIFICATE REQUEST-----\n`;
    const refusals: readonly [object, number, RegExp][] = [
      [await wish(key, {}, makeKey()), 403, /not signed by key/],
      [{ ...first, nonce: 'x'.repeat(20) }, 403, /not signed by key/],
      [await wish(key, { at: world.clock.now - 6 * 60_000 }), 403, /more than 5 minutes apart/],
      [await wish(key, { at: world.clock.now + 6 * 60_000 }), 403, /are both clocks right/],
      [await wish(key, { nonce: 'short' }), 400, /nonce: expected 16–64/],
      [await wish(key, { request: nonsense }), 400, /request: expected PKCS#10/],
      [await wish(key, { request: tampered(first.request) }), 400, /request: expected PKCS#10/],
      [await wish(key, { request: 'x'.repeat(5_000) }), 400, /request: expected text/],
      [{ ...(await wish(key)), at: 'now' }, 400, /at: expected epoch/],
      [{ ...(await wish(key)), more: 1 }, 400, /unknown field/],
    ];
    for (const [certificate, status, why] of refusals) {
      const { status: answered, body } = await joinWith(key, given, certificate);
      expect([answered, (body as { detail: string }).detail]).toEqual([status, expect.stringMatching(why)]);
    }
    expect((await joinWith(key, given, first)).status).toBe(201);
    expect((await joinWith(key, given, first)).status).toBe(409);
  });

  it('is not told where this server has no authority: the cluster joins all the same', async () => {
    rmSync(join(folder, 'tls.key'));
    const key = makeKey();
    const { status, body } = await joinWith(key, await token(), await wish(key));
    expect([status, Object.keys(body).sort()]).toEqual([201, ['cluster', 'keyId', 'name', 'settings']]);
    const [refused, why] = await saying('/agent-certificates', await renewal(key, 2));
    expect([refused, why]).toEqual([422, expect.stringContaining('mosaic rotate agent-2-kafka')]);
  });

  it('follows the authority’s files: a new one signs from then on', async () => {
    const key = makeKey();
    await joinWith(key, await token());
    const before = (await post('/agent-certificates', await renewal(key, 2))).body as AgentCertificateAnswer;
    await layOut();
    const after = (await post('/agent-certificates', await renewal(key, 2))).body as AgentCertificateAnswer;
    expect(chainOf(after)[1].fingerprint256).not.toBe(chainOf(before)[1].fingerprint256);
    expect(chainOf(after)[1].verify(new X509Certificate(after.trusted).publicKey)).toBe(true);
  });
});

describe('renewing', () => {
  it('an enrolled key gets another certificate, once for what it signs; a copy of what it sent gets nothing', async () => {
    const key = makeKey();
    await joinWith(key, await token());
    const sent = await renewal(key, 2);
    const { status, body } = await post('/agent-certificates', sent);
    expect([status, chainOf(body)[0].subject]).toEqual([201, 'O=mosaic-agents\nCN=mosaic-agent-2']);
    expect(await saying('/agent-certificates', sent)).toEqual([409, expect.stringContaining('answered before')]);
    world.clock.now += 6 * 60_000;
    expect((await saying('/agent-certificates', sent))[0]).toBe(403);
  });

  it('a key gets none for another cluster, nor one that nobody enrolled', async () => {
    const [key, other] = [makeKey(), makeKey()];
    await joinWith(key, await token());
    await joinWith(other, await token('us-2'));
    expect(await saying('/agent-certificates', await renewal(key, 3))).toEqual([
      401,
      expect.stringContaining('not enrolled for cluster 3'),
    ]);
    expect((await saying('/agent-certificates', await renewal(makeKey(), 2)))[0]).toBe(401);
    const borrowed = { ...(await renewal(other, 2)), keyId: key.keyId };
    expect((await saying('/agent-certificates', borrowed))[0]).toBe(403);
    expect((await saying('/agent-certificates', { ...(await renewal(key, 2)), cluster: '2' }))[0]).toBe(400);
  });

  it('revoked is refused at once, with the way back', async () => {
    const key = makeKey();
    await joinWith(key, await token());
    expect((await post('/agent-certificates', await renewal(key, 2))).status).toBe(201);
    const headers = { origin: asked.url };
    expect((await asked.get('/api/v1/clusters/us-1/keys', { method: 'DELETE', headers })).status).toBe(204);
    expect(await saying('/agent-certificates', await renewal(key, 2))).toEqual([
      403,
      expect.stringMatching(/was revoked; a new token.*mosaic clusters add/),
    ]);
  });

  it('asked for without end it makes wait, the key and the address', async () => {
    const key = makeKey();
    await joinWith(key, await token());
    const answers: number[] = [];
    for (let n = 0; n < 7; n++) answers.push((await post('/agent-certificates', await renewal(key, 2))).status);
    expect(answers).toEqual([201, 201, 201, 201, 201, 201, 429]);
    for (let n = 0; n < 60; n++) await post('/agent-certificates', {});
    expect(await saying('/agent-certificates', {})).toEqual([429, expect.stringContaining('too often')]);
  });

  it('stands in the audit', async () => {
    const key = makeKey();
    await joinWith(key, await token());
    await post('/agent-certificates', await renewal(key, 2));
    const { items } = (await asked.ask('/api/v1/audit')) as { items: { actor: string; action: string }[] };
    expect(items[0]).toMatchObject({ actor: 'agent', action: 'cluster.certify', result: 'done' });
  });
});

describe('join tokens', () => {
  it('guessed at, the address waits, and a right one after the wait is taken', async () => {
    const given = await token();
    const guesses: number[] = [];
    for (let n = 0; n < 61; n++) guesses.push((await joinWith(makeKey(), `mjt_${n}`)).status);
    expect([new Set(guesses.slice(0, 60)), guesses[60]]).toEqual([new Set([401]), 429]);
    expect((await joinWith(makeKey(), given)).status).toBe(429);
    world.clock.now += 2_000;
    expect((await joinWith(makeKey(), given)).status).toBe(201);
  });
});

it('the agents’ authority can be asked for by nobody who does not hold the key of the request', async () => {
  const { request } = await makeRequest();
  await expect(readRequest(tampered(request))).rejects.toThrow(/signature is not by the key|PKCS#10/);
  await expect(certifyAgent({ certificate: 'x', key: 'y' }, {} as never)).rejects.toThrow();
});

/** Its last bytes, the signature's, changed. */
function tampered(pem: string): string {
  const [head = '', ...lines] = pem.trim().split('\n');
  const tail = lines.pop() ?? '';
  const bytes = Buffer.from(lines.join(''), 'base64');
  bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
  return `${head}\n${(bytes.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n${tail}\n`;
}
