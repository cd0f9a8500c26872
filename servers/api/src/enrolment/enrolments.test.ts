import { makeKey, type SigningKey } from '@mosaic/runtime';
import { type EnrolledAnswer, enrolProofText, type JoinTokenAnswer, toBase64 } from '@mosaic/wire';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, apiOver, emptyWorld, type World } from '../testing.ts';

/** What was asked of the road, in order. */
const told: string[] = [];
const agentRules = {
  allow: async (cluster: number) => void told.push(`allow ${cluster}`),
  withdraw: async (cluster: number) => void told.push(`withdraw ${cluster}`),
  close: async () => {},
};
let world: World;
let asked: Asked;
beforeEach(async () => {
  world = await emptyWorld();
  told.length = 0;
  const settings = { host: '127.0.0.1', port: 0, agentBrokers: ['kafka.example:9094'] };
  asked = await apiOver(world, { settings, agentRules });
});
afterEach(() => asked.api.close());

const send = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: never }> => {
  const headers = { 'content-type': 'application/json', origin: asked.url };
  const answer = await asked.get(path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as never };
};
const offered = async (name = 'us-1'): Promise<JoinTokenAnswer & { token: string }> =>
  (await send('POST', '/api/v1/enrolments', { name })).body;
const enroll = (token: string, key: SigningKey, more: object = {}) =>
  send('POST', '/api/v1/enroll', { token, publicKey: toBase64(key.publicKey), ...more });
const proven = (key: SigningKey) => ({ proof: toBase64(key.sign(enrolProofText(toBase64(key.publicKey)))) });

describe('joining', () => {
  it('a token is told once with the command that uses it, and what joins gets its number and where the brokers are', async () => {
    const { token, command, ...about } = await offered();
    expect(about).toMatchObject({ name: 'us-1', by: 'local', state: 'waiting' });
    expect(Date.parse(about.expiresAt) - Date.parse(about.createdAt)).toBe(15 * 60_000);
    expect(command).toContain(`<<'TOKEN'\n${token}\nTOKEN`);
    const key = makeKey();
    const { status, body } = await enroll(token, key, { name: 'us-1', uid: 'uid-1', version: 'v1.34.2' });
    const answer: EnrolledAnswer = body;
    expect(status).toBe(201);
    expect(answer).toEqual({
      cluster: 2,
      name: 'us-1',
      keyId: key.keyId,
      settings: { KAFKA_BROKERS: 'kafka.example:9094' },
    });
    const [, joined] = await world.store.clusters.all();
    expect(joined).toMatchObject({ id: 2, name: 'us-1', kind: 'kubernetes', uid: 'uid-1', version: 'v1.34.2' });
    expect((await world.store.clusters.keys(2)).map(({ keyId }) => keyId)).toEqual([key.keyId]);
    const listed = await asked.ask('/api/v1/enrolments');
    expect(listed).toMatchObject({ items: [{ name: 'us-1', state: 'used' }] });
    expect(JSON.stringify(listed)).not.toContain(token);
  });

  it('a token used twice, late, withdrawn or never made is refused, and each is told', async () => {
    const { token } = await offered();
    const key = makeKey();
    await enroll(token, key);
    const told = async (given: string, by = makeKey()) => {
      const { status, body } = await enroll(given, by);
      return [status, (body as { detail: string }).detail];
    };
    expect(await told(token)).toEqual([409, expect.stringMatching(/used already, at 2026.*mosaic clusters add us-1/)]);
    expect(await told(token, key)).toEqual([409, expect.stringContaining('used already')]);
    const late = await offered('us-2');
    world.clock.now += 15 * 60_000;
    expect(await told(late.token)).toEqual([403, expect.stringMatching(/expired at 2026.*mosaic clusters add us-2/)]);
    const gone = await offered('us-3');
    expect((await send('DELETE', `/api/v1/enrolments/${gone.id}`)).status).toBe(204);
    expect(await told(gone.token)).toEqual([401, expect.stringContaining('not known')]);
    expect((await world.store.clusters.all()).map(({ name }) => name)).toEqual(['eu-1', 'us-1']);
  });

  it('a token of another cluster lets nobody in, and is used up: it went to the wrong hands', async () => {
    const { token } = await offered('us-1');
    const { status, body } = await enroll(token, makeKey(), { name: 'us-2' });
    expect([status, (body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('for cluster us-1, not for us-2; it is used up now'),
    ]);
    expect((await enroll(token, makeKey(), { name: 'us-1' })).status).toBe(409);
    expect((await world.store.clusters.all()).map(({ name }) => name)).toEqual(['eu-1']);
  });

  it('of many that use one token at once one cluster joins', async () => {
    const { token } = await offered();
    const answers = await Promise.all(Array.from({ length: 6 }, () => enroll(token, makeKey())));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('an agent that shows its key may ask again: its answer may have been lost', async () => {
    const { token } = await offered();
    const key = makeKey();
    const first = await enroll(token, key, proven(key));
    world.clock.now += 60 * 60_000;
    const again = await enroll(token, key, { ...proven(key), name: 'us-1' });
    expect(again).toEqual(first);
    expect((await enroll(token, makeKey(), proven(key))).status).toBe(400);
  });

  it('another cluster of a name that is taken is told so; nonsense is told field by field', async () => {
    const [first, second] = [await offered(), await offered()];
    await enroll(first.token, makeKey(), { uid: 'uid-1' });
    const other = await enroll(second.token, makeKey(), { uid: 'uid-2' });
    expect([other.status, (other.body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('another cluster'),
    ]);
    expect((await send('POST', '/api/v1/enrolments', { name: 'eu-1' })).status).toBe(409);
    expect((await send('POST', '/api/v1/enrolments', { name: '../x' })).status).toBe(400);
    expect((await send('POST', '/api/v1/enroll', { token: 'x', publicKey: 'AAAA' })).status).toBe(400);
  });
});

describe('revoking', () => {
  it('ends a cluster’s keys; with a new key and token it joins again under its number', async () => {
    const key = makeKey();
    await enroll((await offered()).token, key);
    expect((await send('DELETE', '/api/v1/clusters/us-1/keys')).status).toBe(204);
    expect(await asked.ask('/api/v1/clusters/us-1/keys')).toMatchObject({
      items: [{ keyId: key.keyId, revokedAt: new Date(world.clock.now).toISOString() }],
    });
    const old = await enroll((await offered()).token, key, proven(key));
    expect([old.status, (old.body as { detail: string }).detail]).toEqual([
      409,
      expect.stringContaining('was revoked'),
    ]);
    const next = makeKey();
    const { body } = await enroll((await offered()).token, next);
    expect(body).toMatchObject({ cluster: 2, keyId: next.keyId });
    expect(told).toEqual(['allow 2', 'withdraw 2', 'allow 2']);
    expect((await send('DELETE', `/api/v1/clusters/us-1/keys/${'0'.repeat(16)}`)).status).toBe(404);
  });

  it('enrolling and revoking stand in the audit, the token does not', async () => {
    const { token } = await offered();
    await enroll(token, makeKey(), { name: 'us-1' });
    await send('DELETE', '/api/v1/clusters/us-1/keys');
    const { items } = (await asked.ask('/api/v1/audit')) as {
      items: { actor: string; action: string; target: string }[];
    };
    expect(items.map(({ actor, action, target }) => [actor, action, target])).toEqual([
      ['local', 'cluster.revoke', 'us-1'],
      ['agent', 'cluster.enrol', 'us-1'],
      ['local', 'join-token.create', 'us-1'],
    ]);
    expect(JSON.stringify(items)).not.toContain(token);
  });
});
